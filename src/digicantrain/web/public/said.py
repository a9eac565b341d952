"""The words of a check: verdicts, what to do, causes; and what endorsements say."""

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from digicantrain.core.credentials.moments import read_stamp
from digicantrain.core.credentials.verification import Cause, Doubt, Endorsed, Report, Verdict
from digicantrain.credentials import checking
from digicantrain.credentials.certificates import rows_of
from digicantrain.credentials.models import Credential

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
    Verdict.UNREADABLE: gettext_lazy("Hand in the whole file, or ask the holder for the link."),
    Verdict.NOT_CHECKED: gettext_lazy(
        "Do not take it for valid. Ask the holder for another form of it, or ask the issuer."
    ),
}
# a signature that holds, of which only the status is in doubt
LATER = gettext_lazy(
    "It is signed by its issuer, but whether it was withdrawn cannot be seen. Try again later."
)
# what the cause alone says how to go on from
ADVICE_ON = {
    Cause.NO_CREDENTIAL: gettext_lazy("Type in the link that stands beside the QR code."),
    Cause.EUROPEAN: gettext_lazy(
        "Open it in the viewer of digital credentials at Europass (europa.eu/europass), or ask the "
        "holder for the link of the credential and check that here."
    ),
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


def spoken(row: Credential) -> tuple[str, list[tuple[str, str, str]]]:
    """Return a credential's language where it is not the reader's, and its rows with theirs."""
    language = "" if row.language == (get_language() or "en") else row.language
    ours = {_("Country of the issuer"), _("Date of issue")}
    rows = [(name, said, "" if name in ours else language) for name, said in rows_of(row)]
    return language, rows


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
