"""Addresses of a person's own account beside those of the sign-in library."""

from django.urls import path

from portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("profile/", views.profile, name="profile"),
    path("consents/", views.consents, name="consents"),
    path("consents/give/", views.give_consent, name="consent_give"),
    path("consents/<uuid:public_id>/withdraw/", views.withdraw_consent, name="consent_withdraw"),
]
