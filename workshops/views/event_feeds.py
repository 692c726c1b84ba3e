"""Calendars to subscribe to: of an alliance for everybody, of a person behind a secret address."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.alliances.models import Alliance
from portal.core.calendars import Entry, calendar_file
from portal.core.links import token_of
from workshops import feeds
from workshops.models import CalendarFeed
from workshops.services import feeds as services

FRESH = "max-age=900"


@require_safe
def alliance(request, code):
    """The public events of one alliance; what was cancelled stays for a while, so that calendars notice."""
    shown = get_object_or_404(Alliance.objects.visible_to(request.user), code=code)
    return _answer(
        request, feeds.of_alliance(shown, today=timezone.localdate()), name=shown.name, cache=f"public, {FRESH}"
    )


@require_safe
def personal(request, token):
    """What one person takes part in. The token stays in the address: calendar programs know no other way."""
    feed = services.feed_behind(token=token, now=timezone.now())
    if feed is None:
        raise Http404(_("There is no such page."))
    with translation.override(feed.user.language):
        name = _("My events")
        return _answer(request, feeds.of_user(feed.user, now=timezone.now()), name=name, cache=f"private, {FRESH}")


@require_safe
@login_required
def mine(request):
    """Where somebody finds, renews or ends the address of the own calendar."""
    feed = CalendarFeed.objects.visible_to(request.user).exclude(token_hash="").first()
    return render(request, "workshops/my_calendar.html", {"token": token_of(feed) if feed else ""})


@require_POST
@login_required
def renew(request):
    services.renew_feed(user=request.user, now=timezone.now())
    messages.success(request, _("The address is new. Calendars that used an older one stop."))
    return redirect("workshops:my_calendar")


@require_POST
@login_required
def revoke(request):
    services.revoke_feed(user=request.user)
    messages.success(request, _("The address has ended."))
    return redirect("workshops:my_calendar")


def _answer(request, entries: list[Entry], *, name: str, cache: str) -> HttpResponse:
    """The calendar, or “not modified” to whoever has this version already."""
    version = quote_etag(_version(entries, translation.get_language()))
    if version in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(calendar_file(entries, name=name), content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Cache-Control"] = version, cache
    return response


def _version(entries: list[Entry], language: str) -> str:
    marks = [f"{entry.uid}:{entry.sequence}:{entry.last_modified}:{entry.is_cancelled}" for entry in entries]
    return hashlib.sha256("\n".join([language, *marks]).encode()).hexdigest()[:32]
