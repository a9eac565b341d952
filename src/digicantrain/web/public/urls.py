"""Addresses that are open to all."""

from django.urls import path

from digicantrain.web.public import catalogue, pages, verify_urls

app_name = "public"
urlpatterns = [
    path("", catalogue.home, name="home"),
    path("modules/", catalogue.catalogue, name="catalogue"),
    path("modules/<str:code>/", catalogue.module, name="module"),
    path("paths/<slug:code>/", catalogue.path_page, name="path"),
    path("help/", pages.help_page, name="help"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("providers/<slug:slug>/logo.png", pages.logo, name="logo"),
    path("report/", pages.report_error, name="report-error"),
    *verify_urls.urlpatterns,
]
