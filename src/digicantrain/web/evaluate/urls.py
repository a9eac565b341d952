"""Addresses of the pages for evaluators."""

from django.urls import path

from digicantrain.web.evaluate import views

app_name = "evaluate"
urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.study, name="study"),
    path("<slug:slug>/compute/", views.compute, name="compute"),
    path("<slug:slug>/freeze/", views.freeze, name="freeze"),
    path("<slug:slug>/report.html", views.report, name="report"),
    path("<slug:slug>/<slug:table>.csv", views.table_csv, name="table-csv"),
]
