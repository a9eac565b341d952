"""Addresses of recognition for registrars; they belong to the managers' addresses."""

from django.urls import path

from digicantrain.web.manage import recognition

urlpatterns = [
    path("recognition/", recognition.listing, name="recognition"),
    path("recognition/<uuid:key>/", recognition.claim, name="claim"),
    path("recognition/evidence/<uuid:key>/", recognition.evidence_file, name="evidence"),
]
