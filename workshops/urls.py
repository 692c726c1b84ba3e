"""Addresses of the events: one address per act."""

from django.urls import path

from workshops.views import event

app_name = "workshops"

event_paths = [
    path("", event.index, name="index"),
    path("<slug:code>/", event.page, name="event"),
]

# The pages of one event stand last: their address takes any word.
urlpatterns = [*event_paths]
