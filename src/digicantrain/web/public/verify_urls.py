"""Addresses for checking a credential; they belong to the public addresses."""

from django.urls import path

from digicantrain.web.public import verify

urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("c/<str:token>/", verify.credential, name="credential"),
    path("c/<str:token>/credential.json", verify.credential_json, name="credential-json"),
    path("c/<str:token>/certificate.pdf", verify.certificate, name="certificate"),
]
