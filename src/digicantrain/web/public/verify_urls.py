"""Addresses for checking a credential; they belong to the public addresses."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
