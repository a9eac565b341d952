"""Addresses of the registrar's pages; they belong to the managers' addresses."""

from django.urls import path

from digicantrain.web.manage import credentials, issuing_urls

urlpatterns = [
    path("credentials/", credentials.listing, name="credentials"),
    path("credentials/<uuid:key>/withdraw/", credentials.withdraw, name="withdraw-credential"),
    *issuing_urls.urlpatterns,
]
