"""The mail backend of a portal without a mail server: every mail is kept as a row and shown by a page."""

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from portal.outbox.models import DevMail


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages) -> int:
        for mail in email_messages or ():
            # Building the message refuses what SMTP would refuse: line breaks in headers, broken addresses.
            mail.message()
            for address in mail.recipients():
                sanitize_address(address, mail.encoding or "utf-8")
            DevMail.objects.create(
                recipients=", ".join(mail.recipients()),
                sender=mail.from_email,
                subject=str(mail.subject),
                body_text=str(mail.body),
                body_html=next((part[0] for part in getattr(mail, "alternatives", ()) if part[1] == "text/html"), ""),
                headers={name: str(value) for name, value in mail.extra_headers.items()},
            )
        return len(email_messages or ())


def stored_mails(recipient: str = ""):
    """Mails kept by this backend, newest first; with `recipient` only those to addresses that contain it.

    They belong to nobody and have no scope: the page that shows them exists only where no mail leaves the machine.
    """
    return DevMail.objects.to(recipient)
