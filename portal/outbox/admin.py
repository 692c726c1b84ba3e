"""Mails at the desk: what went out, what waits, what failed, and what may be done about it."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.core.admin_base import ScopedReadOnlyAdmin
from portal.core.admin_steps import DeskStep, StepsMixin
from portal.outbox.models import Klass, OutboxMessage
from portal.outbox.services import confirm_sent, release, requeue, send_now, withhold
from portal.outbox.workflows import MAIL


@admin.register(OutboxMessage)
class OutboxAdmin(StepsMixin, ScopedReadOnlyAdmin):
    workflow = MAIL
    subject = "message"
    steps = {
        "send_now": DeskStep(
            send_now, bulk=True, explain=_("It leaves within a minute instead of at its hour."), previews=False
        ),
        "withhold": DeskStep(
            withhold, bulk=True, explain=_("It stays here until somebody releases it."), previews=False
        ),
        "release": DeskStep(release, bulk=True, explain=_("It leaves at its hour, or at once if that has passed.")),
        "requeue": DeskStep(
            requeue,
            bulk=True,
            explain=_("It is sent again. Ask the reader first if it may have arrived already."),
            previews=False,
        ),
        "confirm_sent": DeskStep(
            confirm_sent, explain=_("You know from its reader that it has arrived."), previews=False
        ),
    }
    summary = ("recipient", "about_text", "not_before", "next_try_at", "sent_at", "attempts", "why")

    list_display = ("mail_subject", "recipient", "about_text", "state_badge", "klass", "not_before", "sent_at")
    list_display_links = ("mail_subject",)
    list_filter = ("state", "klass", "language")
    search_fields = ("subject", "recipient_email", "recipient_name", "about_text")
    date_range = "created_at"
    fields = ("preview", "calendar_entry", "language", "timezone", "message_id", "created_at", "tries_so_far")
    readonly_fields = fields

    # Called otherwise than the column, because `subject` names the keyword of the services in this class.
    @display(description=_("subject"), ordering="subject")
    def mail_subject(self, message):
        return format_html('<span lang="{}">{}</span>', message.language, message.subject)

    @display(description=_("recipient"), ordering="recipient_email")
    def recipient(self, message):
        return (
            f"{message.recipient_name} <{message.recipient_email}>"
            if message.recipient_name
            else message.recipient_email
        )

    @display(description=_("why"))
    def why(self, message):
        """Reasons given by the portal itself are stored in English and told in the reader's language."""
        return _now(message.last_error) if message.last_error else ""

    @display(description=_("as its recipient sees it"))
    def preview(self, message):
        if message.klass == Klass.SECURITY:
            return _("Mails about account security hold codes and links: they are shown to nobody.")
        return format_html(
            '<strong lang="{}">{}</strong><iframe sandbox srcdoc="{}" title="{}" width="100%" height="420"></iframe>',
            message.language,
            message.subject,
            message.body_html,
            _("The mail as its recipient sees it"),
        )

    @display(description=_("calendar entry"))
    def calendar_entry(self, message):
        return format_html("<pre>{}</pre>", message.calendar) if message.calendar else "–"

    @display(description=_("tries"))
    def tries_so_far(self, message):
        rows = (
            (attempt.number, attempt.at.isoformat(" ", "seconds"), attempt.get_outcome_display(), attempt.smtp_text)
            for attempt in message.tries.all()
        )
        return format_html_join("", "<div>{}. {} · {} {}</div>", rows) or "–"
