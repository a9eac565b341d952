"""Addresses of the pages for learners."""

from django.urls import path

from digicantrain.web.learner import (
    courses,
    credits_urls,
    home,
    recognition_urls,
    steps,
    studies_urls,
)

app_name = "learner"
urlpatterns = [
    path("", home.home, name="home"),
    path("kept/", home.kept_answer, name="kept"),
    path("notices/<int:pk>/put-away/", home.put_away, name="put-away"),
    *credits_urls.urlpatterns,
    *studies_urls.urlpatterns,
    *recognition_urls.urlpatterns,
    path("join/<str:token>/", courses.join, name="join"),
    path("enrol/<uuid:key>/", courses.enrol, name="enrol"),
    path("<uuid:key>/", courses.module, name="module"),
    path("<uuid:key>/leave/", courses.leave, name="leave"),
    path("<uuid:key>/<slug:step>/", steps.step, name="step"),
    path("<uuid:key>/<slug:step>/report/", courses.report, name="report"),
    path("<uuid:key>/<slug:step>/check/", steps.check, name="check"),
    path("<uuid:key>/<slug:step>/result/<int:number>/", steps.result, name="result"),
    path("<uuid:key>/<slug:step>/<int:number>/", steps.question, name="question"),
]
