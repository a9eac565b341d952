"""What happens while people learn, told to the layers above."""

from django.dispatch import Signal

# sender=StepProgress, enrolment=..., step=...; sent inside the transaction that completes the step
step_completed = Signal()
