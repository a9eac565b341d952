"""A bare Django view that stores the JSON it gets, as a measure for the record store.

It checks nothing, indexes nothing and finds nothing again. gunicorn takes `bare:application`.
"""

import json
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from digicantrain.base import database

TABLE = "bare_statement"
MAKE = {
    "postgresql": f"CREATE TABLE IF NOT EXISTS {TABLE} (id bigserial PRIMARY KEY, body jsonb)",
    "sqlite": f"CREATE TABLE IF NOT EXISTS {TABLE} (id integer PRIMARY KEY, body text)",
}

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": database.from_address(os.environ["DIGICANTRAIN_DATABASE"])},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF="bare",
        SECRET_KEY="not-secret",  # noqa: S106 - nothing is signed with it
    )
    application = get_wsgi_application()

    class Kept(models.Model):
        """One statement, as it came."""

        body = models.JSONField()

        class Meta:
            app_label = "bare"
            db_table = TABLE

        def __str__(self) -> str:
            return str(self.pk)


def statements(request: HttpRequest) -> HttpResponse:
    """Store what came."""
    value = json.loads(request.body)
    rows = [Kept(body=one) for one in (value if isinstance(value, list) else [value])]
    Kept.objects.bulk_create(rows)
    return HttpResponse(json.dumps([row.pk for row in rows]), content_type="application/json")


urlpatterns = [path("xapi/statements", statements)]
