"""Addresses of the exchanges."""

app_name = "exchanges"
urlpatterns: list = []
