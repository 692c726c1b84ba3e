"""A speaker's own pages, opened by the personal link of the invitation, without an account, on a phone.

GET changes nothing: the address with the secret leads to a page without it, and only buttons answer.
"""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.calendars import calendar_file
from portal.core.links import LinkExpired, token_of
from portal.ui import doors, limits
from portal.ui.acts import carry_out, posted
from workshops.emails.speakers import session_entry, zone_of
from workshops.forms.speakers import AboutForm, AnswerForm, ConsentsForm, NeedsForm, PortraitForm, TalkForm
from workshops.models import EventPerson, Session
from workshops.services import speakers as services

PURPOSE = EventPerson.link_purpose
SHOW = ["GET", "HEAD", "POST"]

# The pages in the order in which a speaker meets them.
PAGES = {
    "talk": gettext_lazy("Your talk"),
    "about": pgettext_lazy("participant", "About you"),
    "portrait": gettext_lazy("Your portrait"),
    "consents": gettext_lazy("What may be shown"),
    "needs": gettext_lazy("What you need"),
}
FORMS = {"talk": TalkForm, "about": AboutForm, "consents": ConsentsForm, "needs": NeedsForm}


@never_cache
@require_safe
def open_link(request, token):
    """Takes the personal link out of the address (see `portal.ui.doors`); the page speaks the language of the mail."""
    try:
        speaker = services.behind_link(token=token, now=timezone.now())
    except LinkExpired as expired:
        speaker = expired.row  # the next page offers a new one
    if speaker is None:
        return doors.closed(request)
    doors.remember(request, PURPOSE, token)
    response = redirect("workshops:speaker")
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and not request.user.is_authenticated:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            speaker.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


@never_cache
@require_safe
@login_required
def open_own(request, public_id):
    """The same door for who is signed in: her own invitation, without looking for the mail."""
    own = EventPerson.objects.visible_to(request.user).filter(person__user=request.user)
    speaker = get_object_or_404(own.exclude(token_hash=""), public_id=public_id)
    doors.remember(request, PURPOSE, token_of(speaker))
    return redirect("workshops:speaker")


