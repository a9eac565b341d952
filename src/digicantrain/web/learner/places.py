"""Where a learner is: her enrolment, the step, its neighbours; another's is as absent as none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from digicantrain.learning.enums import EnrolmentState, StepState
from digicantrain.learning.models import Enrolment, StepProgress
from digicantrain.learning.queries import enrolment_of, states_of
from digicantrain.programme.models import Step
from digicantrain.programme.outlines import Outline, StepShape, outline_of, step_of
from digicantrain.web.access import person_of
from digicantrain.web.learner import kept

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@dataclass(frozen=True)
class Stop:
    """A step of the same unit, as a dot on the way."""

    code: str
    state: StepState
    minutes: int


@dataclass(frozen=True)
class Place:
    """A step of a learner's own enrolment."""

    enrolment: Enrolment
    step: Step
    outline: Outline
    now: datetime

    @cached_property
    def _states(self) -> dict[int, StepProgress]:
        """Where she stands in the steps of this unit; read when a page shows it."""
        return states_of(self.enrolment, steps=[row.pk for row in self._unit])

    @cached_property
    def _unit(self) -> tuple[StepShape, ...]:
        return tuple(row for row in self.outline.written if row.unit_id == self.step.unit_id)

    @property
    def progress(self) -> StepProgress | None:
        """Where she stands in this step, if she opened it."""
        return self._states.get(self.step.pk)

    @cached_property
    def stops(self) -> tuple[Stop, ...]:
        """The steps of the unit."""
        return tuple(
            Stop(
                row.code,
                StepState(self._states[row.pk].state)
                if row.pk in self._states
                else StepState.NOT_STARTED,
                row.minutes,
            )
            for row in self._unit
        )

    @property
    def previous(self) -> str | None:
        """The step before this one, in the whole module."""
        place = self.outline.places[self.step.code]
        return self.outline.written[place - 1].code if place else None

    @property
    def next(self) -> str | None:
        """The step after this one, in the whole module."""
        place = self.outline.places[self.step.code] + 1
        return self.outline.written[place].code if place < len(self.outline.written) else None

    @property
    def number(self) -> int:
        """The place of the step in its unit, from one."""
        return next(
            number for number, stop in enumerate(self.stops, 1) if stop.code == self.step.code
        )

    @property
    def minutes_left(self) -> int:
        """The minutes left in the unit, with this step."""
        return sum(stop.minutes for stop in self.stops if not stop.state.is_settled)

    @property
    def is_done(self) -> bool:
        """Whether this step is done."""
        return self.progress is not None and self.progress.state == StepState.DONE

    @property
    def url(self) -> str:
        """The address of the step."""
        return reverse("learner:step", args=[self.enrolment.key, self.step.code])

    @property
    def onward(self) -> str:
        """The address of what follows: the next step, or the module's page."""
        if self.next is None:
            return reverse("learner:module", args=[self.enrolment.key])
        return reverse("learner:step", args=[self.enrolment.key, self.next])


def own_enrolment(request: HttpRequest, key: UUID) -> Enrolment:
    """Return the signed-in person's own enrolment, or answer 404."""
    found = enrolment_of(person_of(request), key=key)
    if found is None:
        raise Http404
    return found


def place_of(request: HttpRequest, key: UUID, code: str) -> Place:
    """Return a written step of the person's own enrolment, or answer 404."""
    enrolment = own_enrolment(request, key)
    step = step_of(enrolment.version_id, code=code)
    if step is None:
        raise Http404
    return Place(enrolment, step, outline_of(enrolment.version_id), timezone.now())


def learner_page(
    view: View[P],
) -> View[P]:
    """Open a page to who is signed in, in her time zone; what an ended session sent is kept."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        with timezone.override(person_of(request).time_zone):
            return view(request, *args, **kwargs)

    return cast("View[P]", never_cache(guarded))


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask to sign in; an answer waits meanwhile, and a part of a page never becomes that page."""
    answered = request.method == "POST" and kept.keep(request)
    to = redirect_to_login(reverse("learner:kept") if answered else request.get_full_path())
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(to.url)
    return to


def step_page(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Open a page of a step to a learner whose seat is active; others go to the module's page."""

    @wraps(view)
    def guarded(request: HttpRequest, key: UUID, step: str, **kwargs: Any) -> Any:
        place = place_of(request, key, step)
        if request.method == "POST" and "kept" in request.POST:
            kept.forget(request)
        if not EnrolmentState(place.enrolment.state).may_learn:
            return redirect("learner:module", key=key)
        return view(request, place, **kwargs)

    return learner_page(guarded)
