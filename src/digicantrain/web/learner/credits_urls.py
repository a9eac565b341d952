"""Addresses of one's own credits; they belong to the learner's addresses."""

from django.urls import path

from digicantrain.web.learner import credits as own_credits

urlpatterns = [
    path("credits/", own_credits.transcript, name="credits"),
    path("credits/transcript.csv", own_credits.transcript_csv, name="transcript-csv"),
    path("credits/<slug:slug>/record.json", own_credits.record, name="record"),
    path("credits/<slug:slug>/<slug:code>/record.json", own_credits.record, name="path-record"),
    path("credits/<uuid:key>/share/", own_credits.share, name="share-credential"),
]
