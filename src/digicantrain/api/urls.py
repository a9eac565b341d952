"""Addresses for machines."""

from django.urls import URLPattern, path

from digicantrain.api import credentials, health

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("health", health.health, name="health"),
    path("o/<slug:slug>/did.json", credentials.did, name="did"),
    path("status/<uuid:key>", credentials.status_list, name="status-list"),
    path("api/verify", credentials.verify, name="verify"),
]
