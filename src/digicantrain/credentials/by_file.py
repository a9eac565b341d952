"""Credentials by a CSV file: looked at first, then asked for whole or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from digicantrain.core.tables import Fault, Row, read_csv
from digicantrain.credentials import tasks
from digicantrain.credentials.asking import How, State
from digicantrain.credentials.by_hand import (
    Wanted,
    ask_all,
    modules_of,
    obstacles,
    organisation_of,
)
from digicantrain.credentials.gate import sentences_of
from digicantrain.credentials.obstacles import lock_people, one_writer
from digicantrain.credentials.outside import SUPERVISION
from digicantrain.learning import roster
from digicantrain.people.actions import record
from digicantrain.people.models import Organisation, People, Person
from digicantrain.programme.models import Module, ModuleVersion

REQUIRED: Final = ("email", "module", "evidence")
OPTIONAL: Final = ("name", "language", "supervision")
LEAST_SAID: Final = "unsupervised"


@dataclass(frozen=True)
class Line:
    """One credential that the file asks for; without an account, one is made of the name."""

    line: int
    email: str
    name: str
    version: ModuleVersion
    language: str
    evidence: str
    watched: str


@dataclass
class Plan:
    """What the file would do: its faults, what it asks for, and what was there before."""

    rows: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    new_people: int = 0
    waits: bool = False

    def summary(self) -> str:
        """Say in a sentence what confirming would do."""
        return _(
            "%(rows)d credentials to issue, %(new)d new accounts, %(already)d left out because "
            "the person has it or it was asked for before."
        ) % {"rows": len(self.rows), "new": self.new_people, "already": len(self.already)}


def read(data: bytes, *, organisations: Sequence[Organisation], by: Person) -> Plan:
    """Look at a file without writing anything.

    Raises:
        TableError: the file as a whole cannot be read.
    """
    table = read_csv(data, required=REQUIRED, optional=OPTIONAL)
    plan = Plan(faults=list(table.faults), ignored=table.ignored)
    known = _Known(_modules(organisations), _accounts(row.cells["email"] for row in table.rows))
    for row in table.rows:
        faults = list(_faults_of(row, known))
        plan.faults += faults
        if not faults:
            plan.rows.append(_line(row, known))
    _look(plan, accounts=known.accounts, by=by)
    plan.faults.sort(key=lambda fault: fault.line)
    return plan


@dataclass
class _Known:
    """What a file is compared with: modules by code, accounts by address, and rows seen before."""

    modules: Mapping[str, Sequence[Module]]
    accounts: Mapping[str, Person]
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    lacking: dict[int, str] = field(default_factory=dict)

    def lacks(self, version: ModuleVersion) -> str:
        """Return what a version's credential lacks, looked at once for all its rows."""
        if version.pk not in self.lacking:
            found = sentences_of(version, organisation=organisation_of(version))
            self.lacking[version.pk] = next(iter(found), "")
        return self.lacking[version.pk]


def _modules(organisations: Sequence[Organisation]) -> dict[str, list[Module]]:
    found: dict[str, list[Module]] = {}
    for module in modules_of(organisations):
        found.setdefault(module.code.casefold(), []).append(module)
    return found


def _accounts(emails: Iterable[str]) -> dict[str, Person]:
    wanted = {People.normalize_email(email) for email in emails}
    return {row.email: row for row in Person.objects.filter(email__in=wanted)}


def _faults_of(row: Row, known: _Known) -> Iterable[Fault]:
    email, code = People.normalize_email(row.cells["email"]), row.cells["module"].casefold()
    first = known.seen.setdefault((email, code), row.line)
    double = _("The same address and module stand in line %d.") % first if first != row.line else ""
    module = known.modules.get(code, [])
    checks = (
        ("email", roster.email_fault(row.cells["email"]) or double),
        ("name", _name_fault(row.cells.get("name", ""), known.accounts.get(email))),
        ("module", _module_fault(row.cells["module"], module, known)),
        ("evidence", _evidence_fault(row.cells["evidence"])),
        ("language", _language_fault(row.cells.get("language", ""), module)),
        ("supervision", _watched_fault(row.cells.get("supervision", ""))),
    )
    return [Fault(row.line, name, text) for name, text in checks if text]


