"""Addresses of the pages for evaluators."""

from django.urls import path

from digicantrain.web.evaluate import setup, views

app_name = "evaluate"
urlpatterns = [
    path("", views.home, name="home"),
    path("new/", setup.new, name="new"),
    path("<slug:slug>/", views.study, name="study"),
    path("<slug:slug>/edit/", setup.edit, name="edit"),
    path("<slug:slug>/freeze/", setup.freeze, name="freeze"),
    path("<slug:slug>/compute/", views.compute, name="compute"),
    path("<slug:slug>/report.html", views.report_html, name="report"),
    path("<slug:slug>/report.json", views.report_json, name="report-json"),
    path("<slug:slug>/<slug:table>.csv", views.table_csv, name="table-csv"),
]
