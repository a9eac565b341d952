"""Makes claims of prior learning in the state that a test needs."""

import io
from decimal import Decimal

from django.utils import timezone
from PIL import Image

from digicantrain.core.recognition import Ruling
from digicantrain.credentials import recognition
from digicantrain.credentials.models import Evidence, RecognitionClaim
from digicantrain.credentials.recognition import Decision, Told
from digicantrain.learning.models import Enrolment
from tests.credentials.earned import earn
from tests.learning import course

TAUGHT = ["first-look", "small-check", "trial", "note"]
TOLD = Told("I chair the tumour board's video calls.", "Turku ward", 2019, 2024, Decimal(40))
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


def picture(kind: str = "JPEG", *, side: int = 40, **options: object) -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), "green").save(out, format=kind, **options)
    return out.getvalue()


def widen(enrolment: Enrolment) -> Enrolment:
    """Add a second unit of 40 minutes, u2, that counts too."""
    version = enrolment.version
    unit = course.unit(version, "u2")
    for number in range(4):
        course.step(unit, f"more-{number}", minutes=10)
    units = ["u1", "u2", "final"]
    version.data = {**version.data, "credit": {**version.data["credit"], "units": units}}
    version.save()
    return Enrolment.objects.get(pk=enrolment.pk)


def statement() -> Evidence:
    """Return what an employer says, not saved."""
    return Evidence(
        kind=Evidence.Kind.STATEMENT,
        words="She runs our video calls.",
        confirmed_by="Helmi Koski",
        role="head nurse",
    )


def draft(enrolment: Enrolment, *units: str) -> RecognitionClaim:
    """Begin a claim without evidence."""
    wanted = units or ("u1",)
    return recognition.begin(enrolment, units=wanted, told=TOLD, now=timezone.now())


def sent(enrolment: Enrolment, *units: str, evidence: Evidence | None = None) -> RecognitionClaim:
    """Send a claim with one piece of evidence."""
    row, now = draft(enrolment, *units), timezone.now()
    recognition.add_evidence(row, evidence or statement(), now=now)
    return recognition.submit(row, now=now)


def decided(row, by, /, **rulings: str) -> RecognitionClaim:
    """Decide a claim, by default accepting all that waits."""
    units = [unit.unit for unit in recognition.to_decide(row)]
    decisions = {
        unit: Decision(Ruling(rulings.get(unit, "accepted")), f"Why {unit}.") for unit in units
    }
    return recognition.decide(row, decisions=decisions, by=by, now=timezone.now())


def earn_without_u1(enrolment: Enrolment) -> Enrolment:
    """Do the final unit alone: test, case and feedback."""
    earn(enrolment)
    enrolment.progress.filter(step__code__in=TAUGHT).delete()
    return enrolment


def with_evidence(enrolment: Enrolment) -> RecognitionClaim:
    """Return a claim for two units with a file, a badge and a statement, not sent yet."""
    row = draft(widen(enrolment), "u1", "u2")
    file = Evidence(kind="file", name="certificate-of-the-course.pdf", digest="a" * 64, size=48_000)
    badge = Evidence(
        kind="credential",
        fingerprint="f" * 64,
        title="Chairing video calls",
        minutes=60,
        issuer="did:web:school.example",
        verdict="genuine-of-another-issuer",
        cause="OTHER_ISSUER",
    )
    for one in (file, badge, statement()):
        recognition.add_evidence(row, one, data=b"", now=timezone.now())
    return row
