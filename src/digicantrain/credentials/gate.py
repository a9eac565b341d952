"""The publish gate: what a module can award is complete, or it is refused and told what it lacks.

Every language in which the module exists is looked at, and the document that would be issued is
run through JSON-LD in safe mode: a term that no context defines would not be signed.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digicantrain.core.credentials import badge, linked_data
from digicantrain.core.credentials.award import (
    Achievement,
    Award,
    AwardingBody,
    Element,
    Further,
    Required,
    gaps_of,
)
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.credentials import expiry
from digicantrain.credentials.achievements import body_of
from digicantrain.credentials.badges import all_in
from digicantrain.credentials.countries import is_country
from digicantrain.people.models import Organisation
from digicantrain.programme.models import ModuleVersion, Programme

NAMES: Final[dict[Required, object]] = {
    Element.LEARNER: gettext_lazy("identification of the learner"),
    Element.TITLE: gettext_lazy("title"),
    Element.COUNTRY: gettext_lazy("country or region of the issuer"),
    Element.AWARDING_BODY: gettext_lazy("awarding body"),
    Element.DATE: gettext_lazy("date of issue"),
    Element.OUTCOMES: gettext_lazy("learning outcomes"),
    Element.WORKLOAD: gettext_lazy("notional workload"),
    Element.LEVEL: gettext_lazy("level (EQF) and what it rests on"),
    Element.ASSESSMENT: gettext_lazy("type of assessment"),
    Element.PARTICIPATION: gettext_lazy("form of participation"),
    Element.QUALITY: gettext_lazy("type of quality assurance"),
    Further.SUPERVISION: gettext_lazy("supervision and identity verification during assessment"),
    Further.ENTITLEMENT: gettext_lazy("entitlement of the awarding body to award ECTS credits"),
}
_IN_FILES: Final = gettext_lazy("Say it in the module's files.")
_ON_PAGE: Final = gettext_lazy("An administrator says it on the organisation's page.")
_LEVEL: Final = gettext_lazy("Say whether it is referenced, and to what, or self-assessed.")
MENDS: Final[dict[Required, object]] = {
    Element.COUNTRY: _ON_PAGE,
    Element.AWARDING_BODY: _ON_PAGE,
    Element.QUALITY: _ON_PAGE,
    Element.LEVEL: _LEVEL,
    Further.ENTITLEMENT: _ON_PAGE,
}
_SAMPLE_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SAMPLE_DID: Final = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH"


class NotPublishedError(ValueError):
    """Modules promise credentials that lack something; each sentence says which and what."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(sentences))


def lacking(version: ModuleVersion, *, organisation: Organisation) -> tuple[Required, ...]:
    """Return what is missing in any language of a module, before anybody has earned it."""
    found: set[Required] = set()
    for language in version.languages or [organisation.language]:
        body = body_of(organisation, did=_SAMPLE_DID, language=language)
        for achievement in all_in(version, organisation=organisation, language=language):
            found |= set(gaps_of(achievement, body))
    if version.data.get("credit") and not is_country(organisation.country):
        found.add(Element.COUNTRY)
    return tuple(element for element in NAMES if element in found)


def sentences_of(version: ModuleVersion, *, organisation: Organisation) -> list[str]:
    """Return one sentence for each thing that stands in the way of issuing, in the reader's words.

    A module in which nothing can be earned has none.
    """
    if not version.data.get("credit"):
        return []
    missing = lacking(version, organisation=organisation)
    if missing:
        return [sentence_of(element) for element in missing]
    return _undefined_terms(version, organisation)


def sentence_of(element: Required) -> str:
    """Return what is missing and who can mend it."""
    words = {"element": NAMES[element], "mend": MENDS.get(element, _IN_FILES)}
    return _("What can be earned lacks an element: %(element)s. %(mend)s") % words


def require_publishable(programme: Programme) -> None:
    """Refuse a programme whose modules promise a credential that could not be issued.

    Raises:
        NotPublishedError: it names each module and what is missing.
    """
    offered = programme.modules.filter(withdrawn_at=None, current__isnull=False)
    sentences = [
        f"{module.code}: {sentence}"
        for module in offered.select_related("current__module__programme")
        if module.current
        for sentence in sentences_of(module.current, organisation=programme.organisation)
    ]
    if sentences:
        raise NotPublishedError(sentences)


def _undefined_terms(version: ModuleVersion, organisation: Organisation) -> list[str]:
    for language in version.languages or [organisation.language]:
        body = body_of(organisation, did=_SAMPLE_DID, language=language)
        for achievement in all_in(version, organisation=organisation, language=language):
            award = _sample(version, achievement, body)
            cause = _cause_in(orjson.dumps(badge.document_of(award)))
            if cause:
                return [_("The credential could not be signed. %(cause)s") % {"cause": cause}]
    return []


@lru_cache(maxsize=64)
def _cause_in(document: bytes) -> str:
    """Return why a document is no safe JSON-LD, or nothing; the same one is not asked twice."""
    try:
        linked_data.canonical(orjson.loads(document))
    except linked_data.LinkedDataError as error:
        return str(error)
    return ""


def _sample(version: ModuleVersion, achievement: Achievement, body: AwardingBody) -> Award:
    """Return the award as it would be issued to somebody: the same in each run."""
    salt = hashlib.sha256(version.digest.encode()).hexdigest()[:32]
    return Award(
        id="urn:uuid:00000000-0000-4000-8000-000000000000",
        achievement=achievement,
        body=body,
        identities=(Identity.of(IdentityKind.EMAIL, "sample@example.org", salt=salt),),
        issued_at=_SAMPLE_DAY,
        status=StatusEntry("https://credits.example/status/sample", 1),
        expires_at=expiry.end_of(version, issued_at=_SAMPLE_DAY),
    )
