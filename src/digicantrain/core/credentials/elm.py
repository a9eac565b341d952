"""Writes an award down as a European Digital Credential: European Learning Model 3, JSON-LD.

The shape is the application profile `edc-generic-full`. Texts stand in language maps, so the same
award is handed in once for each language it is told in, the holder's own first.
"""

import base64
import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from digicantrain.core.credentials import european_lists as lists
from digicantrain.core.credentials.award import (
    Assessment,
    Award,
    Competence,
    Kind,
    Outcome,
    require_complete,
)
from digicantrain.core.credentials.moments import utc
from digicantrain.core.credentials.tellings import Learner, Telling, Words, words_of

CONTEXTS: Final = (
    "https://www.w3.org/2018/credentials/v1",
    "http://data.europa.eu/snb/model/context/edc-ap",
)
# register, country, number: ETSI EN 319 412-1, 5.1.4
LEGAL_IDENTIFIER: Final = re.compile(r"[A-Z]{3}[A-Z]{2}-[!-~]{1,60}")
PROFILE: Final = "http://data.europa.eu/snb/model/ap/edc-generic-full"

JSONObject = dict[str, Any]


class EuropeanFormError(ValueError):
    """An award lacks what only the European form asks for; the sentence names it."""


@dataclass(frozen=True)
class Extras:
    """What the form may hold beside the award: logo (PNG), certificate (PDF), address to check."""

    link: str = ""
    logo: bytes = b""
    certificate: bytes = b""


def document_of(
    tellings: Sequence[Telling], *, learner: Learner, extras: Extras | None = None
) -> JSONObject:
    """Return the European Digital Credential of an award, not yet sealed.

    Raises:
        IncompleteError: an element is missing in one of the languages.
        EuropeanFormError: something that only this form asks for is missing.
        UnknownEntryError: the Commission's lists do not hold the country or a language.
    """
    if not tellings:
        raise EuropeanFormError("The European form needs the award in at least one language.")
    for telling in tellings:
        require_complete(telling.award)
    _require_form(tellings[0].award, learner, tellings)
    return _Form(tellings, learner, extras or Extras()).document()


def upload_of(document: JSONObject) -> JSONObject:
    """Return the document as the Commission's issuer takes it in."""
    return {"credential": document}


def _require_form(award: Award, learner: Learner, tellings: Sequence[Telling]) -> None:
    number = award.body.legal_identifier
    said = {
        "the learner's name": learner.name,
        "the awarding body's number in a register": LEGAL_IDENTIFIER.fullmatch(number),
        "a picture of the certificate": all(telling.picture for telling in tellings),
    }
    lacking = [name for name, value in said.items() if not value]
    if lacking:
        raise EuropeanFormError(f"The European form also needs: {'; '.join(lacking)}.")


def duration(minutes: int) -> str:
    """Return minutes as xsd:duration.

    >>> duration(50), duration(1620), duration(90)
    ('PT50M', 'PT27H', 'PT1H30M')
    """
    hours, rest = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest or not hours else ''}"


