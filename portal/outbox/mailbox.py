"""The mail backend of a portal without a mail server: every mail is kept as a row and shown by a page."""

from email.header import decode_header, make_header

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
                recipients=", ".join(_readable(address) for address in mail.recipients()),
                sender=mail.from_email,
                subject=str(mail.subject),
                body_text=str(mail.body),
                body_html=_alternative(mail, "text/html"),
                calendar=_calendar(mail),
                headers={name: str(value) for name, value in mail.extra_headers.items()},
            )
        return len(email_messages or ())


def _readable(address: str) -> str:
    """An address with its name as people read it: beyond ASCII it stands encoded in a header."""
    return str(make_header(decode_header(address)))


def _alternative(mail, kind: str) -> str:
    """The part of the mail that is of this kind, empty where it has none."""
    parts = getattr(mail, "alternatives", ())
    return next((content for content, mimetype in parts if mimetype.startswith(kind)), "")


def _calendar(mail) -> str:
    """The calendar files of the mail, one after the other."""
    files = (attached for attached in getattr(mail, "attachments", ()) if attached.mimetype == "application/ics")
    return "".join(file.content.decode() for file in files)


def stored_mails(recipient: str = ""):
    """Mails kept by this backend, newest first; with `recipient` only those to addresses that contain it.

    They belong to nobody and have no scope: the page that shows them exists only where no mail leaves the machine.
    """
    return DevMail.objects.to(recipient)
