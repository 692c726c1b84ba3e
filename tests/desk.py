"""Signing in at the coordinators' desk in tests, past the second factor."""

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.urls import reverse


def sign_in(client, user, settings):
    """The client as this user; the demonstration's sign-in is the one that needs no second factor."""
    settings.PORTAL_DEMO = True
    client.force_login(user)
    session = client.session
    session["demo_sign_in"] = True
    session.save()
    return client


def prove_second_factor(client, user):
    """The signed-in client as after the sign-in pages of somebody with a second factor: a device and a note of it."""
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": 0}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def address(model, page: str, *args) -> str:
    """The address of an admin page of a model: changelist, add, change, history, delete, step."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
