"""Addresses of the front doors."""

app_name = "home"
urlpatterns: list = []
