"""People, users, seats and consents at the desk."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

# Addresses, second factors, identities and sessions belong to the person alone: no desk reads or edits them.
for private in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(private):
        admin.site.unregister(private)
