"""A claim of prior learning in the demo, so that the registrar has one to decide."""

from datetime import datetime, timedelta
from decimal import Decimal

from digicantrain.credentials import recognition
from digicantrain.credentials.models import Evidence, RecognitionClaim
from digicantrain.learning import actions as learning
from digicantrain.learning.enums import EnrolledBy
from digicantrain.learning.models import Cohort
from digicantrain.people.models import Organisation, Person

UNITS = ("u2", "u5")
TOLD = recognition.Told(
    learned="At the front desk I set the app up with people who come for the first time, and I "
    "write what they report into the record and hand it over to the nurse. (Invented)",
    place="Reception of a day unit (invented)",
    from_year=2021,
    to_year=2025,
    hours=Decimal(60),
)


def send(organisation: Organisation, *, person: Person, now: datetime) -> RecognitionClaim:
    """Enrol somebody in the open run and let her claim two units, eleven days ago."""
    run = Cohort.objects.get(organisation=organisation, open_to_all=True)
    then = now - timedelta(days=11)
    enrolment = learning.enrol(run, person=person, how=EnrolledBy.SELF, now=then)
    claim = recognition.begin(enrolment, units=UNITS, told=TOLD, now=then)
    statement = Evidence(
        kind=Evidence.Kind.STATEMENT,
        words="She has done both alone for years, and trains new colleagues in it. (Invented)",
        confirmed_by="Helmi Koski (invented)",
        role="Head nurse of the day unit",
    )
    recognition.add_evidence(claim, statement, now=then)
    return recognition.submit(claim, now=then)
