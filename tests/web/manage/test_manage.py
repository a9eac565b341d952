"""Pages of those who run the platform, and who is refused."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from digicantrain.people.enums import Role
from digicantrain.people.models import AuditEntry, Membership, Organisation

pytestmark = pytest.mark.django_db


def png(size=(40, 20)):
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, format="PNG")
    return out.getvalue()


def form(**changes):
    return {
        "name_en": "Turku Training", "name_fi": "Turun koulutus", "country": "fi",
        "colour": "#124c3c", "hours_per_ects": "27", **changes,
    }  # fmt: skip


@pytest.mark.parametrize("tail", ["", "signatories/", "sites/", "roles/"])
def test_ben_who_teaches_may_not_manage_the_provider(client, ben, organisation, tail):
    client.force_login(ben)

    assert client.get(f"/manage/o/{organisation.slug}/{tail}").status_code == 403


@pytest.mark.parametrize("tail", ["", "signatories/", "sites/", "roles/"])
def test_onni_administers_his_own_provider_and_no_other(
    client, admin, organisation, other_organisation, tail
):
    client.force_login(admin)

    assert client.get(f"/manage/o/{organisation.slug}/{tail}").status_code == 200
    assert client.get(f"/manage/o/{other_organisation.slug}/{tail}").status_code == 404


def test_the_provider_gets_name_colour_and_hours(client, admin, organisation):
    client.force_login(admin)

    client.post(f"/manage/o/{organisation.slug}/", form(hours_per_ects="28"))

    organisation.refresh_from_db()
    assert str(organisation.hours_per_ects) == "28.00"
    assert organisation.name["fi"] == "Turun koulutus"
    assert AuditEntry.objects.filter(action="organisation-changed").exists()


def test_the_provider_says_its_number_and_how_quality_is_assured(client, admin, organisation):
    client.force_login(admin)

    client.post(
        f"/manage/o/{organisation.slug}/",
        form(legal_identifier="VATFI-01234567", quality_en="Reviewed", quality_fi="Arvioitu"),
    )

    organisation.refresh_from_db()
    assert organisation.legal_identifier == "VATFI-01234567"
    assert organisation.quality_assurance == {"en": "Reviewed", "fi": "Arvioitu"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"country": "zz"}, "This is no country."),
        ({"legal_identifier": "01234567"}, "Write the register, the country and the number"),
        ({"hours_per_ects": "31"}, "There is a problem"),
        ({"colour": "#12345g"}, "Write a colour as"),
        ({"colour": "#f4ae3d"}, "too pale to be read on white paper: its contrast is 1.9 to 1"),
        ({"name_en": ""}, "There is a problem"),
    ],
)
def test_bad_values_are_refused_and_nothing_changes(client, admin, organisation, changes, words):
    client.force_login(admin)

    response = client.post(f"/manage/o/{organisation.slug}/", form(**changes))

    assert words in response.content.decode()
    organisation.refresh_from_db()
    assert organisation.colour == "#124c3c"


def test_a_logo_is_drawn_again(client, admin, organisation):
    """Threats 21 and 34: what is stored is our own PNG."""
    client.force_login(admin)
    picture = SimpleUploadedFile("logo.jpeg", png(), content_type="image/png")

    client.post(f"/manage/o/{organisation.slug}/", form(logo=picture))

    organisation.refresh_from_db()
    assert organisation.logo.name.endswith(".png")


@pytest.mark.parametrize(
    "data",
    [b"", b"GIF89a", b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\nbroken", png((3000, 3000))],
)
def test_what_is_no_small_picture_is_refused(client, admin, organisation, data):
    """Threats 21 and 34: SVG, 0 bytes, wrong type, too many pixels."""
    client.force_login(admin)

    response = client.post(
        f"/manage/o/{organisation.slug}/", form(logo=SimpleUploadedFile("logo.png", data))
    )

    assert response.status_code == 200
    assert not Organisation.objects.get(pk=organisation.pk).logo


def test_a_role_is_given_and_withdrawn_with_its_trace(client, admin, aino, organisation):
    client.force_login(admin)

    client.post(
        f"/manage/o/{organisation.slug}/roles/", {"email": "AINO@example.org", "role": "mentor"}
    )
    membership = Membership.objects.get(person=aino)
    page = f"/manage/o/{organisation.slug}/roles/{membership.pk}/withdraw/"
    assert client.get(page).status_code == 200
    assert Membership.objects.filter(person=aino).exists()
    client.post(page)

    assert not Membership.objects.filter(person=aino).exists()
    assert list(AuditEntry.objects.values_list("action", flat=True))[-2:] == [
        "role-granted",
        "role-withdrawn",
    ]


def test_a_role_of_another_provider_cannot_be_withdrawn(client, admin, dario, organisation):
    client.force_login(admin)
    foreign = dario.memberships.get()

    response = client.post(f"/manage/o/{organisation.slug}/roles/{foreign.pk}/withdraw/")

    assert response.status_code == 404
    assert dario.memberships.count() == 1


def test_nobody_gives_herself_a_role(client, ben, organisation):
    """Threat 2: mass assignment of a role."""
    client.force_login(ben)

    client.post(
        f"/manage/o/{organisation.slug}/roles/", {"email": ben.email, "role": "administrator"}
    )
    client.post("/account/", {"name": "Ben", "role": "administrator", "is_superuser": "1"})

    ben.refresh_from_db()
    assert not ben.is_superuser
    assert [m.role for m in ben.memberships.all()] == [Role.TRAINER]


def test_the_trail_is_for_administrators_and_the_officer(client, admin, ben):
    client.force_login(ben)
    assert client.get("/manage/trail/").status_code == 403
    client.force_login(admin)

    html = client.get("/manage/trail/?action=role-granted").content.decode()

    assert "role-granted" in html
    assert ben.name not in html


def test_the_outbox_exists_in_the_demo_only(client, admin, settings):
    client.force_login(admin)
    assert client.get("/manage/outbox/").status_code == 404

    settings.DEMO = True

    assert client.get("/manage/outbox/").status_code == 200
