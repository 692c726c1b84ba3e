"""The offer as the selected person reads and answers it."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exchanges.forms.steps import AnswerForm
from exchanges.models import Offer
from exchanges.services import offers as services
from exchanges.workflows import OFFER
from portal.core.bilingual import in_language
from portal.core.dates import days_inclusive
from portal.ui.acts import carry_out, posted


def _own_offer(user, public_id) -> Offer:
    """An offer made to the person; one that is still being prepared does not exist for her."""
    rows = (
        Offer.objects.visible_to(user)
        .filter(application__applicant__in=user.scope.person_ids)
        .exclude(state=Offer.State.PREPARED)
    )
    related = (
        "letter__file",
        "application__call",
        "application__programme__owner",
        "application__applicant",
        "application__host_organisation",
        "application__host_person",
    )
    return get_object_or_404(rows.select_related(*related), public_id=public_id)


@require_safe
@login_required
def page(request, public_id):
    """What is offered, until when to answer, and the two answers."""
    offer = _own_offer(request.user, public_id)
    language = request.LANGUAGE_CODE
    texts = [
        (_("Status at the host"), in_language(offer, "status_title", language)),
        (_("What is paid"), in_language(offer, "support", language)),
        (_("Your duties"), in_language(offer, "duties", language)),
        (_("Conditions"), in_language(offer, "conditions", language)),
    ]
    context = {
        "offer": offer,
        "application": offer.application,
        "days": days_inclusive(offer.start_on, offer.end_on),
        "texts": [(label, text) for label, text in texts if text],
        "may_answer": OFFER.can("accept", offer, request.user),
        "stay": getattr(offer.application, "stay", None),
        "crumbs": [
            (_("Your application"), reverse("exchanges:application", args=[offer.application.public_id])),
            (_("The offer"), ""),
        ],
    }
    return render(request, "exchanges/offer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def accept(request, public_id):
    """Asks once more, then accepts; the stay begins with it."""
    offer = _own_offer(request.user, public_id)
    context = {
        "question": _("Accept this offer?"),
        "text": _(
            "With this you confirm the days. Your stay is then prepared, and your list of tasks appears on your desk."
        ),
        "button": _("Accept the offer"),
    }
    return _answer(request, offer, services.accept, _("You have accepted the offer. Welcome!"), context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def decline(request, public_id):
    """Asks once more, then declines; the place goes to somebody else."""
    offer = _own_offer(request.user, public_id)
    context = {
        "question": _("Decline this offer?"),
        "text": _("The place goes to the next person on the waiting list. This cannot be undone."),
        "button": _("Decline the offer"),
        "danger": True,
    }
    return _answer(
        request, offer, services.decline, _("You have declined the offer. Thank you for telling us."), context
    )


def _answer(request, offer, service, done, context):
    form = AnswerForm(posted(request))
    back = reverse("exchanges:offer", args=[offer.public_id])
    if request.method == "POST" and form.is_valid():
        carry_out(
            request,
            lambda: service(offer=offer, actor=request.user, now=timezone.now(), comment=form.cleaned_data["comment"]),
            done,
        )
        return redirect(back)
    return render(request, "exchanges/answer.html", {**context, "offer": offer, "form": form, "back_url": back})
