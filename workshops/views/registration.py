"""Registering for an event, and everything a participant does behind the personal link: no account needed.

GET changes nothing: the address with the secret leads to a page without it, and only buttons act. Whether an address is
registered already is answered by mail and never by a page.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.links import LinkExpired, token_of
from portal.ui import doors, limits
from portal.ui.acts import carry_out, posted
from workshops.clocks import clocks_of
from workshops.forms.registration import ChangeForm, ConsentsForm, LinkForm, RegistrationForm, VisaLetterForm
from workshops.letters.registration import badges
from workshops.models import Event, Registration, SeatOffer, VisaLetter
from workshops.services import attendance, visa
from workshops.services.registration import changes, ending, links, reading, signup, waiting

PURPOSE = Registration.link_purpose
SHOW = ["GET", "HEAD", "POST"]
SENT_TO = "workshops.registered"


# -- registering -------------------------------------------------------------------------------------------------------
@require_http_methods(SHOW)
def register(request, code):
    """The public form of an event, filled in for who is signed in."""
    events = Event.objects.visible_to(request.user).for_page()
    event, now = get_object_or_404(events, code=code), timezone.now()
    known = reading.last_answers(request.user)
    form = RegistrationForm(posted(request), event=event, initial=known)
    too_many = request.method == "POST" and form.is_valid() and not limits.allows(request, "event_registration")
    if too_many:
        form.add_error(
            None, _("Too many registrations came from your network. Please wait a minute and send it again.")
        )
    if request.method == "POST" and form.is_valid():
        answers = form.answers()
        done = carry_out(
            request,
            lambda: signup.register(
                event=event,
                answers=answers,
                language=get_language()[:2],
                zone=form.cleaned_data["timezone"],
                person=reading.person_behind(request.user, answers.email),
                actor=request.user,
                now=now,
            ),
        )
        if done:
            request.session[SENT_TO] = answers.email
            return redirect("workshops:registered", event.code)
    context = {
        "event": event,
        "alliance": event.alliance,
        "form": form,
        "box": reading.box_of(event, request.user, now),
        "is_prefilled": "person_name" in known,
        "crumbs": [(event.title, reverse("workshops:event", args=[event.code])), (_("Registration"), "")],
    }
    return render(request, "workshops/registration/form.html", context, status=429 if too_many else 200)


@require_safe
def registered(request, code):
    """The same page for everybody who sent the form: what came of it stands in the mail."""
    events = Event.objects.visible_to(request.user).select_related("host_organisation", "alliance")
    event = get_object_or_404(events, code=code)
    context = {"event": event, "alliance": event.alliance, "address": request.session.get(SENT_TO, "")}
    return render(request, "workshops/registration/sent.html", context)


@require_http_methods(SHOW)
def mail_link(request, code):
    """For who has lost the mail: the link goes to the address, and every address gets the same answer."""
    events = Event.objects.visible_to(request.user).select_related("host_organisation", "alliance")
    event, form = get_object_or_404(events, code=code), LinkForm(posted(request))
    too_many = request.method == "POST" and form.is_valid() and not limits.allows(request, "fresh_link")
    if too_many:
        form.add_error(None, _("Too many links were asked for from your network. Please wait a minute."))
    if request.method == "POST" and form.is_valid():
        links.mail_link(event=event, email=form.cleaned_data["email"], now=timezone.now())
        messages.success(request, _("If this address is registered for the event, a mail with the link is on its way."))
        return redirect("workshops:event", event.code)
    context = {
        "event": event,
        "alliance": event.alliance,
        "form": form,
        "crumbs": [(event.title, reverse("workshops:event", args=[event.code])), (_("Your link"), "")],
    }
    return render(request, "workshops/registration/link.html", context, status=429 if too_many else 200)


# -- the personal link -------------------------------------------------------------------------------------------------
@never_cache
@require_safe
def open_link(request, token):
    """Takes the personal link out of the address (see `portal.ui.doors`)."""
    if reading.behind_link_or_expired(token=token, now=timezone.now()) is None:
        return doors.closed(request)
    doors.remember(request, PURPOSE, token)
    return redirect("workshops:registration")


@never_cache
@require_safe
@login_required
def open_own(request, public_id):
    """The same door for who is signed in: her own registration, without looking for the mail."""
    own = Registration.objects.visible_to(request.user).filter(person__user=request.user)
    registration = get_object_or_404(own, public_id=public_id)
    doors.remember(request, PURPOSE, token_of(registration))
    return redirect("workshops:registration")


def by_link(view: Callable) -> Callable:
    """Give the view the registration of the visitor's link, or answer for the view where there is none."""

    @wraps(view)
    def inner(request, *args, **kwargs):
        try:
            registration = reading.behind_link(token=doors.token_in(request, PURPOSE), now=timezone.now())
        except LinkExpired:
            return doors.closed(request, renew_at="workshops:registration_renew")
        if registration is None:
            return doors.closed(request)
        with timezone.override(registration.timezone):  # times by her clock as well, whoever's device it is
            return view(request, registration, *args, **kwargs)

    return never_cache(inner)


