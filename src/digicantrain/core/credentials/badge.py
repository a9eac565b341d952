"""Writes an award down as an Open Badges 3.0 credential (VC Data Model 2.0), not yet signed."""

from decimal import Decimal
from typing import Any, Final

from digicantrain.core.credentials.award import (
    Achievement,
    Assessment,
    Award,
    AwardingBody,
    Competence,
    Outcome,
    require_complete,
)
from digicantrain.core.credentials.contexts import OPEN_BADGES_3, VC_2
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.terms import MICRO_CREDENTIAL

CONTEXTS: Final = (VC_2, OPEN_BADGES_3, MICRO_CREDENTIAL)
LEARNER: Final = "Salted SHA-256 hash of the learner's e-mail address and name"


def document_of(award: Award) -> dict[str, Any]:
    """Return the OpenBadgeCredential of an award; one with a gap is refused.

    `type` is an array everywhere, as is the proof later: that is valid in every published variant
    of the schema. There is no evidence in it: a learner's work is not for everybody who checks.
    """
    require_complete(award)
    return written(award)


def written(award: Award) -> dict[str, Any]:
    """Return the same without looking for gaps: for a template, whose own award had none."""
    achievement = award.achievement
    document: dict[str, Any] = {
        "@context": list(CONTEXTS),
        "id": award.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.title,
        "description": achievement.description,
        "issuer": profile_of(award.body),
        "validFrom": utc(award.issued_at),
        "credentialSubject": _subject(award),
        "credentialStatus": award.status.as_object(),
    }
    if award.expires_at:
        document["validUntil"] = utc(award.expires_at)
    return document


def profile_of(body: AwardingBody) -> dict[str, Any]:
    """Return who awards, as the issuer of a credential."""
    profile: dict[str, Any] = {
        "id": body.id,
        "type": ["Profile"],
        "name": body.name,
        "address": {"type": ["Address"], "addressCountryCode": body.country},
    }
    if body.website:
        profile["url"] = body.website
    if body.endorsements:
        profile["endorsementJwt"] = list(body.endorsements)
    return profile


def _subject(award: Award) -> dict[str, Any]:
    achievement = award.achievement
    subject: dict[str, Any] = {
        "id": award.subject_id,
        "type": ["AchievementSubject"],
        "identifier": [identity.as_object() for identity in award.identities],
        "achievement": _achievement(achievement),
        "result": [
            {"type": ["Result"], "resultDescription": passed.urn, "status": "Completed"}
            for passed in achievement.assessments
        ],
        "microCredential": _elements(award),
    }
    if achievement.workload.ects is not None:
        subject["creditsEarned"] = _number(achievement.workload.ects)
    return subject


def _achievement(achievement: Achievement) -> dict[str, Any]:
    criteria = {"narrative": achievement.criteria}
    written: dict[str, Any] = {
        "id": achievement.urn,
        "type": ["Achievement"],
        "achievementType": achievement.kind.value,
        "name": achievement.title,
        "description": achievement.description,
        "inLanguage": achievement.language,
        "criteria": {"id": achievement.page, **criteria} if achievement.page else criteria,
        "alignment": _alignments(achievement),
        "resultDescription": [_result_description(one) for one in achievement.assessments],
    }
    if achievement.version:
        written["version"] = achievement.version
    if achievement.workload.ects is not None:
        written["creditsAvailable"] = _number(achievement.workload.ects)
    if achievement.endorsements:
        written["endorsementJwt"] = list(achievement.endorsements)
    return written


def _alignments(achievement: Achievement) -> list[dict[str, Any]]:
    """Return the outcomes, then each competence that one of them serves, once."""
    competences = {one.urn: one for o in achievement.outcomes for one in o.competences}
    return [
        *(_outcome(one, achievement.title) for one in achievement.outcomes),
        *(_competence(one) for one in competences.values()),
    ]


def _outcome(outcome: Outcome, module: str) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetCode": outcome.code,
        "targetName": outcome.text,
        "targetFramework": module,
        "targetType": "ext:LearningOutcome",
        "targetUrl": outcome.urn,
    }


def _competence(competence: Competence) -> dict[str, Any]:
    return {
        "type": ["Alignment"],
        "targetCode": competence.code,
        "targetName": competence.title,
        "targetFramework": competence.framework,
        "targetType": "ceasn:Competency",
        "targetUrl": competence.urn,
    }


def _result_description(assessment: Assessment) -> dict[str, Any]:
    """Return what was assessed; that it was passed is said, with how many points is not.

    Points would be shown to everybody with the link, and the badge is the same for all who passed.
    """
    written: dict[str, Any] = {
        "id": assessment.urn,
        "type": ["ResultDescription"],
        "name": assessment.name,
        "resultType": "Status",
    }
    return {**written, "requiredValue": assessment.required} if assessment.required else written


def _elements(award: Award) -> dict[str, Any]:
    """Return the eleven mandatory elements and three optional ones, in their own terms."""
    achievement, body = award.achievement, award.body
    elements: dict[str, Any] = {
        "type": ["EuropeanMicroCredential"],
        "learnerIdentification": LEARNER,
        "microCredentialTitle": achievement.title,
        "countryOfIssuer": body.country,
        "awardingBody": body.name,
        "dateOfIssue": award.issued_on.isoformat(),
        "learningOutcomes": [outcome.text for outcome in achievement.outcomes],
        "notionalWorkload": achievement.workload.text,
        "workloadMinutes": achievement.workload.minutes,
        "workloadFormula": achievement.workload.formula,
        "eqfLevel": achievement.level.eqf,
        "eqfLevelBasis": achievement.level.basis,
        "assessmentType": achievement.assessment_type,
        "participationForm": achievement.participation,
        "qualityAssuranceType": achievement.quality,
        "supervisionAndIdentity": achievement.supervision,
        "stackability": achievement.stackability,
    }
    if achievement.workload.ects is not None:
        elements["ectsCredits"] = f"{achievement.workload.ects.normalize():f}"
    if achievement.note:
        elements["creditNote"] = achievement.note
    return elements


def _number(value: Decimal) -> int | float:
    """Return a number as JSON has it; a whole one without a point."""
    return int(value) if value == value.to_integral_value() else float(value)
