"""What a host has to do: say yes or no to people, welcome them, see them off."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exchanges import rules
from exchanges.forms.steps import DayForm
from exchanges.models import Application, Approval, Stay
from exchanges.questions import sheets_for
from exchanges.services import stays as services
from exchanges.views.stays import visible_stay
from exchanges.workflows import STAY
from portal.ui.acts import carry_out, posted

NOW_OR_SOON = (
    Stay.State.PLANNED, Stay.State.PRE_ARRIVAL, Stay.State.ARRIVED, Stay.State.ACTIVE, Stay.State.SUSPENDED,
    Stay.State.CURTAILED, Stay.State.ENDING,
)  # fmt: skip


def asked_of(user):
    """Signatures that wait for this person, most urgent first."""
    return [approval for approval in asked_rows(user) if rules.holds_part(user, approval)]


def asked_rows(user):
    """Signatures that are asked for where the person sees it; whether of her, a rule decides."""
    return (
        Approval.objects.visible_to(user)
        .filter(state=Approval.State.ASKED)
        .select_related(
            "application__applicant", "application__call", "application__programme", "application__home_organisation",
            "application__host_organisation", "organisation",
        )
        .prefetch_related("application__approvals")
        .order_by("due_on", "pk")
    )  # fmt: skip


def _to_answer(user):
    """Applications at the pre-check whose questions this host has not answered and handed in."""
    waiting = (
        Application.objects.visible_to(user)
        .filter(
            state__in=(Application.State.EXPORT_PRECHECK, Application.State.EXPERT_REVIEW),
            host_person__in=user.scope.person_ids,
        )
        .select_related("applicant", "host_person", "call")
    )
    return [application for application in waiting if sheets_for(user, application)]


@require_safe
@login_required
def queue(request):
    """Everything that waits for the host's word, and the people who are here or will come."""
    stays = (
        Stay.objects.visible_to(request.user)
        .for_list()
        .filter(host_person__in=request.user.scope.person_ids)
        .order_by("start_on", "pk")
    )
    context = {
        "approvals": asked_of(request.user),
        "questions": _to_answer(request.user),
        "coming": stays.filter(state__in=NOW_OR_SOON),
        "past": stays.exclude(state__in=NOW_OR_SOON).order_by("-end_on")[:20],
    }
    return render(request, "exchanges/hosting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def arrival(request, public_id):
    """Asks for the real first day, then confirms that the fellow has arrived."""
    stay = visible_stay(request.user, public_id)
    texts = {
        "label": _("Day of arrival"),
        "question": _("Has %(name)s arrived?") % {"name": stay.person},
        "text": _("Please confirm it once you have met in person and seen the passport or the residence card."),
        "button": _("Confirm the arrival"),
        "done": _("The arrival is confirmed. Thank you."),
    }
    return _confirm_day(
        request, stay, "confirm_arrival", texts,
        lambda day, today: services.confirm_arrival(stay=stay, arrived_on=day, actor=request.user, today=today),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def departure(request, public_id):
    """Asks for the real last day, then confirms that the fellow has left."""
    stay = visible_stay(request.user, public_id)
    texts = {
        "label": _("Last day"),
        "question": _("Has %(name)s left?") % {"name": stay.person},
        "text": _("Please confirm it when keys, badges and equipment are back and access is closed."),
        "button": _("Confirm the departure"),
        "done": _("The departure is confirmed. Thank you."),
    }
    return _confirm_day(
        request, stay, "confirm_departure", texts,
        lambda day, today: services.confirm_departure(stay=stay, departed_on=day, actor=request.user, today=today),
    )  # fmt: skip


def _confirm_day(request, stay, step, texts, service):
    today = timezone.localdate()
    back = reverse("exchanges:stay", args=[stay.public_id])
    form = DayForm(posted(request), label=texts["label"], today=today)
    if request.method == "POST" and not STAY.by_name[step].allows(request.user, stay):
        raise Http404  # whatever day was written: there is nothing here to send
    if request.method == "POST" and form.is_valid():
        carry_out(request, lambda: service(form.cleaned_data["day"], today), texts["done"])
        return redirect(back)
    if not STAY.can(step, stay, request.user):
        return redirect(back)
    return render(request, "layouts/confirm.html", {**texts, "form": form, "back_url": back})
