"""Addresses of the development mailbox."""

app_name = "outbox"
urlpatterns: list = []
