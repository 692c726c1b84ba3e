"""How the sign-in library speaks to the rest of the portal."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.sites.shortcuts import get_current_site
from django.utils.translation import get_language

from portal.accounts.services import claim_person
from portal.outbox.services import Recipient, queue_rendered


class AccountAdapter(DefaultAccountAdapter):
    def is_safe_url(self, url):
        """An address that cannot even be parsed (`http://[`) leads nowhere, instead of breaking the page."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def confirm_email(self, request, email_address):
        """A verified address claims the imported person who has it."""
        confirmed = super().confirm_email(request, email_address)
        if confirmed:
            claim_person(user=email_address.user, verified_email=email_address.email)
        return confirmed

    def send_mail(self, template_prefix, email, context):
        """Sign-in mails go through the outbox: a mail server that is down costs a minute, not the sign-up."""
        values = {"request": current.request, "email": email, "current_site": get_current_site(current.request)}
        mail = self.render_mail(template_prefix, email, {**values, **context})
        queue_rendered(
            to=Recipient(email, name="", language=get_language() or "en"),
            subject=mail.subject,
            body_text=mail.body,
            action_url=context.get("activate_url") or context.get("password_reset_url") or "",
        )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ORCID and university sign-in: a known identity signs in, an unknown one goes through sign-up."""
