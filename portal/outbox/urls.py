"""The development mailbox; listed by the portal only where mail stays on the machine."""

from django.urls import path

from portal.outbox import views

app_name = "outbox"

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<uuid:public_id>/", views.mail, name="mail"),
    path("<uuid:public_id>/html/", views.mail_html, name="mail_html"),
    path("<uuid:public_id>/invite.ics", views.mail_calendar, name="mail_calendar"),
]
