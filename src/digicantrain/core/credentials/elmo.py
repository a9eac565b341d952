"""Writes awards down as ELMO 1.7 XML, which universities exchange over EMREX.

One file holds the awards of one learner: a report for each awarding body, an entry for each award.
Everything is built as a tree, so that no text can become markup; there is no document type.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from lxml import etree

from digicantrain.core.credentials.award import Kind, require_complete
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.plain_text import plain
from digicantrain.core.credentials.tellings import Learner, Telling, Words, words_of

NAMESPACE: Final = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
MICRO_CREDENTIAL: Final = "Micro Credential"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_MINUTES: Final = Decimal(60)
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True)
class File:
    """What is attached to an entry: its kind of content and its bytes."""

    media_type: str
    content: bytes


@dataclass(frozen=True)
class Entry:
    """An award in its languages, the learner's own first, with its certificate and credential."""

    tellings: Sequence[Telling]
    files: Sequence[File] = field(default=())


def document_of(entries: Sequence[Entry], *, learner: Learner, now: datetime) -> bytes:
    """Return an ELMO document.

    Raises:
        IncompleteError: an award lacks an element.
        ValueError: there is no award, or the learner has no name.
    """
    if not entries or not all(entry.tellings for entry in entries):
        raise ValueError("An ELMO document needs at least one award.")
    for entry in entries:
        for telling in entry.tellings:
            require_complete(telling.award)
    root = etree.Element(f"{{{NAMESPACE}}}elmo", nsmap={None: NAMESPACE})
    _add(root, "generatedDate", utc(now))
    _learner(root, learner)
    for together in _by_body(entries):
        _report(root, together)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def name_in_two(name: str, *, family: str = "") -> tuple[str, str]:
    """Return given names and family name, which the form wants apart.

    Args:
        name: the whole name, as it stands on credentials.
        family: the words of it, first or last, that are the family name; where they are not
            known, or not in it, the last word is taken.

    >>> name_in_two("Aino Maria Virtanen")
    ('Aino Maria', 'Virtanen')
    >>> name_in_two("María García López", family="García López")
    ('María', 'García López')
    """
    words, known = _token(name).split(), _token(family).split()
    if known and words[-len(known) :] == known:
        return " ".join(words[: -len(known)]), " ".join(known)
    if known and words[: len(known)] == known:
        return " ".join(words[len(known) :]), " ".join(known)
    return " ".join(words[:-1]), " ".join(words[-1:])


def _by_body(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Return the entries together by who awards, each in the order in which it came."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.tellings[0].award.body.id, []).append(entry)
    return list(found.values())


def _token(text: str) -> str:
    """Return a text as xs:token holds it: in one line."""
    return " ".join(plain(text).split())


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    if text:
        element.text = text
    return element


def _say(parent: etree._Element, name: str, words: Words) -> None:
    """Add a text once for each of its languages."""
    for language, text in words.items():
        _add(parent, name, text).set(f"{{{_XML}}}lang", language)


def _titles(tellings: Sequence[Telling], say: Callable[[Telling], str]) -> Words:
    return {language: _token(text) for language, text in words_of(tellings, say).items()}


def _learner(root: etree._Element, learner: Learner) -> None:
    given, family = name_in_two(learner.name, family=learner.family)
    if not family:
        raise ValueError("An ELMO document needs the learner's name.")
    element = _add(root, "learner")
    if learner.email:
        _add(element, "identifier", _token(learner.email), type="email")
    _add(element, "givenNames", given)
    _add(element, "familyName", family)


def _report(root: etree._Element, entries: Sequence[Entry]) -> None:
    tellings = entries[0].tellings
    body = tellings[0].award.body
    report = _add(root, "report")
    issuer = _add(report, "issuer")
    _add(issuer, "country", body.country)
    if body.legal_identifier:
        _add(issuer, "identifier", _token(body.legal_identifier), type="legal")
    _add(issuer, "identifier", _token(body.id), type="did")
    _say(issuer, "title", _titles(tellings, lambda t: t.award.body.name))
    _add(issuer, "url", _token(body.website))
    for entry in entries:
        _specification(report, entry)
    _add(report, "issueDate", utc(max(entry.tellings[0].award.issued_at for entry in entries)))
    for entry in entries:
        _attachments(report, entry)


def _specification(report: etree._Element, entry: Entry) -> None:
    tellings = entry.tellings
    achievement = tellings[0].award.achievement
    part = _add(report, "learningOpportunitySpecification")
    _add(part, "identifier", _token(achievement.urn), type="local")
    _say(part, "title", _titles(tellings, lambda t: t.award.achievement.title))
    _add(part, "type", "Module" if achievement.kind is Kind.BADGE else "Course")
    if achievement.page:
        _add(part, "url", _token(achievement.page))
    _say(part, "description", words_of(tellings, _description))
    _instance(_add(part, "specifies"), entry)


def _instance(parent: etree._Element, entry: Entry) -> None:
    award = entry.tellings[0].award
    achievement = award.achievement
    instance = _add(parent, "learningOpportunityInstance")
    _add(instance, "identifier", _token(award.id), type="elmo")
    _add(instance, "date", award.issued_on.isoformat())
    _add(instance, "status", "passed")
    _add(instance, "resultLabel", _token(entry.tellings[0].phrases.passed))
    if achievement.workload.ects is not None:
        credit = _add(instance, "credit")
        _add(credit, "scheme", "ECTS")
        _add(credit, "value", f"{achievement.workload.ects.normalize():f}")
    level = _add(instance, "level")
    _add(level, "type", "EQF")
    _say(
        level,
        "description",
        words_of(entry.tellings[:1], lambda t: t.award.achievement.level.basis),
    )
    _add(level, "value", str(achievement.level.eqf))
    _add(instance, "languageOfInstruction", achievement.language)
    hours = (Decimal(achievement.workload.minutes) / _MINUTES).quantize(_HUNDREDTH)
    _add(instance, "engagementHours", f"{hours:f}")
    if entry.files:
        named = _add(instance, "attachments")
        for number in range(len(entry.files)):
            _add(named, "ref", _name_of(award.id, number))


def _description(telling: Telling) -> str:
    """Return what has no element of its own: outcomes, assessment, quality and the rest."""
    achievement = telling.award.achievement
    outcomes = "\n".join(f"- {_token(outcome.text)}" for outcome in achievement.outcomes)
    said = (
        achievement.description,
        outcomes,
        achievement.criteria,
        achievement.assessment_type,
        achievement.supervision,
        achievement.participation,
        achievement.quality,
        f"{achievement.workload.text} ({achievement.workload.formula})",
        achievement.stackability,
        achievement.note,
    )
    return "\n\n".join(text for text in said if text.strip())


def _attachments(report: etree._Element, entry: Entry) -> None:
    award = entry.tellings[0].award
    for number, file in enumerate(entry.files):
        attachment = _add(report, "attachment")
        _add(attachment, "identifier", _name_of(award.id, number), type="elmo")
        _say(attachment, "title", _titles(entry.tellings, lambda t: t.award.achievement.title))
        _add(attachment, "type", MICRO_CREDENTIAL)
        coded = base64.b64encode(file.content).decode()
        _add(attachment, "content", f"data:{file.media_type};base64,{coded}")


def _name_of(award: str, number: int) -> str:
    return f"{_token(award)}#{number + 1}"
