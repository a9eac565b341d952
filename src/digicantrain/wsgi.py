"""The WSGI application for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digicantrain.settings")
application = get_wsgi_application()

# gunicorn loads this once and forks its workers from it: pages loaded here, and kept out of the
# collector's reach, are shared between the workers instead of held by each.
_pages = get_resolver().url_patterns
gc.collect()
gc.freeze()
