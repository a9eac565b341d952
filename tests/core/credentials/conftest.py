"""An award with a signing key that is the same in every run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from digicantrain.core.credentials import badge, integrity, keys, proof, verification
from digicantrain.core.credentials.award import (
    Achievement,
    Assessment,
    Award,
    AwardingBody,
    Competence,
    Kind,
    Level,
    Outcome,
    Workload,
)
from digicantrain.core.credentials.identity import Identity, IdentityKind
from digicantrain.core.credentials.status import StatusEntry, StatusList

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIST = "https://credits.example/status/1"


def key_pair(seed=1):
    """Return a signer and its public key, under a did:key of their own."""
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    public = keys.write_public(private.public_key())
    method = keys.method_of(keys.did_key(public), public)
    return keys.LocalSigner(method, private), keys.PublicKey(method, public)


SIGNER, PUBLIC = key_pair()
ISSUER = keys.did_key(PUBLIC.multibase)
BODY = AwardingBody(ISSUER, "Turku Training", "FI", "https://turku.example/", may_award_ects=True)
ACHIEVEMENT = Achievement(
    urn="urn:uuid:11111111-1111-4111-8111-111111111111",
    kind=Kind.MICRO_CREDENTIAL,
    language="en",
    title="Reading reports",
    description="How to read what patients report.",
    criteria="Test passed.",
    outcomes=(
        Outcome(
            "urn:uuid:22222222-2222-4222-8222-222222222222",
            "O1",
            "Read a report",
            (Competence("urn:uuid:3333", "D4.1", "Remote monitoring", "Sample"),),
        ),
        Outcome("urn:uuid:44444444-4444-4444-8444-444444444444", "O2", "Choose what to do"),
    ),
    workload=Workload(1620, "1 ECTS", "1 ECTS = 27 h", Decimal(1)),
    level=Level(6, "self-assessed"),
    assessments=(Assessment("urn:uuid:5555", "Scenario test", "70 per cent"),),
    assessment_type="Scenario test",
    participation="Online",
    quality="Internal quality assurance",
    supervision="Unsupervised",
    stackability="A part of module X1",
    note="Practice is not part of it.",
    version="1.0",
    page="https://credits.example/modules/X1/",
)


def award(achievement=ACHIEVEMENT, **changes):
    """Return the achievement awarded to Aino."""
    fields = {
        "id": "urn:uuid:66666666-6666-4666-8666-666666666666",
        "achievement": achievement,
        "body": BODY,
        "identities": (
            Identity.of(IdentityKind.EMAIL, "aino@example.org", salt="salt-1"),
            Identity.of(IdentityKind.NAME, "Aino Virtanen", salt="salt-2"),
        ),
        "issued_at": NOW,
        "status": StatusEntry(LIST, 77),
        "expires_at": NOW + timedelta(days=700),
    }
    return Award(**(fields | changes))


def sign(document, *, signer=SIGNER, created=NOW):
    return proof.signed(document, signer=signer, created=created)


def status_list(*withdrawn, signer=SIGNER, issuer=ISSUER, **fields):
    """Return the text of the issuer's signed status list."""
    row = StatusList(
        **({"url": LIST, "issuer": issuer, "changed_at": NOW} | fields),
        withdrawn=frozenset(withdrawn),
    )
    return sign(row.as_document(), signer=signer)


@pytest.fixture(scope="session")
def signed():
    """A signed credential; tests copy it before they change it."""
    return sign(badge.document_of(award()))


@pytest.fixture(scope="session")
def standing():
    """The status list of the issuer with nothing withdrawn."""
    return status_list()


class World:
    """What a verifier is told when it asks, and what it asked for."""

    def __init__(self, *, keys=(PUBLIC,), issuer=ISSUER, lists=None, holds=integrity.holds):
        self.keys = {issuer: verification.IssuerKeys(tuple(keys))}
        self.lists = lists or {}
        self.holds = holds
        self.asked = []
        self.seen = {}

    def answer(self, want):
        self.asked.append(want)
        if isinstance(want, verification.WantKeys):
            return self.keys.get(want.issuer)
        if isinstance(want, verification.WantNewest):
            return want.made_at >= self.seen.get(want.url, want.made_at)
        return self.lists.get(want.url)

    def judge(self, text, *, now=NOW):
        steps = verification.judge(text, now=now, holds=self.holds)
        return verification.answered(steps, self.answer)


def changed(achievement=ACHIEVEMENT, **fields):
    return replace(achievement, **fields)
