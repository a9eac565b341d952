"""Where each face stands."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler400 = "digicantrain.web.errors.bad_request"
handler403 = "digicantrain.web.errors.forbidden"
handler404 = "digicantrain.web.errors.not_found"
handler429 = "digicantrain.web.errors.too_many"
handler500 = "digicantrain.web.errors.server_error"

urlpatterns = [
    path("", include("digicantrain.api.urls")),
    *i18n_patterns(
        path("", include("digicantrain.web.public.urls")),
        path("my-data/", include("digicantrain.web.mydata.urls")),
        path("account/", include("digicantrain.web.accounts.urls")),
        path("learn/", include("digicantrain.web.learner.urls")),
        path("teach/", include("digicantrain.web.teach.urls")),
        path("author/", include("digicantrain.web.author.urls")),
        path("evaluate/", include("digicantrain.web.evaluate.urls")),
        path("manage/", include("digicantrain.web.manage.urls")),
        prefix_default_language=False,
    ),
]
