"""The terms that Open Badges 3.0 lacks for the European elements, as an inline JSON-LD context.

It travels inside each credential: an address of ours that a foreign verifier cannot fetch would
make the credential look broken. A verifier here accepts an inline context by its hash only. A
changed context is a new version beside the old one, so what was issued stays valid.
"""

import hashlib
import json
from types import MappingProxyType
from typing import Any, Final

NAMESPACE: Final = "urn:uuid:90c3d5d8-022a-4126-9bc8-78add0f68b7c#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

_PLAIN = (
    "learnerIdentification",
    "microCredentialTitle",
    "countryOfIssuer",
    "awardingBody",
    "notionalWorkload",
    "workloadMinutes",
    "workloadFormula",
    "ectsCredits",
    "eqfLevel",
    "eqfLevelBasis",
    "assessmentType",
    "participationForm",
    "qualityAssuranceType",
    "supervisionAndIdentity",
    "stackability",
    "creditNote",
)

MICRO_CREDENTIAL: Final[dict[str, Any]] = {
    "microCredential": {"@id": f"{NAMESPACE}microCredential"},
    "EuropeanMicroCredential": {
        "@id": f"{NAMESPACE}EuropeanMicroCredential",
        "@context": {
            "@protected": True,
            "id": "@id",
            "type": "@type",
            **{term: {"@id": NAMESPACE + term} for term in _PLAIN},
            "dateOfIssue": {"@id": f"{NAMESPACE}dateOfIssue", "@type": f"{XSD}date"},
            "learningOutcomes": {"@id": f"{NAMESPACE}learningOutcomes", "@container": "@list"},
        },
    },
}


def digest_of(context: object) -> str:
    """Return the SHA-256 of a context, however its keys are ordered."""
    canonical = json.dumps(context, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


# hash of each inline context that was ever issued -> its version
PINNED: Final = MappingProxyType(
    {"7ebf071ca6d078367e85bf4fb8bc641e22279f65efeb9e5b7c897afc608312b2": 1}
)
