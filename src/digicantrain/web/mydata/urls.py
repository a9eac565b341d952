"""Addresses of the pages on one's own data."""

from django.urls import path

from digicantrain.web.mydata import views

app_name = "mydata"
urlpatterns = [
    path("", views.home, name="home"),
    path("export/", views.export, name="export"),
    path("erase/", views.erase, name="erase"),
    path("receipt/<str:reference>/", views.receipt, name="receipt"),
]
