"""One application for an exchange: where it stands, with its offer, its stay and the questions that the law asks."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exchanges.models import Offer
from exchanges.questions import sheets_for
from exchanges.standing import QUESTIONS_WAIT
from portal.applications.views.applications import page_context
from portal.applications.views.apply import own_application


@require_safe
@login_required
def page(request, public_id, kind):
    """Where the application stands, what happened so far, and what can be done."""
    application = own_application(kind, request.user, public_id)
    offer = Offer.objects.visible_to(request.user).filter(application=application).exclude(state="prepared").first()
    stay = getattr(application, "stay", None)
    context = page_context(kind, application, request.user)
    has_questions = any(sheet.open_questions for sheet in sheets_for(request.user, application))
    context |= {
        "offer": offer,
        "stay": stay,
        "has_questions": has_questions,
        "may_withdraw": stay is None and context["may_withdraw"],
    }
    if has_questions and application.state == application.State.EXPORT_PRECHECK:
        context["standing"] = QUESTIONS_WAIT
    return render(request, kind.templates("application"), context)
