"""Addresses of recognition for learners; they belong to the learner's addresses."""

from django.urls import path

from digicantrain.web.learner import recognition

urlpatterns = [
    path("recognition/<uuid:key>/", recognition.start, name="recognition"),
    path("recognition/claim/<uuid:key>/", recognition.claim, name="claim"),
    path("recognition/claim/<uuid:key>/change/", recognition.change, name="change-claim"),
    path("recognition/claim/<uuid:key>/send/", recognition.send, name="send-claim"),
    path("recognition/claim/<uuid:key>/take-back/", recognition.take_back, name="take-back-claim"),
    path("recognition/claim/<uuid:key>/appeal/", recognition.appeal, name="appeal-claim"),
    path(
        "recognition/claim/<uuid:key>/add/<slug:kind>/",
        recognition.add_evidence,
        name="add-evidence",
    ),
    path("recognition/evidence/<uuid:key>/", recognition.evidence_file, name="evidence"),
    path(
        "recognition/evidence/<uuid:key>/remove/",
        recognition.remove_evidence,
        name="remove-evidence",
    ),
]
