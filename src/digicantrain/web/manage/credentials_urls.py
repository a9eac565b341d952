"""Addresses of the registrar's pages; they belong to the managers' addresses."""

from django.urls import path

from digicantrain.web.manage import credentials, standing

urlpatterns = [
    path("credentials/", credentials.listing, name="credentials"),
    path("credentials/<uuid:key>/withdraw/", credentials.withdraw, name="withdraw-credential"),
    path("credentials/<uuid:key>/", standing.history, name="credential"),
    path("credentials/<uuid:key>/suspend/", standing.suspend, name="suspend-credential"),
    path("credentials/<uuid:key>/reinstate/", standing.reinstate, name="reinstate-credential"),
]
