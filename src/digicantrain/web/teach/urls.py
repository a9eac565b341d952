"""Addresses of the pages for trainers and site coordinators."""

from django.urls import path

from digicantrain.web.teach import enrolling, views

app_name = "teach"
urlpatterns = [
    path("", views.home, name="home"),
    path("runs/new/", views.new_cohort, name="new-cohort"),
    path("runs/<uuid:key>/", views.cohort, name="cohort"),
    path("runs/<uuid:key>/edit/", views.edit_cohort, name="edit-cohort"),
    path("runs/<uuid:key>/participants.csv", views.participants_csv, name="participants-csv"),
    path("runs/<uuid:key>/enrol/", enrolling.upload, name="enrol-csv"),
    path("runs/<uuid:key>/enrol/confirm/", enrolling.confirm, name="enrol-csv-confirm"),
]