@require_safe
@by_link
def page(request, registration):
    """How the registration stands, what waits for an answer, and the papers."""
    return render(request, "workshops/registration/page.html", _shown(request, registration))


def _shown(request, registration: Registration) -> dict:
    now = timezone.now()
    offer = registration.offers.filter(answer=SeatOffer.Answer.OPEN).first()
    wish = registration.visa_letters.order_by("-requested_at").select_related("letter").first()
    may_list = reading.may_read_list(registration.event, request.user, registration)
    return {
        **_about(registration),
        "clocks": clocks_of(registration.event, registration.timezone or registration.event.timezone),
        "offer": offer if offer and offer.answer_by >= now else None,
        "is_too_late": offer is not None and offer.answer_by < now,
        "position": reading.waiting_position(registration),
        "needs": getattr(registration, "needs", None),
        "may_change": not registration.is_over,
        "may_cancel": registration.state in changes.CHANGEABLE and not ending.why_it_stays(registration, now),
        "may_ask_visa": visa.may_ask(registration),
        "wish": wish,
        "visa_states": VisaLetter.State,
        "certificates": list(attendance.certificates_of(registration)),
        "sees_list": may_list and reading.participants_list(registration.event).exists(),
        "again": registration.is_over and signup.is_open(registration.event, now),
        "now": now,
    }


@require_http_methods(SHOW)
@by_link
def change(request, registration):
    """Names, way of attending, needs, consents; once attendance has been said, the consents alone."""
    if registration.is_over:
        raise Http404
    is_settled = registration.state not in changes.CHANGEABLE
    kind, keep = (ConsentsForm, changes.change_consents) if is_settled else (ChangeForm, changes.change)
    form = kind(posted(request), event=registration.event, initial=kind.initial_of(registration))
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            request,
            lambda: keep(registration=registration, now=timezone.now(), **form.changes()),
            _("Your changes are saved."),
        )
        if done:
            return redirect("workshops:registration")
    context = {**_about(registration), "form": form, "crumbs": _crumbs(_("Change"))}
    return render(request, "workshops/registration/change.html", context)


def _about(registration: Registration) -> dict:
    return {"registration": registration, "event": registration.event, "alliance": registration.event.alliance}


def _crumbs(here: str) -> list[tuple[str, str]]:
    return [(_("Your registration"), reverse("workshops:registration")), (here, "")]


@require_http_methods(SHOW)
@by_link
def cancel(request, registration):
    """Asks once more, then frees the place for somebody else."""
    if request.method == "POST":
        carry_out(
            request,
            lambda: ending.cancel(registration=registration, now=timezone.now()),
            _("Your registration is cancelled. Thank you for telling us."),
        )
        return redirect("workshops:registration")
    context = {
        "question": _("Cancel your registration?"),
        "text": _("Your place goes to somebody who waits. If you register again later, you stand at the end."),
        "button": _("Cancel my registration"),
        "danger": True,
        **_about(registration),
        "back_url": reverse("workshops:registration"),
    }
    return render(request, "workshops/registration/confirm.html", context)


