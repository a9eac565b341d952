"""Addresses of the registrar's pages; they belong to the managers' addresses."""

from django.urls import path

from digicantrain.web.manage import credentials, endorsements, path_certificates

urlpatterns = [
    path("credentials/", credentials.listing, name="credentials"),
    path("credentials/<uuid:key>/withdraw/", credentials.withdraw, name="withdraw-credential"),
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
