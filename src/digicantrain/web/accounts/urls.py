"""Sign-in and account pages: allauth's, and a few of ours."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from digicantrain.web.accounts import demo, views

own = ([path("", views.home, name="home")], "accounts")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(own)),
    path("", include("allauth.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", demo.sign_in, name="demo-sign-in"))
