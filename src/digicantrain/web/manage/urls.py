"""Addresses of the pages for those who run a provider's platform."""

from django.urls import path

from digicantrain.web.manage import (
    credentials_urls,
    grants,
    outbox,
    places,
    recognition_urls,
    record_keys,
    record_rules,
    record_store,
    reports,
    roles,
    trail,
    views,
)

app_name = "manage"
urlpatterns = [
    path("", views.home, name="home"),
    path("o/<slug:slug>/", places.organisation, name="organisation"),
    path("o/<slug:slug>/signatories/", places.signatories, name="signatories"),
    path("o/<slug:slug>/sites/", places.sites, name="sites"),
    path("o/<slug:slug>/roles/", roles.members, name="roles"),
    path("o/<slug:slug>/roles/<int:pk>/withdraw/", roles.withdraw, name="withdraw-role"),
    path("o/<slug:slug>/records/", record_store.overview, name="record-store"),
    path("o/<slug:slug>/records/export/", record_store.export, name="record-export"),
    path("o/<slug:slug>/records/retention/", record_rules.retention, name="record-retention"),
    path("o/<slug:slug>/records/erase/", record_rules.erase, name="record-erase"),
    path("o/<slug:slug>/record-keys/", record_keys.listing, name="record-keys"),
    path("o/<slug:slug>/record-keys/new/", record_keys.new, name="new-record-key"),
    path("o/<slug:slug>/record-keys/<slug:client>/", record_keys.one, name="record-key"),
    path(
        "o/<slug:slug>/record-keys/<slug:client>/revoke/",
        record_keys.revoke,
        name="revoke-record-key",
    ),
    path("trail/", trail.entries, name="trail"),
    path("reports/", reports.error_reports, name="error-reports"),
    path("reports/<int:pk>/", reports.answer, name="answer-report"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("grants/", grants.listing, name="grants"),
    path("grants/new/", grants.new, name="new-grant"),
    path("grants/<int:pk>/", grants.grant, name="grant"),
    *credentials_urls.urlpatterns,
    *recognition_urls.urlpatterns,
]
