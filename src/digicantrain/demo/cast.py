"""The demo's provider, sites and people: all invented, and said to be."""

from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.utils import timezone

from digicantrain.credentials import seals
from digicantrain.people import actions
from digicantrain.people.enums import Role
from digicantrain.people.models import Organisation, Person, Signatory, Site

SITES = (
    ("turku", "Turku ward (invented)", "Turku", "FI", "Europe/Helsinki"),
    ("tampere", "Tampere day unit (invented)", "Tampere", "FI", "Europe/Helsinki"),
    ("tartu", "Tartu clinic (invented)", "Tartu", "EE", "Europe/Tallinn"),
    ("tallinn", "Tallinn outpatients (invented)", "Tallinn", "EE", "Europe/Tallinn"),
    ("athens", "Athens hospital (invented)", "Athens", "GR", "Europe/Athens"),
)


class Part(NamedTuple):
    """One of the cast: name, what she does in the demo, profession, role and site of it."""

    name: str
    job: str
    profession: str
    role: Role | None
    site: str | None


CAST = (
    Part("Aino Virtanen", "learns: a nurse", "nurse", None, None),
    Part("Farah Aziz", "learns: a receptionist", "non-clinical", None, None),
    Part("Ben Carter", "teaches in Turku", "trainer", Role.TRAINER, "turku"),
    Part("Chiara Rossi", "evaluates the pilot", "other-clinical", Role.EVALUATOR, None),
    Part("Dario Conti", "teaches in Athens", "trainer", Role.TRAINER, "athens"),
    Part("Eleni Pappa", "designs the programme", "nurse", Role.DESIGNER, None),
    Part("Rita Salo", "is the registrar", "", Role.REGISTRAR, None),
    Part("Onni Laine", "administers the platform", "", Role.ADMINISTRATOR, None),
)


def organisation() -> Organisation:
    """Return the demo's provider, made where it is missing."""
    row, made = Organisation.objects.get_or_create(
        slug="demo",
        defaults={
            "name": {"en": "Demo Cancer Centre (invented)", "fi": "Demo-syöpäkeskus (keksitty)"},
            "country": "FI",
            "contact_email": "training@demo.example",
            "language": "en",
            "is_demo": True,
            "legal_identifier": "NTRFI-INVENTED-0",
            "quality_assurance": {
                "en": "Internal: each module is checked against its design before it is published",
                "fi": "Sisäinen: moduulit tarkistetaan suunnitelmaansa vasten ennen julkaisua",
            },
        },
    )
    if made:
        Signatory.objects.create(
            organisation=row,
            name="Onni Laine (invented)",
            title={"en": "Head of training", "fi": "Koulutuspäällikkö"},
        )
        seals.make_seal(row, by=None, now=timezone.now())
    return row


def sites(organisation: Organisation) -> dict[str, Site]:
    """Make the five sites."""
    return {
        slug: Site.objects.create(
            organisation=organisation,
            slug=slug,
            name=name,
            city=city,
            country=country,
            time_zone=zone,
        )
        for slug, name, city, country, zone in SITES
    }


def people(organisation: Organisation, *, sites: dict[str, Site]) -> dict[str, Person]:
    """Make the cast; they sign in by one click, so none has a password."""
    found: dict[str, Person] = {}
    for part in CAST:
        first = part.name.split(" ", maxsplit=1)[0].lower()
        person = Person.objects.create_user(
            f"{first}@demo.example",
            name=part.name,
            profession=part.profession,
            country="FI",
            is_demo=True,
        )
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        if part.role:
            site = sites[part.site] if part.site else None
            actions.grant_role(person, role=part.role, organisation=organisation, site=site)
        found[first] = person
    return found
