"""Addresses for machines."""

from django.urls import URLPattern, path

from digicantrain.api import credentials, health, tokens, vc_api
from digicantrain.core.credentials.status import SUSPENSION

app_name = "api"
urlpatterns: list[URLPattern] = [
    path("health", health.health, name="health"),
    path("o/<slug:slug>/did.json", credentials.did, name="did"),
    path("status/<uuid:key>", credentials.status_list, name="status-list"),
    path(
        "status/<uuid:key>/suspension",
        credentials.status_list,
        {"purpose": SUSPENSION},
        name="suspension-list",
    ),
    path("status/vc-api/<slug:purpose>", credentials.trial_list, name="trial-list"),
    path("credentials/issue", vc_api.issue, name="vc-issue"),
    path("credentials/verify", vc_api.verify, name="vc-verify"),
    path("credentials/status", vc_api.set_status, name="vc-status"),
    path("presentations/verify", vc_api.verify_presentation, name="vp-verify"),
    path("oauth/token", tokens.token, name="oauth-token"),
    path(
        ".well-known/oauth-authorization-server", tokens.metadata, name="oauth-authorization-server"
    ),
    path("api/verify", credentials.verify, name="verify"),
]
