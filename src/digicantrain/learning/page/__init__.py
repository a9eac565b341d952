"""The page: something to read, with questions inside that count for nothing."""

from django.utils.translation import gettext_lazy as _

from digicantrain.learning.activities import ActivityKind

KIND = ActivityKind("page", _("Page"))
