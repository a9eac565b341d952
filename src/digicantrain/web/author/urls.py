"""Addresses of the author pages."""

from django.urls import URLPattern

app_name = "author"
urlpatterns: list[URLPattern] = []
