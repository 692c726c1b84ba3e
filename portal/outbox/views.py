"""The development mailbox: what would have been sent, had there been a mail server."""

from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from portal.core.loopback import is_at_the_machine
from portal.outbox.delivery import CALENDAR_FILE
from portal.outbox.mailbox import stored_mails

PER_PAGE = 50
# The HTML part of a mail is somebody else's document: it may draw itself inside our page, and nothing more.
FRAME_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def mailbox_reader(view):
    """Anybody at the machine itself while the portal runs as a demo; otherwise staff. To others it does not exist."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        at_the_machine = settings.PORTAL_DEMO and is_at_the_machine(request.META)
        if not settings.DEV_MAILBOX or not (at_the_machine or request.user.is_staff):
            raise Http404(_("There is no such page."))
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@mailbox_reader
def mailbox(request):
    recipient = request.GET.get("to", "")
    page = Paginator(stored_mails(recipient), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "outbox/mailbox.html", {"page": page, "recipient": recipient})


@require_safe
@mailbox_reader
def mail(request, public_id):
    return render(request, "outbox/mail.html", {"mail": get_object_or_404(stored_mails(), public_id=public_id)})


@require_safe
@mailbox_reader
@xframe_options_sameorigin
def mail_html(request, public_id):
    stored = get_object_or_404(stored_mails(), public_id=public_id)
    return HttpResponse(stored.body_html, headers={"Content-Security-Policy": FRAME_POLICY})


@require_safe
@mailbox_reader
def mail_calendar(request, public_id):
    """The calendar file that the mail carried."""
    stored = get_object_or_404(stored_mails().exclude(calendar=""), public_id=public_id)
    headers = {"Content-Disposition": f'attachment; filename="{CALENDAR_FILE}"'}
    return HttpResponse(stored.calendar, content_type="text/calendar; charset=utf-8", headers=headers)
