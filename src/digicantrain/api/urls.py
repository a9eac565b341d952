"""Addresses for machines."""

from django.urls import URLPattern, path

from digicantrain.api import health

app_name = "api"
urlpatterns: list[URLPattern] = [path("health", health.health, name="health")]
