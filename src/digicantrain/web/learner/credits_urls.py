"""Addresses of one's own credits; they belong to the learner's addresses."""

from django.urls import path

from digicantrain.web.learner import credits as own_credits
from digicantrain.web.learner import downloads

urlpatterns = [
    path("credits/", own_credits.transcript, name="credits"),
    path("credits/<slug:slug>/record.json", own_credits.record, name="record"),
    path("credits/<slug:slug>/<slug:code>/record.json", own_credits.record, name="path-record"),
    path("credits/transcript.csv", downloads.transcript_csv, name="transcript-csv"),
    path("credits/transcript.json", downloads.transcript_json, name="transcript-json"),
    path("credits/<uuid:key>/", own_credits.forms, name="credential-forms"),
    path(
        "credits/<uuid:key>/european-upload.json", downloads.european_upload, name="european-upload"
    ),
    path("credits/<uuid:key>/european.jsonld", downloads.european_sealed, name="european-sealed"),
    path("credits/<uuid:key>/elmo.xml", downloads.elmo, name="elmo"),
    path(
        "credits/<uuid:key>/cme/<int:grant>.pdf", downloads.cme_certificate, name="cme-certificate"
    ),
    path("credits/<uuid:key>/share/", own_credits.share, name="share-credential"),
    path("credits/paths/<uuid:key>/share/", own_credits.share_path, name="share-path"),
]