def for_speaker(view: Callable) -> Callable:
    """Pages behind a link: `view(request, speaker, …)`, with times in the speaker's own zone as well."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        token = doors.token_in(request, PURPOSE)
        try:
            speaker = services.behind_link(token=token, now=timezone.now())
        except LinkExpired as expired:
            return doors.closed(request, renew_at="workshops:speaker_renew" if expired.row.is_open else "")
        if speaker is None:
            return doors.closed(request)
        with timezone.override(zone_of(speaker)):
            return view(request, speaker, *args, **kwargs)

    return never_cache(inner)


@require_safe
@for_speaker
def page(request, speaker):
    """The invitation, or what has become of it: own sessions, and what is still missing."""
    return render(request, "workshops/speaker/page.html", _shown(speaker))


@require_POST
@for_speaker
def answer(request, speaker):
    """Yes or no, with a word to the organisers."""
    services_by_answer = {"accept": services.accept, "decline": services.decline}
    act = services_by_answer.get(request.POST.get("answer"))
    if act is None:
        raise Http404
    form = AnswerForm(posted(request))
    if not form.is_valid():
        return render(request, "workshops/speaker/page.html", {**_shown(speaker), "form": form}, status=422)
    done = carry_out(
        request, lambda: act(event_person=speaker, message=form.cleaned_data["message"], now=timezone.now())
    )
    if done and act is services.accept:
        messages.success(request, _("Thank you! We are glad that you come."))
    return redirect("workshops:speaker")


@require_http_methods(SHOW)
@for_speaker
def withdraw(request, speaker):
    """A promise taken back, after a question."""
    if speaker.state != EventPerson.State.ACCEPTED:
        return redirect("workshops:speaker")
    form = AnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        carry_out(
            request,
            lambda: services.withdraw(event_person=speaker, message=form.cleaned_data["message"], now=timezone.now()),
        )
        return redirect("workshops:speaker")
    return render(request, "workshops/speaker/withdraw.html", {**_shown(speaker), "form": form})


@require_http_methods(SHOW)
@for_speaker
def section(request, speaker, key):
    """One page of what a speaker tells; saved, the next one comes."""
    if key not in FORMS:
        raise Http404
    if speaker.state != EventPerson.State.ACCEPTED:
        return redirect("workshops:speaker")
    form = FORMS[key](posted(request), instance=speaker)
    if request.method == "POST" and form.is_valid():
        saved = carry_out(request, lambda: _save(speaker, key, form.cleaned_data), _("Saved."))
        if saved:
            return _onward(key)
    return render(request, "workshops/speaker/section.html", {**_shown(speaker, key), "form": form})


@require_http_methods(SHOW)
@for_speaker
def portrait(request, speaker):
    if speaker.state != EventPerson.State.ACCEPTED:
        return redirect("workshops:speaker")
    removes = request.method == "POST" and "remove" in request.POST
    form = PortraitForm(None if removes else posted(request), request.FILES or None)
    if removes:
        carry_out(request, lambda: services.remove_portrait(event_person=speaker), _("The portrait is deleted."))
        return redirect("workshops:speaker_portrait")
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["upload"]
        if carry_out(request, lambda: services.put_portrait(event_person=speaker, upload=upload), _("Saved.")):
            return redirect("workshops:speaker_portrait")
    return render(request, "workshops/speaker/portrait.html", {**_shown(speaker, "portrait"), "form": form})


@require_safe
@for_speaker
def own_portrait(request, speaker):
    """The picture as the portal keeps it, for its owner."""
    return picture(speaker)


@require_safe
@for_speaker
def calendar(request, speaker):
    """All own sessions as one file, for those whose mail program takes no invitations."""
    entries = [session_entry(session, language=speaker.language) for session in _sessions(speaker)]
    if not entries:  # a calendar file without an entry is none (RFC 5545)
        raise Http404
    response = HttpResponse(calendar_file(entries), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{speaker.event.code}.ics"'
    return response


@never_cache
@require_POST
@limits.limited("fresh_link")
def new_link(request):
    now = timezone.now()
    return doors.mail_fresh_link(
        request,
        PURPOSE,
        find=lambda token: services.behind_link(token=token, now=now),
        send=lambda speaker: services.renew_link(event_person=speaker, now=now),
        page="workshops:speaker",
    )


def picture(speaker: EventPerson) -> HttpResponse:
    """A portrait as the answer to a request whose right to it has been looked at."""
    if speaker.photo is None:
        raise Http404
    with speaker.photo.file.open("rb") as content:
        response = HttpResponse(content.read(), content_type=speaker.photo.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _save(speaker: EventPerson, key: str, values: dict) -> None:
    now = timezone.now()
    if key == "consents":
        services.save_consents(event_person=speaker, answers=values, now=now)
    else:
        services.save_section(event_person=speaker, section=key, values=values, now=now)


def _onward(key: str):
    """The next page, or back to the overview after the last one."""
    order = list(PAGES)
    following = order[order.index(key) + 1 :]
    return redirect(_address(following[0]) if following else reverse("workshops:speaker"))


def _address(key: str) -> str:
    if key == "portrait":
        return reverse("workshops:speaker_portrait")
    return reverse("workshops:speaker_section", args=[key])


def _shown(speaker: EventPerson, current: str = "") -> dict:
    is_coming = speaker.state == EventPerson.State.ACCEPTED
    missing = set(services.missing(speaker)) if is_coming else set()
    return {
        "speaker": speaker,
        "event": speaker.event,
        "alliance": speaker.event.alliance,
        "is_over": is_over(speaker, timezone.localdate()),
        "sessions": _sessions(speaker),
        "form": AnswerForm(),
        "steps": _steps(current, missing) if is_coming else [],
        "next_page": next((step for step in _steps("", missing) if not step["done"]), None) if is_coming else None,
        "current_title": PAGES.get(current, ""),
    }


def _steps(current: str, missing: set[str]) -> list[dict]:
    return [
        {
            "key": key,
            "title": title,
            "url": _address(key),
            "done": key not in missing,
            "current": key == current,
        }
        for key, title in PAGES.items()
    ]


def is_over(speaker: EventPerson, today: dt.date) -> bool:
    last = speaker.event.ends_on or speaker.event.starts_on
    return last is not None and last < today


def _sessions(speaker: EventPerson) -> list[Session]:
    rows = (
        speaker.event.sessions.shown().filter(people__event_person=speaker).select_related("room", "event").distinct()
    )
    return list(rows.order_by("starts_at", "pk"))
