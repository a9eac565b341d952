"""Addresses of the research pages for learners; they belong to the learner's addresses."""

from django.urls import path

from digicantrain.web.learner import studies

urlpatterns = [
    path("studies/<slug:slug>/", studies.study, name="study"),
    path("studies/<slug:slug>/withdraw/", studies.withdraw, name="study-withdraw"),
    path("studies/<slug:slug>/<slug:wave>/", studies.questions, name="study-questions"),
]
