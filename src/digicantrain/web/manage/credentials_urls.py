"""Addresses of the registrar's pages; they belong to the managers' addresses."""

from django.urls import path

from digicantrain.web.manage import course_runs, credentials, issuing_urls, standing

urlpatterns = [
    path("credentials/", credentials.listing, name="credentials"),
    path("credentials/<uuid:key>/withdraw/", credentials.withdraw, name="withdraw-credential"),
    path("course-runs/", course_runs.listing, name="course-runs"),
    path("course-runs/<uuid:key>/issue/", course_runs.begin, name="issue-course-run"),
    path("issuing/<uuid:key>/", course_runs.progress, name="issuing-run"),
    path("credentials/<uuid:key>/", standing.history, name="credential"),
    path("credentials/<uuid:key>/suspend/", standing.suspend, name="suspend-credential"),
    path("credentials/<uuid:key>/reinstate/", standing.reinstate, name="reinstate-credential"),
    *issuing_urls.urlpatterns,
]
