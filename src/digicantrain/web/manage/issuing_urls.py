"""Addresses of issuing, approving and correcting; they belong to the registrar's addresses."""

from django.urls import path

from digicantrain.web.manage import approving, correcting, issuing

urlpatterns = [
    path("credentials/issue/", issuing.issue_by_hand, name="issue-by-hand"),
    path("credentials/issue/csv/", issuing.issue_by_csv, name="issue-by-csv"),
    path("credentials/issue/csv/confirm/", issuing.confirm_csv, name="issue-by-csv-confirm"),
    path("credentials/requests/", approving.requests, name="issue-requests"),
    path("credentials/requests/decide/", approving.decide, name="decide-requests"),
    path("credentials/requests/<uuid:key>/", approving.one_request, name="issue-request"),
    path("credentials/requests/<uuid:key>/again/", approving.ask_again, name="ask-again"),
    path("credentials/<uuid:key>/correct/", correcting.correct, name="correct-credential"),
]
