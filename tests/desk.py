"""Signing in at the coordinators' desk in tests, past the second factor."""

from django.urls import reverse


def sign_in(client, user, settings):
    """The client as this user; the demonstration's sign-in is the one that needs no second factor."""
    settings.PORTAL_DEMO = True
    client.force_login(user)
    session = client.session
    session["demo_sign_in"] = True
    session.save()
    return client


def address(model, page: str, *args) -> str:
    """The address of an admin page of a model: changelist, add, change, history, delete, step."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)
