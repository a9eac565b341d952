"""What was awarded, kept in each of its languages when it is issued: all forms are made from it.

A module, a provider's words and its rules change later; what somebody earned does not.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import orjson
from django.utils import translation
from django.utils.translation import gettext as _

from digicantrain.core.credentials.award import Achievement, Award, AwardingBody
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.status import StatusEntry
from digicantrain.core.credentials.tellings import Phrases, Telling
from digicantrain.credentials.achievements import body_of
from digicantrain.credentials.badges import earned_in
from digicantrain.credentials.countries import country_name
from digicantrain.credentials.lists import address_of
from digicantrain.credentials.models import AchievementRecord, Credential
from digicantrain.people.models import Organisation
from digicantrain.programme.models import ModuleVersion

ENGLISH = "en"


def languages_of(version: ModuleVersion, *, language: str) -> list[str]:
    """Return the languages of a record: that of the course run, and English where it is written."""
    also = ENGLISH in version.languages and language != ENGLISH
    return [language, ENGLISH] if also else [language]


def as_taught(achievement: Achievement) -> Achievement:
    """Return what can be earned as the module says it, unchanged."""
    return achievement


def record_of(  # noqa: PLR0913 - what is recorded, and how it came about
    version: ModuleVersion,
    *,
    organisation: Organisation,
    language: str,
    told: Callable[[Achievement], Achievement] = as_taught,
    recognised: Mapping[str, int] | None = None,
    badge: str = "",
) -> AchievementRecord:
    """Return the record of what can be earned now; the same for all who earn the same.

    `told` changes what the module says where that is not how it came about.
    """
    tellings = {
        one: {
            "achievement": msgspec.to_builtins(
                told(
                    earned_in(
                        version,
                        badge=badge,
                        organisation=organisation,
                        language=one,
                        recognised=recognised,
                    )
                )
            ),
            "body": msgspec.to_builtins(body_of(organisation, did="", language=one)),
        }
        for one in languages_of(version, language=language)
    }
    digest = hashlib.sha256(orjson.dumps(tellings, option=orjson.OPT_SORT_KEYS)).hexdigest()
    row, _made = AchievementRecord.objects.get_or_create(
        digest=digest, defaults={"tellings": tellings}
    )
    return row


def awards_of(credential: Credential) -> list[Award]:
    """Return an issued award as it is told in each of its languages, the holder's own first.

    What was issued before records were kept is told from its module's version.
    """
    record = credential.record or record_of(
        credential.version,
        organisation=credential.organisation,
        language=credential.language,
        badge=credential.badge,
    )
    document = orjson.loads(credential.document)
    subject, issuer = document["credentialSubject"], document["issuer"]
    identities = tuple(
        Identity(IdentityKind(row["identityType"]), row["identityHash"], row["salt"])
        for row in subject["identifier"]
    )
    status = StatusEntry(address_of(credential.status_list), credential.status_index)
    languages = [credential.language, *(set(record.tellings) - {credential.language})]
    return [
        Award(
            id=f"urn:uuid:{credential.key}",
            achievement=_read(record.tellings[language]["achievement"], Achievement),
            body=_body(record.tellings[language]["body"], credential, did=issuer["id"]),
            identities=identities,
            issued_at=credential.issued_at,
            status=status,
            expires_at=credential.expires_at,
        )
        for language in languages
    ]


def achievement_in(record: AchievementRecord, *, language: str) -> Achievement | None:
    """Return what a record tells in a language, or nothing where it was not told in it."""
    told = record.tellings.get(language)
    return _read(told["achievement"], Achievement) if told else None


def _body(kept: dict[str, Any], credential: Credential, *, did: str) -> AwardingBody:
    """Return who awarded; a number in a register may have been entered later."""
    number = kept["legal_identifier"] or credential.organisation.legal_identifier
    body: AwardingBody = _read({**kept, "id": did, "legal_identifier": number}, AwardingBody)
    return body


def _read(value: Any, kind: Any) -> Any:
    return msgspec.convert(value, kind, strict=False)


def telling_of(award: Award, *, picture: bytes = b"") -> Telling:
    """Return an award with the sentences that the European forms add, in its language."""
    with translation.override(award.achievement.language):
        return Telling(
            award=award,
            phrases=Phrases(
                passed=_("Passed"),
                check=_("Check whether this credential stands"),
                entitled=_("The awarding body is entitled to award ECTS credits."),
                learning=_("Studying the module"),
            ),
            country=country_name(award.body.country),
            picture=picture,
        )
