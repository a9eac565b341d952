"""Entries of the European Commission's lists that the European Learning Model refers to.

Names and addresses are those of the Publications Office and of the Europass lists (data.europa.eu);
only entries that something here uses stand in these tables.
"""

from types import MappingProxyType
from typing import Any, Final

from digicantrain.core.credentials.award import AssessmentKind, Participation, Supervision

AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
EUROPASS: Final = "http://data.europa.eu/snb"
_SCHEME: Final = "25831c2"


class UnknownEntryError(ValueError):
    """A country, language or level that the lists do not hold."""


# ISO 3166-1: two letters -> three, of the European Higher Education Area
_EHEA: Final = (
    "ADAND ALALB AMARM ATAUT AZAZE BABIH BEBEL BGBGR BYBLR CHCHE CYCYP CZCZE DEDEU DKDNK EEEST"
    " ESESP FIFIN FRFRA GBGBR GEGEO GRGRC HRHRV HUHUN IEIRL ISISL ITITA KZKAZ LILIE LTLTU LULUX"
    " LVLVA MCMCO MDMDA MEMNE MKMKD MTMLT NLNLD NONOR PLPOL PTPRT ROROU RSSRB RURUS SESWE SISVN"
    " SKSVK SMSMR TRTUR UAUKR VAVAT"
)
_COUNTRIES: Final = MappingProxyType({pair[:2]: pair[2:] for pair in _EHEA.split()})
# ISO 639: two letters -> the list's code and its English name
_LANGUAGES: Final = MappingProxyType(
    {
        "bg": ("BUL", "Bulgarian"),
        "cs": ("CES", "Czech"),
        "da": ("DAN", "Danish"),
        "de": ("DEU", "German"),
        "el": ("ELL", "Greek"),
        "en": ("ENG", "English"),
        "es": ("SPA", "Spanish"),
        "et": ("EST", "Estonian"),
        "fi": ("FIN", "Finnish"),
        "fr": ("FRA", "French"),
        "ga": ("GLE", "Irish"),
        "hr": ("HRV", "Croatian"),
        "hu": ("HUN", "Hungarian"),
        "is": ("ISL", "Icelandic"),
        "it": ("ITA", "Italian"),
        "lt": ("LIT", "Lithuanian"),
        "lv": ("LAV", "Latvian"),
        "mt": ("MLT", "Maltese"),
        "nl": ("NLD", "Dutch"),
        "no": ("NOR", "Norwegian"),
        "pl": ("POL", "Polish"),
        "pt": ("POR", "Portuguese"),
        "ro": ("RON", "Romanian"),
        "sk": ("SLK", "Slovak"),
        "sl": ("SLV", "Slovenian"),
        "sv": ("SWE", "Swedish"),
        "uk": ("UKR", "Ukrainian"),
    }
)
_PARTICIPATION: Final = MappingProxyType(
    {
        Participation.ONLINE: ("920fbb3cbe", "Online"),
        Participation.BLENDED: ("e92d221e4d", "Blended"),
        Participation.ON_SITE: ("9191af2ed9", "Presential"),
        Participation.WORKPLACE: ("729f3bed4b", "Workbased"),
    }
)
_SUPERVISION: Final = MappingProxyType(
    {
        Supervision.UNSUPERVISED: ("c598449d64", "Unsupervised without ID Verification"),
        Supervision.UNSUPERVISED_IDENTIFIED: ("df2880c5cb", "Unsupervised with ID verification"),
        Supervision.SUPERVISED_IDENTIFIED: ("70be69aaf9", "Supervised with ID Verification"),
    }
)
_ASSESSMENT: Final = MappingProxyType(
    {
        AssessmentKind.QUIZ: ("b1b68f6735", "quiz"),
        AssessmentKind.CASE: ("c4256a2726", "problem based learning"),
        AssessmentKind.WORK: ("2939dae15f", "marked assignment"),
    }
)


def concept(address: str, *, scheme: str, name: str, notation: str = "") -> dict[str, Any]:
    """Return an entry of a list as the European Learning Model writes it."""
    written: dict[str, Any] = {
        "id": address,
        "type": "Concept",
        "inScheme": {"id": scheme, "type": "ConceptScheme"},
        "prefLabel": {"en": name},
    }
    return {**written, "notation": notation} if notation else written


def europass(which: str, code: str, *, name: str) -> dict[str, Any]:
    """Return an entry of a Europass list."""
    scheme = f"{EUROPASS}/{which}/{_SCHEME}"
    return concept(f"{EUROPASS}/{which}/{code}", scheme=scheme, name=name)


def country_code(country: str) -> str:
    """Return a country's three letters.

    Raises:
        UnknownEntryError: it is not in the European Higher Education Area.
    """
    if country not in _COUNTRIES:
        raise UnknownEntryError(f"The European forms know no country {country!r}.")
    return _COUNTRIES[country]


def country(code: str, *, name: str) -> dict[str, Any]:
    """Return a country; its name in English is handed in."""
    scheme = f"{AUTHORITY}/country"
    return concept(
        f"{scheme}/{country_code(code)}", scheme=scheme, name=name or code, notation="country"
    )


def language(code: str) -> dict[str, Any]:
    """Return a language.

    Raises:
        UnknownEntryError: no list of ours holds it.
    """
    if code not in _LANGUAGES:
        raise UnknownEntryError(f"The European forms know no language {code!r}.")
    letters, name = _LANGUAGES[code]
    scheme = f"{AUTHORITY}/language"
    return concept(f"{scheme}/{letters}", scheme=scheme, name=name, notation="language")


def file_type(letters: str) -> dict[str, Any]:
    """Return a kind of file: PNG, PDF, JSON."""
    scheme = f"{AUTHORITY}/file-type"
    return concept(f"{scheme}/{letters}", scheme=scheme, name=letters, notation="file-type")


def eqf(level: int) -> dict[str, Any]:
    """Return a level of the European Qualifications Framework."""
    return europass("eqf", str(level), name=f"Level {level}")


def participation(mode: Participation) -> dict[str, Any]:
    """Return how a learner takes part."""
    code, name = _PARTICIPATION[mode]
    return europass("learning-assessment", code, name=name)


def supervision(watched: Supervision) -> dict[str, Any]:
    """Return how an assessment was watched over."""
    code, name = _SUPERVISION[watched]
    return europass("supervision-verification", code, name=name)


def assessment(kind: AssessmentKind) -> dict[str, Any]:
    """Return what an assessment is like."""
    code, name = _ASSESSMENT[kind]
    return europass("assessment", code, name=name)


BASE64: Final = europass("encoding", "6146cde7dd", name="base64")
ECTS: Final = europass("education-credit", "6fcec5c5af", name="European Credit Transfer System")
GENERIC: Final = europass("credential", "e34929035b", name="Generic")
NON_FORMAL: Final = europass("learning-setting", "e207a81fc7", name="non-formal learning")
COURSEWORK: Final = europass("learning-activity", "bf2e3a7bae", name="e-learning coursework")
MODULE: Final = europass("learning-opportunity", "0f7dac46ca", name="Programme module")
SHORT: Final = europass("learning-opportunity", "74a4a268e8", name="Short learning programme")
INSTITUTION: Final = europass("accreditation", "bb4618238e", name="Institutional Quality Assurance")
