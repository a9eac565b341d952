"""The words of a check: verdicts, what to do, causes; and what endorsements say."""

from typing import Any

from django.utils.translation import gettext_lazy

from digicantrain.core.credentials.moments import read_stamp
from digicantrain.core.credentials.verification import Cause, Doubt, Endorsed, Report, Verdict
from digicantrain.credentials import checking

HEADINGS = {
    Verdict.VALID: gettext_lazy("This credential is valid"),
    Verdict.GENUINE: gettext_lazy("This is genuine, of an issuer that is not known here"),
    Verdict.EXPIRED: gettext_lazy("This credential has expired"),
    Verdict.NOT_YET_VALID: gettext_lazy("This credential is not valid yet"),
    Verdict.SUSPENDED: gettext_lazy("This credential is suspended"),
    Verdict.WITHDRAWN: gettext_lazy("This credential was withdrawn"),
    Verdict.REPLACED: gettext_lazy("This credential was replaced by another one"),
    Verdict.ALTERED: gettext_lazy("This is not valid: it was altered or is not signed rightly"),
    Verdict.NOT_OURS: gettext_lazy("This was not issued here"),
    Verdict.UNREADABLE: gettext_lazy("This is not a credential that can be read"),
    Verdict.NOT_CHECKED: gettext_lazy("This could not be checked"),
}
ADVICE = {
    Verdict.GENUINE: gettext_lazy(
        "Nothing was changed since it was signed, and it has not been withdrawn. Who stands behind "
        "the issuer is not known on this platform: anybody can make such a name. Make sure of the "
        "issuer before you rely on it."
    ),
    Verdict.EXPIRED: gettext_lazy(
        "It was genuine and in force until then. Whether that is enough for you is yours to decide."
    ),
    Verdict.NOT_YET_VALID: gettext_lazy("It is genuine. Check it again from that day on."),
    Verdict.SUSPENDED: gettext_lazy(
        "It is genuine, and for now it does not count. Ask the issuer, or check it again later."
    ),
    Verdict.WITHDRAWN: gettext_lazy("Do not rely on it: the issuer took back what it said."),
    Verdict.REPLACED: gettext_lazy(
        "It is genuine, and a corrected one was issued in its place. Ask the holder for that one."
    ),
    Verdict.ALTERED: gettext_lazy(
        "Do not rely on it. Ask the holder for the link of the credential and check that."
    ),
    Verdict.NOT_OURS: gettext_lazy(
        "Its issuer's name leads to no key that it could be checked with. It says nothing about "
        "what others issued: ask the issuer who is named in it."
    ),
    Verdict.UNREADABLE: gettext_lazy(
        "Perhaps a part is missing. Hand in the whole file, or ask the holder for the link."
    ),
    Verdict.NOT_CHECKED: gettext_lazy(
        "Do not take it for valid. Ask the holder for another form of it, or ask the issuer."
    ),
}
# a signature that holds, of which only the status is in doubt
LATER = gettext_lazy(
    "It is signed by its issuer, but whether it was withdrawn cannot be seen. Try again later."
)
CAUSES = {
    Cause.NOT_JSON: gettext_lazy("It is not JSON, or a part is missing."),
    Cause.TOO_LARGE: gettext_lazy("It is too large or nested too deeply."),
    Cause.NOT_A_CREDENTIAL: gettext_lazy("It is not a verifiable credential."),
    Cause.MALFORMED: gettext_lazy("It breaks a rule of the data model for credentials."),
    Cause.OTHER_ISSUER: gettext_lazy("Its issuer is not known on this platform."),
    Cause.UNKNOWN_ISSUER: gettext_lazy("Its issuer is not known on this platform."),
    Cause.NO_KEYS: gettext_lazy("Its issuer's keys cannot be had from the issuer's address."),
    Cause.NO_PROOF: gettext_lazy("It is not signed."),
    Cause.SEVERAL_PROOFS: gettext_lazy("It carries more than one signature."),
    Cause.OTHER_PROOF: gettext_lazy("Its signature is of another kind."),
    Cause.OTHER_KEY: gettext_lazy("It is signed with a key that is not the issuer's."),
    Cause.RETIRED_KEY: gettext_lazy("It is signed with a key after that was retired."),
    Cause.UNKNOWN_CONTEXT: gettext_lazy("It uses a vocabulary that is not known here."),
    Cause.UNSIGNED_PART: gettext_lazy("A part of it is not covered by the signature."),
    Cause.SIGNATURE: gettext_lazy("Its content is not what was signed."),
    Cause.NO_DATE: gettext_lazy("Its dates cannot be read."),
    Cause.STATUS: gettext_lazy("Its status list cannot be relied on."),
    Cause.WITHDRAWN: gettext_lazy("The issuer withdrew it."),
    Cause.SUSPENDED: gettext_lazy("The issuer suspended it for now."),
    Cause.REPLACED: gettext_lazy("The issuer replaced it by a corrected one."),
    Cause.NOT_YET: gettext_lazy("It begins later."),
    Cause.EXPIRED: gettext_lazy("Its time is over."),
    Cause.EMBEDDED: gettext_lazy("A credential inside it does not stand."),
    Cause.TOO_MUCH: gettext_lazy("To check it would take too much work."),
    Cause.PRESENTATION: gettext_lazy("It was made for somebody else, or for another moment."),
}
PLACES = {
    "achievement": gettext_lazy("about what was learned"),
    "issuer": gettext_lazy("about the issuer"),
    "credential": gettext_lazy("about this credential"),
}
ENDORSEMENTS = {
    Verdict.VALID: gettext_lazy("Stands: signed by who says it, an organisation known here."),
    Verdict.GENUINE: gettext_lazy(
        "Signed by who says it, and not withdrawn. Who that is, is not known here: anybody can "
        "make such a name."
    ),
    Verdict.WITHDRAWN: gettext_lazy("Withdrawn: who said it does not say it any more."),
    Verdict.EXPIRED: gettext_lazy("Its time is over."),
    Verdict.NOT_YET_VALID: gettext_lazy("It begins later."),
    Verdict.SUSPENDED: gettext_lazy("Suspended for now by who said it."),
    Verdict.REPLACED: gettext_lazy("Replaced by another one."),
    Verdict.ALTERED: gettext_lazy("Not genuine: it is not what its endorser signed."),
}
NOT_CHECKED = gettext_lazy("It cannot be checked.")
DOUBTS = {
    Doubt.NOT_ONE: gettext_lazy("This is no endorsement."),
    Doubt.OF_ANOTHER: gettext_lazy("It speaks of something else: it says nothing for this one."),
    Doubt.OWN: gettext_lazy("The issuer says it of itself: that is no endorsement."),
    Doubt.TOO_MANY: gettext_lazy("There are more endorsements than are looked at."),
}


def endorsements_in(report: Report) -> list[dict[str, Any]]:
    """Return each endorsement that a credential carries, with its own verdict, for a page."""
    return [_endorsement(one) for one in report.endorsements]


def _endorsement(one: Endorsed) -> dict[str, Any]:
    """Return one; whose signature does not hold, its words are not shown as anybody's."""
    report = one.report
    proved = report.is_authentic and report.document is not None and one.doubt is not Doubt.NOT_ONE
    document = (report.document or {}) if proved else {}
    address, name = checking.issuer_named(document)
    return {
        "place": PLACES[one.place],
        "who": name,
        "address": address,
        "comment": checking.comment_of(document),
        "since": read_stamp(document.get("validFrom")),
        "stands": one.stands,
        "known": report.is_ours,
        "words": _words(one),
    }


def _words(one: Endorsed) -> str:
    if one.doubt and (one.report.is_authentic or one.doubt is Doubt.TOO_MANY):
        return str(DOUBTS[one.doubt])
    return str(ENDORSEMENTS.get(one.report.verdict, NOT_CHECKED))
