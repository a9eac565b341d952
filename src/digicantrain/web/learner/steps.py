"""The pages of steps: each activity kind has its face; the quiz has pages of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from digicantrain.assessment.quiz import is_graded
from digicantrain.web.learner.faces import case, feedback, graded, page, practice, quiz
from digicantrain.web.learner.faces.face import Face
from digicantrain.web.learner.places import Place, step_page

FACES: dict[str, Face] = {
    "page": page.FACE,
    "case": case.FACE,
    "quiz": quiz.FACE,
    "feedback": feedback.FACE,
}


@require_http_methods(["GET", "HEAD", "POST"])
@step_page
def step(request: HttpRequest, place: Place) -> HttpResponse:
    """Show a step, or do what its form asks."""
    face = FACES[place.step.kind]
    return (face.act if request.method == "POST" else face.show)(request, place)


@require_http_methods(["GET", "HEAD", "POST"])
@step_page
def question(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Show or answer one question of a quiz."""
    _only(place, quiz=True)
    pages = graded if is_graded(place.step) else practice
    act = pages.answer_one if request.method == "POST" else pages.show_question
    response: HttpResponse = act(request, place, number)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@step_page
def check(request: HttpRequest, place: Place) -> HttpResponse:
    """Check the answers of a test, and hand it in."""
    _only(place, quiz=True, graded=True)
    if request.method == "POST":
        return graded.hand_in_one(request, place)
    return graded.show_check(request, place)


@require_safe
@step_page
def result(request: HttpRequest, place: Place, number: int) -> HttpResponse:
    """Show how an attempt at a test went."""
    _only(place, quiz=True, graded=True)
    return graded.show_result(request, place, number)


def _only(place: Place, *, quiz: bool, graded: bool = False) -> None:
    """Answer 404 where a step is not a quiz, or not a graded one."""
    if quiz and place.step.kind != "quiz":
        raise Http404
    if graded and not is_graded(place.step):
        raise Http404
