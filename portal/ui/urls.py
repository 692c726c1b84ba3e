"""Addresses of the look: the choice between light and dark."""

from django.urls import path

from portal.ui import views

app_name = "ui"

urlpatterns = [path("theme/", views.choose_theme, name="theme")]
