"""The ASGI application, for servers that ask for one; WSGI is the faster choice here."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digicantrain.settings")
application = get_asgi_application()
