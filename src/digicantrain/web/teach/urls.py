"""Addresses of the teach pages."""

from django.urls import URLPattern

app_name = "teach"
urlpatterns: list[URLPattern] = []
