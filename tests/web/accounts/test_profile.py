"""One's own account: the family name among the words of the name."""

import pytest

pytestmark = pytest.mark.django_db
KEPT = {"language": "en", "time_zone": "Europe/Madrid", "country": "ES", "profession": "nurse"}


@pytest.mark.parametrize("family", ["García López", " garcía", "María", ""])
def test_the_family_name_is_first_or_last_words_of_the_name(client, aino, family):
    client.force_login(aino)

    response = client.post(
        "/account/", {**KEPT, "name": "María García López", "family_name": family}
    )

    aino.refresh_from_db()
    if family == " garcía":
        assert "Write the first or the last words of your name" in response.content.decode()
        assert aino.name == "Aino Virtanen"
    else:
        assert response.status_code == 302
        assert (aino.name, aino.family_name) == ("María García López", family)


def test_elmo_takes_the_family_name_that_she_gave(client, enrolment, aino):
    from tests.credentials.earned import issued

    aino.name, aino.family_name = "Aino Maria García López", "García López"
    aino.save()
    enrolment.cohort.organisation.legal_identifier = "VATFI-01234567"
    enrolment.cohort.organisation.save()
    credential = issued(enrolment)
    client.force_login(aino)

    text = client.get(f"/learn/credits/{credential.key}/elmo.xml").content.decode()

    assert "<familyName>García López</familyName>" in text
    assert "<givenNames>Aino Maria</givenNames>" in text