def _name_fault(value: str, account: Person | None) -> str:
    if account is None:
        if value:
            return roster.name_fault(value)
        return _("No account has this address. Give the name too, and an account is made.")
    if not account.is_active:
        return _("The account of this address is closed.")
    if value and _plain(value) != _plain(account.name):
        return _(
            "The account of this address has another name. Check the address, or leave the name "
            "out to take the account's."
        )
    return ""


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _module_fault(value: str, found: Sequence[Module], known: _Known) -> str:
    if not found:
        return _("“%s” is no published module of yours in which something can be earned.") % value
    if len(found) > 1:
        return _("Two programmes of yours have a module “%s”. Issue these by hand.") % value
    version = found[0].current
    return known.lacks(version) if version else ""


def _evidence_fault(value: str) -> str:
    if not value:
        return _("The evidence is empty. Say what was assessed, by whom and when.")
    return ""


def _language_fault(value: str, found: Sequence[Module]) -> str:
    known = list(found[0].current.languages) if found and found[0].current else []
    if value and known and value not in known:
        return _("The module is not written in “%(value)s”; it is in %(known)s.") % {
            "value": value,
            "known": ", ".join(known),
        }
    return ""


def _watched_fault(value: str) -> str:
    if value and value not in SUPERVISION:
        return _("“%(value)s” is not one of %(known)s.") % {
            "value": value,
            "known": ", ".join(SUPERVISION),
        }
    return ""


def _line(row: Row, known: _Known) -> Line:
    version = known.modules[row.cells["module"].casefold()][0].current
    if version is None:
        raise ValueError("A module without a version was let through.")
    return Line(
        line=row.line,
        email=People.normalize_email(row.cells["email"]),
        name=" ".join(row.cells.get("name", "").split()),
        version=version,
        language=row.cells.get("language", "") or language_of(version),
        evidence=row.cells["evidence"],
        watched=row.cells.get("supervision", "") or LEAST_SAID,
    )


def language_of(version: ModuleVersion) -> str:
    """Return the language in which something is issued when none is asked for."""
    own = organisation_of(version).language
    return own if own in version.languages or not version.languages else version.languages[0]


def _look(plan: Plan, *, accounts: Mapping[str, Person], by: Person) -> None:
    """Find out what stands in the way of each row; what is there already is left out."""
    known = [row for row in plan.rows if row.email in accounts]
    found = obstacles([_wanted(row, accounts[row.email]) for row in known], by=by)
    in_the_way = {row.line: one for row, one in zip(known, found, strict=True) if one}
    plan.already = [line for line, one in in_the_way.items() if one.is_there]
    plan.faults += [
        Fault(line, "email", one.text) for line, one in in_the_way.items() if not one.is_there
    ]
    plan.rows = [row for row in plan.rows if row.line not in in_the_way]
    plan.new_people = len({row.email for row in plan.rows} - set(accounts))
    plan.waits = any(organisation_of(row.version).four_eyes for row in plan.rows)


def _wanted(row: Line, person: Person) -> Wanted:
    return Wanted(person, row.version, row.language, row.evidence, row.watched)


@dataclass(frozen=True)
class Report:
    """What confirming did."""

    new_people: int
    asked: int
    already: int
    waits: bool

    def __str__(self) -> str:
        words = (
            _("%(asked)d wait for another registrar to approve them.")
            if self.waits
            else _("%(asked)d are being issued in the background.")
        )
        left_out = _("%(already)d were left out: issued or asked for before.")
        said = {"asked": self.asked, "already": self.already}
        return " ".join((words % said, left_out % said if self.already else "")).strip()


def ask_for(
    data: bytes, *, organisations: Sequence[Organisation], by: Person, now: datetime
) -> Report:
    """Ask for everything in a file, in one transaction; doing it again asks for nothing more.

    Raises:
        ValueError: the file has faults; nothing was written.
    """
    with one_writer():
        first = read(data, organisations=organisations, by=by)
        there = Person.objects.filter(email__in=[row.email for row in first.rows])
        lock_people(there.values_list("pk", flat=True))
        plan = read(data, organisations=organisations, by=by)
        if plan.faults:
            raise ValueError(_("The file has faults; nothing was issued."))
        made = roster.make_people([_account(row) for row in plan.rows])
        people = Person.objects.in_bulk([row.email for row in plan.rows], field_name="email")
        wanted = [_wanted(row, people[row.email]) for row in plan.rows]
        rows = ask_all(wanted, how=How.FILE, by=by, now=now) if wanted else []
        counted = {"accounts": made, "asked": len(rows), "left out": len(plan.already)}
        record("credentials-asked-for-by-file", actor=by, data=counted)
        tasks.fulfil_later([row.pk for row in rows if row.state == State.APPROVED])
    return Report(made, len(rows), len(plan.already), plan.waits)


def _account(row: Line) -> roster.Wanted:
    return roster.Wanted(row.line, row.email, row.name, row.language, "", "")
