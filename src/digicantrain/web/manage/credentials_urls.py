"""Addresses of the registrar's pages; they belong to the managers' addresses."""

from django.urls import path

from digicantrain.web.manage import (
    course_runs,
    credentials,
    endorsements,
    issuing_urls,
    path_certificates,
    standing,
)

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
    path("path-certificates/", path_certificates.listing, name="path-certificates"),
    path(
        "path-certificates/<uuid:key>/withdraw/", path_certificates.withdraw, name="withdraw-path"
    ),
    path("endorsements/", endorsements.listing, name="endorsements"),
    path("endorsements/ask/", endorsements.ask, name="ask-endorsement"),
    path("endorsements/<uuid:key>/", endorsements.one, name="endorsement"),
    path(
        "endorsements/<uuid:key>/take-back/", endorsements.take_back, name="take-back-endorsement"
    ),
    path("endorsements/<uuid:key>/withdraw/", endorsements.withdraw, name="withdraw-endorsement"),
]