@dataclass
class _Form:
    """Builds one document; `_counts` numbers its parts by their kind."""

    tellings: Sequence[Telling]
    learner: Learner
    extras: Extras
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.award = self.tellings[0].award
        self.achievement = self.award.achievement
        self.body = self._body()
        self.awarding = self._awarding()

    def document(self) -> JSONObject:
        """Return the whole document."""
        moment = utc(self.award.issued_at)
        written: JSONObject = {
            "@context": list(CONTEXTS),
            "id": f"urn:credential:{_uuid_of(self.award.id)}",
            "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
            "credentialProfiles": lists.GENERIC,
            "credentialSchema": {"id": PROFILE, "type": "ShaclValidator2017"},
            "displayParameter": self._display(),
            "identifier": self._node(
                "identifier", "Identifier", schemeName="Open Badges 3.0", notation=self.award.id
            ),
            "issuer": self.body,
            "issuanceDate": moment,
            "issued": moment,
            "validFrom": moment,
            "credentialSubject": self._subject(),
        }
        if self.award.expires_at:
            written |= self._ends(self.award.expires_at)
        if self.extras.certificate:
            written["attachment"] = self._media(self.extras.certificate, "PDF")
        return written

    def _ends(self, moment: datetime) -> JSONObject:
        return {"expirationDate": utc(moment), "validUntil": utc(moment)}

    # --- parts that many others are made of ---

    def _node(self, name: str, type_: str, **members: Any) -> JSONObject:
        """Return a part with a number of its own; members that say nothing are left out."""
        self.counts[name] += 1
        said = {key: value for key, value in members.items() if value not in ("", None, [], {})}
        return {"id": f"urn:epass:{name}:{self.counts[name]}", "type": type_, **said}

    def _words(self, say: Callable[[Telling], str]) -> Words:
        return words_of(self.tellings, say)

    def _note(self, say: Callable[[Telling], str]) -> JSONObject | None:
        words = self._words(say)
        return self._node("note", "Note", noteLiteral=words) if words else None

    def _notes(self, *says: Callable[[Telling], str]) -> list[JSONObject]:
        return [note for note in map(self._note, says) if note]

    def _media(self, content: bytes, letters: str) -> JSONObject:
        return self._node(
            "mediaObject",
            "MediaObject",
            content=base64.b64encode(content).decode(),
            contentEncoding=lists.BASE64,
            contentType=lists.file_type(letters),
        )

    def _web(self, address: str, say: Callable[[Telling], str] | None = None) -> JSONObject | None:
        if not address:
            return None
        title = self._words(say) if say else {}
        return self._node("webResource", "WebResource", contentURL=address, title=title)

    def _languages(self) -> list[JSONObject]:
        return [lists.language(telling.language) for telling in self.tellings]

    # --- who ---

    def _body(self) -> JSONObject:
        body = self.award.body
        registered_in = body.legal_identifier[3:5]
        identifier = {
            "notation": body.legal_identifier,
            "spatial": self._country()
            if registered_in == body.country
            else lists.country(registered_in, name=registered_in),
        }
        return self._node(
            "org",
            "Organisation",
            legalName=self._words(lambda telling: telling.award.body.name),
            location=self._node(
                "location",
                "Location",
                address=self._node("address", "Address", countryCode=self._country()),
            ),
            registration=self._node("legalIdentifier", "LegalIdentifier", **identifier),
            eIDASIdentifier=self._node("legalIdentifier", "LegalIdentifier", **identifier),
            homepage=self._web(body.website),
            contactPoint=self._contact(body.email),
            logo=self._media(self.extras.logo, "PNG") if self.extras.logo else None,
        )

    def _country(self) -> JSONObject:
        english = next((t.country for t in self.tellings if t.language == "en"), "")
        name = english or self.tellings[0].country
        return lists.country(self.award.body.country, name=name)

    def _awarding(self) -> JSONObject:
        says_ects = self.achievement.workload.ects is not None
        return self._node(
            "awardingProcess",
            "AwardingProcess",
            awardingBody=self.body,
            awardingDate=utc(self.award.issued_at),
            additionalNote=self._note(lambda t: t.phrases.entitled) if says_ects else None,
        )

    def _subject(self) -> JSONObject:
        name = {self.tellings[0].language: self.learner.name}
        contact = self._contact(self.learner.email)
        return self._node(
            "person", "Person", fullName=name, contactPoint=contact, hasClaim=self._claim()
        )

    def _contact(self, email: str) -> JSONObject | None:
        if not email:
            return None
        mailbox = {"id": f"mailto:{quote(email, safe='@+')}", "type": "Mailbox"}
        return self._node("contactPoint", "ContactPoint", emailAddress=mailbox)

    # --- what ---

    def _claim(self) -> JSONObject:
        return self._node(
            "learningAchievement",
            "LearningAchievement",
            title=self._words(lambda t: t.award.achievement.title),
            description=self._words(lambda t: t.award.achievement.description),
            additionalNote=self._notes(
                lambda t: t.award.achievement.criteria, lambda t: t.award.achievement.note
            ),
            awardedBy=self.awarding,
            creditReceived=self._credit(),
            influencedBy=self._activity(),
            provenBy=[self._assessment(n) for n in range(len(self.achievement.assessments))],
            specifiedBy=self._qualification(),
            supplementaryDocument=self._web(self.extras.link, lambda t: t.phrases.check),
        )

    def _credit(self) -> JSONObject | None:
        ects = self.achievement.workload.ects
        if ects is None:
            return None
        point = f"{ects.normalize():f}"
        return self._node("creditPoint", "CreditPoint", framework=lists.ECTS, point=point)

    def _qualification(self) -> JSONObject:
        achievement = self.achievement
        part = achievement.kind is Kind.BADGE
        return {
            "id": achievement.urn,
            "type": "Qualification",
            **_said(
                title=self._words(lambda t: t.award.achievement.title),
                description=self._words(lambda t: t.award.achievement.description),
                additionalNote=self._notes(
                    _level_words,
                    lambda t: t.award.achievement.workload.text,
                    lambda t: t.award.achievement.workload.formula,
                    lambda t: t.award.achievement.stackability,
                ),
                dcType=lists.MODULE if part else lists.SHORT,
                eqfLevel=lists.eqf(achievement.level.eqf or 0),
                creditPoint=self._credit(),
                volumeOfLearning=duration(achievement.workload.minutes),
                mode=lists.participation(achievement.takes_part),
                learningSetting=lists.NON_FORMAL,
                language=self._languages(),
                learningOutcome=[self._outcome(n) for n in range(len(achievement.outcomes))],
                accreditation=self._quality(),
                homepage=self._web(achievement.page),
            ),
            "isPartialQualification": part,
        }

    def _quality(self) -> JSONObject:
        return self._node(
            "accreditation",
            "Accreditation",
            dcType=lists.INSTITUTION,
            title=self._words(lambda t: t.award.achievement.quality),
            accreditingAgent=self.body,
        )

    def _outcome(self, number: int) -> JSONObject:
        def said(telling: Telling) -> Outcome:
            return telling.award.achievement.outcomes[number]

        outcome = said(self.tellings[0])
        skills = [self._skill(number, place) for place in range(len(outcome.competences))]
        return {
            "id": outcome.urn,
            "type": "LearningOutcome",
            **_said(title=self._words(lambda t: said(t).text), relatedSkill=skills),
        }

    def _skill(self, number: int, place: int) -> JSONObject:
        def said(telling: Telling) -> Competence:
            return telling.award.achievement.outcomes[number].competences[place]

        skill = said(self.tellings[0])
        return {
            "id": skill.urn,
            "type": "Concept",
            "inScheme": {"id": _scheme_of(skill.framework), "type": "ConceptScheme"},
            "prefLabel": self._words(lambda t: f"{said(t).title} ({said(t).framework})"),
            "notation": skill.code,
        }

    def _activity(self) -> JSONObject:
        spent = duration(self.achievement.workload.minutes)
        mode = lists.participation(self.achievement.takes_part)
        specification = self._node(
            "learningActivitySpec",
            "LearningActivitySpecification",
            title=self._words(lambda t: t.phrases.learning),
            description=self._words(lambda t: t.award.achievement.participation),
            dcType=lists.COURSEWORK,
            mode=mode,
            volumeOfLearning=spent,
            language=self._languages(),
        )
        return self._node(
            "activity",
            "LearningActivity",
            title=self._words(lambda t: t.phrases.learning),
            description=self._words(lambda t: t.award.achievement.participation),
            workload=spent,
            directedBy=self.body,
            awardedBy=self.awarding,
            specifiedBy=specification,
        )

    def _assessment(self, number: int) -> JSONObject:
        def said(telling: Telling) -> Assessment:
            return telling.award.achievement.assessments[number]

        passed = said(self.tellings[0])
        scheme = self._words(lambda t: said(t).required)
        specification = self._node(
            "learningAssessmentSpec",
            "LearningAssessmentSpecification",
            title=self._words(lambda t: said(t).name),
            description=self._words(lambda t: t.award.achievement.assessment_type),
            dcType=lists.assessment(passed.kind),
            mode=lists.participation(self.achievement.takes_part),
            language=self._languages(),
            gradingScheme=self._node("gradingScheme", "GradingScheme", title=scheme)
            if scheme
            else None,
        )
        return self._node(
            "learningAssessment",
            "LearningAssessment",
            title=self._words(lambda t: said(t).name),
            additionalNote=self._notes(lambda t: t.award.achievement.supervision),
            grade=self._note(lambda t: t.phrases.passed),
            idVerification=lists.supervision(self.achievement.watched),
            dateIssued=utc(self.award.issued_at),
            assessedBy=self.body,
            awardedBy=self.awarding,
            specifiedBy=specification,
        )

    # --- how it is shown ---

    def _display(self) -> JSONObject:
        return self._node(
            "displayParameter",
            "DisplayParameter",
            title=self._words(lambda t: t.award.achievement.title),
            description=self._words(lambda t: t.award.achievement.description),
            language=self._languages(),
            primaryLanguage=lists.language(self.tellings[0].language),
            individualDisplay=[self._shown(telling) for telling in self.tellings],
        )

    def _shown(self, telling: Telling) -> JSONObject:
        detail = self._node(
            "displayDetail", "DisplayDetail", image=self._media(telling.picture, "PNG"), page=1
        )
        return self._node(
            "individualDisplay",
            "IndividualDisplay",
            language=lists.language(telling.language),
            displayDetail=[detail],
        )


def _said(**members: Any) -> Mapping[str, Any]:
    return {key: value for key, value in members.items() if value not in ("", None, [], {})}


def _level_words(telling: Telling) -> str:
    level = telling.award.achievement.level
    return f"EQF {level.eqf}: {level.basis}"


def _scheme_of(framework: str) -> str:
    """Return an identifier for a framework of competences."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'framework: {framework}')}"


def _uuid_of(identifier: str) -> str:
    return identifier.removeprefix("urn:uuid:")
