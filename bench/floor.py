"""The least that a signed-in page costs on this stack, as a measure for all others.

The same settings, middleware, database and gunicorn; one view with the session, the person, one
query of one row and a template of a few lines. gunicorn takes `floor:application`.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digicantrain.settings")
settings.ROOT_URLCONF = "floor"
application = get_wsgi_application()
PAGE = engines["django"].from_string(
    "<!doctype html><title>Floor</title><h1>{{ user.name }}</h1><p>{{ row.title }}</p>"
)


def floor(request: HttpRequest) -> HttpResponse:
    """Answer with the least."""
    from digicantrain.learning.models import Cohort  # noqa: PLC0415 - apps are ready only here

    context = {"user": request.user, "row": Cohort.objects.order_by("pk").first()}
    return HttpResponse(PAGE.render(context))


urlpatterns = [path("floor/", floor)]
