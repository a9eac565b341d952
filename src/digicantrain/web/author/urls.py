"""Addresses of the pages for designers, reviewers and translators."""

from django.urls import path

from digicantrain.web.author import views

app_name = "author"
urlpatterns = [
    path("", views.home, name="home"),
    path("modules/<str:code>/", views.module, name="module"),
    path("modules/<str:code>/withdraw/", views.withdraw, name="withdraw"),
    path("modules/<str:code>/offer-again/", views.offer_again, name="offer-again"),
]
