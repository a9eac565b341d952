"""The tables of this app."""

from digicantrain.credentials.models.claims import (
    ClaimedUnit,
    Evidence,
    EvidenceContent,
    RecognitionClaim,
)
from digicantrain.credentials.models.issued import (
    AchievementRecord,
    Change,
    CmeGrant,
    Credential,
    IssueRequest,
    IssuerKey,
    IssuingRun,
    Reminder,
    SealKey,
    StatusList,
    TrialCredential,
    share_token,
)
from digicantrain.credentials.models.stacks import (
    Endorsement,
    PathCertificate,
)

__all__ = (
    "AchievementRecord",
    "Change",
    "ClaimedUnit",
    "CmeGrant",
    "Credential",
    "Endorsement",
    "Evidence",
    "EvidenceContent",
    "IssueRequest",
    "IssuerKey",
    "IssuingRun",
    "PathCertificate",
    "RecognitionClaim",
    "Reminder",
    "SealKey",
    "StatusList",
    "TrialCredential",
    "share_token",
)
