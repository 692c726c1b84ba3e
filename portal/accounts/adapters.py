"""How the sign-in library speaks to the rest of the portal."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from portal.accounts.services import claim_person


class AccountAdapter(DefaultAccountAdapter):
    def confirm_email(self, request, email_address):
        """A verified address claims the imported person who has it."""
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            claim_person(user=email_address.user, verified_email=email_address.email)
        return confirmed


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ORCID and university sign-in: a known identity signs in, an unknown one goes through sign-up."""
