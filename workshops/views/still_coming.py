"""“Are you still coming?”: one question behind the personal link of a registration, answered by a button."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.ui import doors
from portal.ui.acts import carry_out
from workshops.models import Registration, SeatOffer
from workshops.services import event_changes as services

PURPOSE = Registration.link_purpose


@never_cache
@require_safe
def open_link(request, token):
    """Takes the personal link out of the address; it is the same that opens the other pages of the registration."""
    if services.registration_behind(token=token, now=timezone.now()) is None:
        return doors.closed(request)
    doors.remember(request, PURPOSE, token)
    return redirect("workshops:still_coming")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request):
    """The question, and the answer by a button."""
    registration = services.registration_behind(token=doors.token_in(request, PURPOSE), now=timezone.now())
    if registration is None:
        return doors.closed(request)
    question = services.open_question(registration)
    if request.method == "POST":
        if question is None or request.POST.get("answer") not in ("yes", "no"):
            raise Http404
        comes = request.POST["answer"] == "yes"
        done = _thanks(registration, comes=comes)
        carry_out(
            request,
            lambda: services.answer_still_coming(question=question, comes=comes, now=timezone.now()),
            done,
        )
        return redirect("workshops:still_coming")
    with timezone.override(registration.timezone):
        context = {
            "registration": registration,
            "event": registration.event,
            "question": question,
            "offer": registration.offers.filter(answer=SeatOffer.Answer.OPEN, answer_by__gte=timezone.now()).first(),
        }
        return render(request, "workshops/still_coming.html", context)


def _thanks(registration: Registration, *, comes: bool) -> str:
    if registration.is_waiting:
        if comes:
            return _("Thank you! You stay on the waiting list.")
        return _("Thank you for telling us. You are not on the waiting list any more.")
    if registration.is_coming:
        if comes:
            return _("Thank you! Your place stays yours.")
        return _("Thank you for telling us. Your place is free now.")
    if comes:
        return _("Thank you! Your registration stays as it is.")
    return _("Thank you for telling us. Your registration is cancelled.")
