"""Taking in a course feedback form."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from digicantrain.learning.actions import complete_step, locked_progress
from digicantrain.learning.enums import StepState
from digicantrain.learning.feedback.form import FeedbackForm
from digicantrain.learning.models import CourseFeedback, Enrolment
from digicantrain.programme.models import Step


def submit(
    enrolment: Enrolment,
    *,
    step: Step,
    form: FeedbackForm,
    answers: dict[str, str],
    filled_in: tuple[str, datetime],
) -> bool:
    """Keep a filled form once, by its day and without a name; return whether it was new.

    `filled_in` is the language and the time. No statement tells what was answered.
    """
    language, now = filled_in
    if form.problems(answers):
        raise ValueError("A form with problems is not kept.")
    with transaction.atomic():
        if locked_progress(enrolment, step=step, now=now).state == StepState.DONE:
            return False
        CourseFeedback.objects.create(
            cohort=enrolment.cohort,
            version_id=enrolment.version_id,
            form=form.key,
            language=language,
            day=now.astimezone(ZoneInfo(enrolment.cohort.site.time_zone)).date(),
            answers={key: value for key, value in answers.items() if value},
        )
        complete_step(enrolment, step=step, now=now)
    return True
