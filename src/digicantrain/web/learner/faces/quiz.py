"""The quiz: practice with feedback after each answer, or the graded test."""

from django.http import HttpRequest, HttpResponse

from digicantrain.assessment.quiz import is_graded
from digicantrain.web.learner.faces import graded, practice
from digicantrain.web.learner.faces.face import Face
from digicantrain.web.learner.kept import Kept
from digicantrain.web.learner.places import Place


def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Begin the quiz, or lead to the question at which she goes on."""
    if is_graded(place.step):
        return graded.show(request, place)
    return practice.show(request, place)


def act(request: HttpRequest, place: Place) -> HttpResponse:
    """Begin a test, or finish a practice quiz."""
    if is_graded(place.step):
        return graded.act(request, place)
    return practice.act(request, place)


def describe(place: Place, kept: Kept) -> str:
    """Return the answer in words."""
    if is_graded(place.step):
        return graded.describe(place, kept)
    return practice.describe(place, kept)


FACE = Face(show, act, describe)
