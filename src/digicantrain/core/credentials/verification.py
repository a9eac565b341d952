"""Judges credentials and presentations: generators that ask for what they need and are told.

They know no network, database or clock, so they are tested with a dictionary. Whatever they are not
told, or cannot read, makes the answer anything but valid.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from digicantrain.core.credentials import endorsement, securing
from digicantrain.core.credentials.data_model import (
    CREDENTIAL,
    PRESENTATION,
    MalformedError,
    is_european,
    issuer_of,
    require_credential,
    require_presentation,
    types_of,
)
from digicantrain.core.credentials.integrity import holds, proofs_of
from digicantrain.core.credentials.keys import AUTHENTICATION
from digicantrain.core.credentials.linked_data import inside
from digicantrain.core.credentials.securing import Asking, Secured
from digicantrain.core.credentials.standing import (
    require_begun,
    require_not_over,
    require_standing,
)
from digicantrain.core.credentials.verdicts import (
    Answer,
    Cause,
    Doubt,
    Endorsed,
    Holds,
    IssuerKeys,
    Judging,
    Refused,
    Report,
    Rules,
    Standing,
    Verdict,
    Want,
    WantDocument,
    WantKeys,
    WantNewest,
    WantStatusList,
    answered,
)

__all__ = [
    "Answer",
    "Cause",
    "Doubt",
    "Endorsed",
    "Holds",
    "IssuerKeys",
    "Judging",
    "Report",
    "Rules",
    "Standing",
    "Verdict",
    "Want",
    "WantDocument",
    "WantKeys",
    "WantNewest",
    "WantStatusList",
    "answered",
    "judge",
    "judge_presentation",
    "judge_under",
]

MOST_INSIDE: Final = 64


def judge(text: str | bytes, *, now: datetime, holds: Holds = holds) -> Judging:
    """Judge a credential as the public page does; `holds` may be one that remembers."""
    return judge_under(text, Rules(now, holds=holds))


def judge_under(what: str | bytes | Mapping[str, Any], rules: Rules) -> Judging:
    """Judge a credential: JSON with a proof, a JWT, or an envelope around one.

    Endorsements in it are judged after it, each by itself: they change nothing about its verdict.
    """
    report: Report = yield from _judged(what, rules)
    if not report.is_authentic or report.document is None:
        return report
    endorsements = yield from _endorsements(report.document, rules)
    return replace(report, endorsements=endorsements) if endorsements else report


def _endorsements(document: Mapping[str, Any], rules: Rules) -> Asking:
    found, issuer = [], issuer_of(document)
    for number, one in enumerate(endorsement.carried_by(document)):
        if number >= endorsement.MOST:
            unread = Report(Verdict.NOT_CHECKED, Cause.TOO_MUCH)
            found.append(Endorsed(one.place, unread, Doubt.TOO_MANY))
            break
        if not isinstance(one.what, Mapping | str):
            report = Report(Verdict.UNREADABLE, Cause.NOT_A_CREDENTIAL)
        else:
            report = yield from _judged(one.what, rules.deeper())
        doubt = endorsement.doubt_of(report.document, one, issuer=issuer)
        found.append(Endorsed(one.place, report, doubt))
    return tuple(found)


def _judged(what: str | bytes | Mapping[str, Any], rules: Rules) -> Judging:
    secured: Secured | None = None
    is_ours, inner = False, ()
    try:
        secured = securing.read(what)
        _require_named(secured, CREDENTIAL)
        signer = yield from securing.issuer(issuer_of(secured.document))
        is_ours = signer.is_ours
        yield from securing.require_signed(secured, signer, rules)
        inner = yield from _judged_inside(secured.document, rules)
        require_begun(secured, rules)
        if rules.with_status:
            yield from require_standing(secured.document, signer, rules)
        _require_form(secured, require_credential)
        require_not_over(secured, rules)
        _require_all_stand(inner)
    except Refused as refused:
        document = secured.document if secured else None
        return Report(refused.verdict, refused.cause, document, refused.detail, is_ours, inner)
    if is_ours:
        return Report(Verdict.VALID, None, secured.document, "", is_ours, inner)
    return Report(Verdict.GENUINE, Cause.OTHER_ISSUER, secured.document, "", is_ours, inner)


def _require_named(secured: Secured, kind: str) -> None:
    """Refuse what does not even say that it is a credential of somebody."""
    document = secured.document
    says_nothing = kind == CREDENTIAL and not (
        document.get("credentialSubject") and issuer_of(document)
    )
    if is_european(document):
        raise Refused(Verdict.UNREADABLE, Cause.EUROPEAN)
    if kind not in types_of(document) or says_nothing:
        raise Refused(Verdict.UNREADABLE, Cause.NOT_A_CREDENTIAL)


def _require_form(secured: Secured, require: Callable[[dict[str, Any]], None]) -> None:
    """Refuse what breaks a rule of the data model, though its issuer signed it."""
    try:
        require(secured.document)
    except MalformedError as error:
        raise Refused(Verdict.UNREADABLE, Cause.MALFORMED, str(error)) from None


def _judged_inside(document: dict[str, Any], rules: Rules) -> Asking:
    """Judge the credentials inside a transcript or presentation, each by itself."""
    found = inside(document)
    if not found:
        return ()
    if rules.depth <= 0 or len(found) > MOST_INSIDE:
        raise Refused(Verdict.NOT_CHECKED, Cause.TOO_MUCH)
    reports = []
    for one in found:
        if not isinstance(one, Mapping | str):
            raise Refused(Verdict.UNREADABLE, Cause.MALFORMED, "Inside is no credential.")
        report = yield from judge_under(one, rules.deeper())
        reports.append(report)
    return tuple(reports)


def _require_all_stand(inner: tuple[Report, ...]) -> None:
    """Refuse what holds a credential that does not stand, with the verdict on that one."""
    for report in inner:
        if not report.stands:
            detail = report.detail or (report.cause.value if report.cause else "")
            raise Refused(report.verdict, Cause.EMBEDDED, detail)


# --- presentations ---


def judge_presentation(
    what: str | bytes | Mapping[str, Any],
    rules: Rules,
    *,
    challenge: str | None = None,
    domain: str | None = None,
) -> Judging:
    """Judge a presentation: signed by its holder, for this challenge and domain where they are set.

    Each credential in it must stand.
    """
    secured: Secured | None = None
    try:
        secured = securing.read(what)
        _require_named(secured, PRESENTATION)
        _require_meant(secured, challenge=challenge, domain=domain)
        holder = yield from securing.issuer(_holder_of(secured))
        yield from securing.require_signed(secured, holder, rules, purpose=AUTHENTICATION)
        _require_form(secured, require_presentation)
        _require_timely(secured, rules)
        inner = yield from _judged_inside(secured.document, rules)
        _require_all_stand(inner)
    except Refused as refused:
        return refused.report(secured.document if secured else None)
    return Report(Verdict.GENUINE, Cause.OTHER_ISSUER, secured.document, inner=inner)


def _require_timely(secured: Secured, rules: Rules) -> None:
    begins, ends = secured.moment("nbf"), secured.moment("exp")
    if begins is not None and rules.now < begins:
        raise Refused(Verdict.NOT_YET_VALID, Cause.NOT_YET)
    if ends is not None and rules.now > ends:
        raise Refused(Verdict.EXPIRED, Cause.EXPIRED)


def _holder_of(secured: Secured) -> str:
    """Return who presents; one that does not say is known by the key that signed."""
    named = issuer_of(secured.document)
    if named:
        return named
    if secured.claims is not None:
        return str(secured.claims.get("iss", ""))
    for proof in proofs_of(secured.document):
        return str(proof.get("verificationMethod", "")).partition("#")[0]
    raise Refused(Verdict.ALTERED, Cause.NO_PROOF)


def _require_meant(secured: Secured, *, challenge: str | None, domain: str | None) -> None:
    """Refuse a presentation that was made for another challenge or another domain."""
    claims = secured.claims
    if claims is not None:
        said = [(claims.get("nonce"), claims.get("aud"))]
    else:
        said = [(one.get("challenge"), one.get("domain")) for one in proofs_of(secured.document)]
    for told, where in said:
        if challenge is not None and told != challenge:
            raise Refused(Verdict.NOT_CHECKED, Cause.PRESENTATION, "The challenge is another one.")
        if domain is not None and domain not in (where if isinstance(where, list) else [where]):
            raise Refused(Verdict.NOT_CHECKED, Cause.PRESENTATION, "The domain is another one.")
