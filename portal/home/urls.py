"""Addresses of the front doors."""

from django.urls import path

from portal.home import views

app_name = "home"
urlpatterns = [
    path("", views.index, name="index"),
    path("alliances/<slug:code>/", views.alliance, name="alliance"),
    path("calls/", views.calls, name="calls"),
    path("calls/<slug:code>/", views.call, name="call"),
    path("calls/<slug:code>/deadline.ics", views.call_calendar, name="call_calendar"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/<slug:code>/", views.programme, name="programme"),
    path("desk/", views.desk, name="desk"),
]
