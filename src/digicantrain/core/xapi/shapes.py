"""What the rules of statements are made of: checks of single values, of objects and of lists.

A check takes a decoded JSON value and returns nothing, or raises Fault. The path to the fault is
gathered on the way back up, so that a statement without faults pays nothing for it.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from math import isfinite
from typing import NoReturn

from digicantrain.core.xapi.errors import StatementError
from digicantrain.core.xapi.paths import path_of, shown
from digicantrain.core.xapi.values import is_iri, is_language_tag
from digicantrain.core.xapi.versions import Version

Check = Callable[[object], None]


class Section(Enum):
    """Where a rule stands: in part Data of xAPI 1.0.3, and in IEEE 9274.1.1 (xAPI 2.0)."""

    FORMAT = ("2.2", "4.2")
    VOIDING = ("2.3.2", "4.2.5")
    STATEMENT = ("2.4", "4.2")
    ID = ("2.4.1", "4.2.4.2")
    AGENT = ("2.4.2.1", "4.2.2.1")
    GROUP = ("2.4.2.2", "4.2.2.1")
    IDENTIFIER = ("2.4.2.3", "4.2.2.1")
    ACCOUNT = ("2.4.2.4", "4.2.2.1")
    VERB = ("2.4.3", "4.2.2.2")
    OBJECT = ("2.4.4", "4.2.2.3")
    ACTIVITY = ("2.4.4.1", "4.2.2.3")
    OBJECT_STATEMENT = ("2.4.4.3", "4.2.2.3")
    RESULT = ("2.4.5", "4.2.2.4")
    SCORE = ("2.4.5.1", "4.2.2.4")
    CONTEXT = ("2.4.6", "4.2.2.5")
    CONTEXT_ACTIVITIES = ("2.4.6.2", "4.2.2.5")
    TIMESTAMP = ("2.4.7", "4.2.4.2")
    STORED = ("2.4.8", "4.2.4.2")
    AUTHORITY = ("2.4.9", "4.2.4.2")
    VERSION = ("2.4.10", "4.2.4.3")
    ATTACHMENTS = ("2.4.11", "4.2.2.6")
    SIGNATURE = ("2.6", "4.2")
    EXTENSIONS = ("4.1", "4.2.7")
    LANGUAGE_MAPS = ("4.2", "4.2.7")

    def of(self, version: Version) -> str:
        """Return how a refusal names the place."""
        if version is Version.V1:
            return f"xAPI 1.0.3, Data {self.value[0]}"
        return f"xAPI 2.0, IEEE 9274.1.1, {self.value[1]}"


class Fault(Exception):  # noqa: N818 - it is caught where a check is run, and becomes an error there
    """A rule that is broken: what is the case and what should be, without the place."""

    def __init__(self, section: Section, says: str, *steps: str | int) -> None:
        super().__init__(says)
        self.section = section
        self.says = says
        self.steps = list(steps)


def wrong(value: object, section: Section, rule: str) -> Fault:
    """Return the fault of a value that breaks a rule, the value quoted."""
    if value is None:
        return Fault(Section.FORMAT, "is null; leave a property out where nothing is known")
    return Fault(section, f"is {shown(value)}; {rule}")


def run(check: Check, value: object, *, version: Version, path: str) -> None:
    """Run a check; a fault becomes a StatementError with path, sentence and section."""
    try:
        check(value)
    except Fault as fault:
        place = path_of(path, reversed(fault.steps))
        raise StatementError(
            f"{place} {fault.says} ({fault.section.of(version)}).", path=place
        ) from None


def text(section: Section, rule: str) -> Check:
    """Return the check of a string, empty or not."""

    def check(value: object) -> None:
        if type(value) is not str:
            raise wrong(value, section, rule)

    return check


def form(section: Section, test: Callable[[str], object], rule: str) -> Check:
    """Return the check of a string in a particular form."""

    def check(value: object) -> None:
        if type(value) is not str or not test(value):
            raise wrong(value, section, rule)

    return check


def iri(section: Section, what: str) -> Check:
    """Return the check of an absolute IRI."""
    return form(section, is_iri, f"{what} is an absolute IRI, with its scheme")


def one_of(section: Section, values: Mapping[str, object] | tuple[str, ...], what: str) -> Check:
    """Return the check of one of a few words, in this very case."""
    known = frozenset(values)
    rule = f"{what} is {' or '.join(sorted(known))}"

    def check(value: object) -> None:
        if type(value) is not str or value not in known:
            raise wrong(value, section, rule)

    return check


def flag(section: Section, what: str) -> Check:
    """Return the check of true or false."""

    def check(value: object) -> None:
        if value is not True and value is not False:
            raise wrong(value, section, f"{what} is true or false")

    return check


def number(section: Section, what: str) -> Check:
    """Return the check of a number; true and false are none."""

    def check(value: object) -> None:
        if type(value) is not int and (type(value) is not float or not isfinite(value)):
            raise wrong(value, section, f"{what} is a number")

    return check


def array(section: Section, item: Check, what: str) -> Check:
    """Return the check of a list of like things."""

    def check(value: object) -> None:
        if type(value) is not list:
            raise wrong(value, section, f"{what} is an array")
        place = 0
        try:
            for place, found in enumerate(value):  # noqa: B007 - the fault's place
                item(found)
        except Fault as fault:
            fault.steps.append(place)
            raise

    return check


def shape(
    section: Section, what: str, properties: Mapping[str, Check], needs: tuple[str, ...] = ()
) -> Check:
    """Return the check of an object: its properties and no others, each once and as it is written.

    `what` names the object with its article, "a verb"; `needs` are the properties it cannot lack.
    """

    def check(value: object) -> None:
        if type(value) is not dict:
            raise wrong(value, section, f"{what} is an object")
        key = ""
        try:
            for key, found in value.items():
                (properties.get(key) or _unknown(key, what, properties))(found)
        except Fault as fault:
            fault.steps.append(key)
            raise
        for need in needs:
            if need not in value:
                raise Fault(section, f"lacks {need}; {what} has {' and '.join(needs)}")

    return check


def _unknown(key: str, what: str, properties: Mapping[str, Check]) -> NoReturn:
    for known in properties:
        if known.lower() == key.lower():
            raise Fault(Section.FORMAT, f"is not written so; write {known}")
    names = ", ".join(properties)
    raise Fault(Section.FORMAT, f"is no property of {what}; it may have {names}")


def _misnamed(section: Section, rule: str) -> NoReturn:
    raise Fault(section, f"is named wrongly; {rule}")


def mapping(section: Section, key_test: Callable[[str], object], item: Check, rule: str) -> Check:
    """Return the check of an object whose keys are free but of one form."""

    def check(value: object) -> None:
        if type(value) is not dict:
            raise wrong(value, section, rule)
        key = ""
        try:
            for key, found in value.items():
                if not key_test(key):
                    _misnamed(section, rule)
                item(found)
        except Fault as fault:
            fault.steps.append(key)
            raise

    return check


def anything(_value: object) -> None:
    """Take any value: those of extensions are free (xAPI 1.0.3, Data 4.1)."""


language_map = mapping(
    Section.LANGUAGE_MAPS,
    is_language_tag,
    text(Section.LANGUAGE_MAPS, "a text in a language map is a string"),
    "a language map has language tags of RFC 5646 as its keys and texts as its values",
)
extensions = mapping(
    Section.EXTENSIONS, is_iri, anything, "extensions are an object whose keys are absolute IRIs"
)
