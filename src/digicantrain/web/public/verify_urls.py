"""Addresses for checking a credential; they belong to the public addresses."""

from django.urls import path

from digicantrain.web.public import downloads, paths, verify

urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("c/<str:token>/", verify.credential, name="credential"),
    path("c/<str:token>/credential.json", downloads.credential_json, name="credential-json"),
    path("c/<str:token>/credential.jwt", downloads.credential_jwt, name="credential-jwt"),
    path("c/<str:token>/badge.png", downloads.badge_png, name="badge-png"),
    path("c/<str:token>/badge.svg", downloads.badge_svg, name="badge-svg"),
    path("c/<str:token>/certificate.pdf", downloads.certificate, name="certificate"),
    path("p/<str:token>/", paths.page, name="path-certificate"),
    path("p/<str:token>/path.json", paths.record, name="path-json"),
    path("p/<str:token>/certificate.pdf", paths.sheet, name="path-sheet"),
]