@require_POST
@by_link
def take(request, registration):
    """Yes to the place that is kept."""
    offer = registration.offers.first()
    if offer is None:
        raise Http404
    carry_out(
        request, lambda: waiting.take_place(offer=offer, now=timezone.now()), _("The place is yours. See you there!")
    )
    return redirect("workshops:registration")


@require_POST
@by_link
def decline(request, registration):
    """No, thank you: the place goes on to the next person."""
    offer = registration.offers.first()
    if offer is None:
        raise Http404
    carry_out(
        request,
        lambda: waiting.decline_place(offer=offer, now=timezone.now()),
        _("Thank you for telling us. The place goes to the next person."),
    )
    return redirect("workshops:registration")


@require_POST
@limits.limited("fresh_link")
def renew(request):
    now = timezone.now()
    return doors.mail_fresh_link(
        request,
        PURPOSE,
        find=lambda token: reading.behind_link(token=token, now=now),
        send=lambda registration: links.renew_link(registration=registration, now=now),
        page="workshops:registration",
    )


# -- papers ------------------------------------------------------------------------------------------------------------
@require_safe
@by_link
def badge(request, registration):
    """The badge with its code, to be shown at the door on paper or on a phone."""
    if not registration.is_coming:
        raise Http404
    return _pdf(badges(registration.event, [registration], language=_language(), now=timezone.now()), "badge.pdf")


@require_http_methods(SHOW)
@by_link
def certificate(request, registration, language):
    """POST makes the certificate in this language, once; GET hands out what was made."""
    if language not in ("en", "ja"):
        raise Http404
    if request.method == "POST":
        done = carry_out(
            request,
            lambda: attendance.make_certificate(registration=registration, language=language, now=timezone.now()),
        )
        if not done:
            return redirect("workshops:registration")
        return redirect("workshops:registration_certificate", language)
    letter = attendance.certificates_of(registration).filter(language=language).select_related("file").first()
    if letter is None:
        raise Http404
    return _letter(letter)


@require_http_methods(SHOW)
@by_link
def visa_letter(request, registration):
    """Ask for a letter of invitation."""
    if not visa.may_ask(registration):
        raise Http404
    event = registration.event
    initial = {"arrives_on": event.starts_on, "leaves_on": event.final_day}
    form = VisaLetterForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        done = carry_out(
            request,
            lambda: visa.ask(registration=registration, now=timezone.now(), **form.cleaned_data),
            _("The organisers look at it and write to you."),
        )
        if done:
            return redirect("workshops:registration")
    context = {**_about(registration), "form": form, "crumbs": _crumbs(_("Letter for the visa"))}
    return render(request, "workshops/registration/visa.html", context)


@require_safe
@by_link
def visa_letter_file(request, registration):
    """The letter of invitation as issued; a withdrawn one is not handed out any more."""
    wish = registration.visa_letters.filter(state=VisaLetter.State.ISSUED).select_related("letter__file").first()
    if wish is None:
        raise Http404
    return _letter(wish.letter)


def _letter(letter) -> HttpResponse:
    with letter.file.file.open("rb") as content:
        return _pdf(content.read(), letter.file.name)


def _pdf(content: bytes, name: str) -> HttpResponse:
    """A paper as an attachment that no cache keeps."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _language() -> str:
    return "ja" if (get_language() or "").startswith("ja") else "en"


# -- who comes ---------------------------------------------------------------------------------------------------------
@require_safe
def participants(request, code):
    """The people who want to be seen, for the participants and organisers of the event."""
    events = Event.objects.visible_to(request.user).select_related("host_organisation", "alliance")
    event, now = get_object_or_404(events, code=code), timezone.now()
    own = reading.behind_link_or_expired(token=doors.token_in(request, PURPOSE), now=now)
    if own is None or own.event_id != event.pk:
        own = reading.own_registration(event, request.user)
    if not reading.may_read_list(event, request.user, own):
        raise Http404
    context = {
        "event": event,
        "alliance": event.alliance,
        "people": reading.participants_list(event),
        "crumbs": [(event.title, reverse("workshops:event", args=[event.code])), (_("Participants"), "")],
    }
    return render(request, "workshops/registration/participants.html", context)
