"""What the sign-in library reports and the portal acts on."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.dispatch import receiver

PROVEN_WHEN_ADDED = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@receiver(authenticator_added)
def count_new_second_factor(request, user, authenticator, **kwargs):
    """Who has just set up a second factor has used it: neither the desk nor her recovery codes ask for it again."""
    if authenticator.type in PROVEN_WHEN_ADDED:
        proof = {"id": authenticator.pk, "type": authenticator.type, "reauthenticated": True}
        record_authentication(request, user, "mfa", **proof)
