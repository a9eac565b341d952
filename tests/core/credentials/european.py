"""The sample's award told in two languages, and the judges of the European Commission."""

from dataclasses import replace
from pathlib import Path

from digicantrain.core.credentials import elm
from digicantrain.core.credentials.award import Supervision
from digicantrain.core.credentials.tellings import Learner, Phrases, Telling
from tests.core.credentials.conftest import ACHIEVEMENT, BODY, award

JUDGES = Path(__file__).resolve().parents[4] / "shared" / "data" / "judges"
PNG = b"\x89PNG\r\n\x1a\n"
REGISTERED = replace(BODY, legal_identifier="VATFI-01234567", email="training@turku.example")
ENGLISH = Phrases("Passed", "Check it", "Entitled to award ECTS credits", "Studying online")
FINNISH = Phrases("Hyväksytty", "Tarkista", "Oikeus myöntää opintopisteitä", "Verkko-opiskelu")
AINO = Learner("Aino Virtanen", "aino@example.org")
EXTRAS = elm.Extras(link="https://credits.example/c/abc/", logo=PNG, certificate=b"%PDF-1.7")


def in_finnish(achievement=ACHIEVEMENT):
    """Return the achievement in the words of another language."""
    outcomes = tuple(replace(one, text=f"fi: {one.text}") for one in achievement.outcomes)
    return replace(
        achievement,
        language="fi",
        title="Raporttien lukeminen",
        description="Näin luet potilaan raportteja.",
        outcomes=outcomes,
        quality="Sisäinen laadunvarmistus",
    )


def told(achievement=ACHIEVEMENT, *, languages=("fi", "en"), body=REGISTERED, **changes):
    """Return an award in its languages, the holder's own first."""
    achievement = replace(achievement, watched=Supervision.UNSUPERVISED)
    by_language = {
        "fi": Telling(
            award(in_finnish(achievement), body=replace(body, name="Turun koulutus"), **changes),
            FINNISH, "Suomi", PNG,
        ),
        "en": Telling(award(achievement, body=body, **changes), ENGLISH, "Finland", PNG),
    }  # fmt: skip
    return [by_language[language] for language in languages]


def document(achievement=ACHIEVEMENT, *, learner=AINO, extras=EXTRAS, **changes):
    return elm.document_of(told(achievement, **changes), learner=learner, extras=extras)
