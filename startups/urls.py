"""Addresses of the startups: one address per act."""

app_name = "startups"
urlpatterns: list = []
