"""What the check of a credential said, in the words of the pages."""

from django.utils.translation import gettext_lazy

from digicantrain.core.credentials.verification import Cause, Verdict

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
CAUSES = {
    Cause.NOT_JSON: gettext_lazy("It is not JSON, or a part is missing."),
    Cause.NO_CREDENTIAL: gettext_lazy("This file carries no credential."),
    Cause.TOO_LARGE: gettext_lazy("It is too large or nested too deeply."),
    Cause.NOT_A_CREDENTIAL: gettext_lazy("It is not a verifiable credential."),
    Cause.EUROPEAN: gettext_lazy(
        "It is a European Digital Credential. Its seal is checked elsewhere."
    ),
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
