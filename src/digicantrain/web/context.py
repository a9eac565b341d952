"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(_request: HttpRequest) -> dict[str, Any]:
    """Return the site's origin and whether it is a demo."""
    return {"site": {"origin": settings.ORIGIN, "demo": settings.DEMO}}
