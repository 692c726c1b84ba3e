"""How the sign-in library speaks to the rest of the portal."""

from dataclasses import replace

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.db.models import Q
from django.http import Http404
from django.utils import translation
from django.utils.translation import get_language

from portal.accounts.models import User
from portal.accounts.services import claim_person
from portal.outbox.services import Recipient, queue_rendered

# Where the button of a mail leads: the first of these that it has.
BUTTONS = ("activate_url", "password_reset_url", "signup_url")


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
        reader = reader_at(email)
        with translation.override(reader.language):
            mail = self.render_mail(template_prefix, email, {"recipient_name": reader.name, **context})
            queue_rendered(
                to=reader,
                subject=mail.subject,
                body_text=mail.body,
                action_url=next((context[name] for name in BUTTONS if name in context), ""),
            )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ORCID and university sign-in: a known identity signs in, an unknown one goes through sign-up."""

    def get_provider(self, request, provider, client_id=None):
        """The addresses of a way to sign in that is not set up here lead nowhere."""
        try:
            return super().get_provider(request, provider, client_id=client_id)
        except SocialApp.DoesNotExist:
            raise Http404 from None


def reader_at(email: str) -> Recipient:
    """Whose account has the address, in her language whoever typed it; somebody unknown reads the page's."""
    by_address = Q(email__iexact=email) | Q(emailaddress__email__iexact=email)
    user = User.objects.select_related("person").filter(by_address).first()
    if user is None:
        return Recipient(email, name="", language=get_language() or "en")
    reader = user.as_recipient()
    return replace(reader, email=email, name=reader.name if hasattr(user, "person") else "")
