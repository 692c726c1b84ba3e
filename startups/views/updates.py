"""A founder's update: by the link of a mail, without an account, or signed in. Looking changes nothing."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.links import LinkExpired
from portal.ui import doors, limits
from portal.ui.acts import carry_out, posted
from startups import rules
from startups.forms.updates import UpdateForm, shown
from startups.models import FounderUpdate, MetricDefinition
from startups.periods import period_text
from startups.services import updates as services
from startups.services.updates import NeedsConfirmation

METHODS = ["GET", "HEAD", "POST"]


# -- by link -----------------------------------------------------------------------------------------------------------
@never_cache
@require_safe
def open_link(request, token):
    """Takes the personal link out of the address (see `portal.ui.doors`)."""
    try:
        if services.behind_link(token=token, now=timezone.now()) is None:
            return doors.closed(request)
    except LinkExpired:
        pass  # the next page offers a new one
    doors.remember(request, FounderUpdate.link_purpose, token)
    return redirect("startups:update_by_link")


def _behind_the_door(request) -> FounderUpdate | None:
    return services.behind_link(token=doors.token_in(request, FounderUpdate.link_purpose), now=timezone.now())


@never_cache
@require_http_methods(METHODS)
def by_link(request):
    """The form; only its buttons send anything."""
    try:
        update = _behind_the_door(request)
    except LinkExpired:
        return doors.closed(request, renew_at="startups:update_renew")
    if update is None:
        return doors.closed(request)
    return _answer(request, update, actor=None, done=("startups:update_sent",))


@never_cache
@require_safe
def sent(request):
    """What has arrived, to read once more."""
    try:
        update = _behind_the_door(request)
    except LinkExpired:
        return doors.closed(request, renew_at="startups:update_renew")
    if update is None or update.latest is None:
        return doors.closed(request)
    return render(request, "startups/update_sent.html", _read_back(request, update))


@never_cache
@require_POST
@limits.limited("fresh_link")
def new_link(request):
    now = timezone.now()
    return doors.mail_fresh_link(
        request,
        FounderUpdate.link_purpose,
        find=lambda token: services.behind_link(token=token, now=now),
        send=lambda update: services.renew_link(update=update, now=now),
        page="startups:update_by_link",
    )


# -- signed in ---------------------------------------------------------------------------------------------------------
@require_http_methods(METHODS)
@login_required
def signed_in(request, public_id):
    rows = FounderUpdate.objects.visible_to(request.user).select_related(
        "startup__cohort__programme__owner", "asked_of__user", "latest"
    )
    update = get_object_or_404(rows, public_id=public_id)
    if not rules.is_founder(request.user, update.startup):
        raise Http404
    return _answer(request, update, actor=request.user, done=("startups:mine", update.startup.public_id))


# -- the form ----------------------------------------------------------------------------------------------------------
def _answer(request, update: FounderUpdate, *, actor, done: tuple):
    earlier = services.earlier_version(update)
    form = _form(request, update, services.figures_of(earlier))
    if request.method == "POST":
        if "no_change" in request.POST:
            is_sent = carry_out(
                request, lambda: services.submit_no_change(update=update, actor=actor, now=timezone.now())
            )
        else:
            is_sent = form.is_valid() and carry_out(request, lambda: _submit(update, form, actor))
            if not form.is_valid():  # told in the same go as what cannot be read
                form.ask(services.odd_in(update=update, answers=form.answers()))
        if is_sent:
            return redirect(*done)
    context = {
        "update": update,
        "startup": update.startup,
        "period": period_text(update.period),
        "form": form,
        "offers_no_change": earlier is not None and update.latest is None,
        "is_late": update.is_late(timezone.localdate()),
    }
    return render(request, "startups/update.html", context)


def _submit(update: FounderUpdate, form: UpdateForm, actor) -> None:
    """What looks odd comes back as questions on the form, beside everything that was typed."""
    try:
        services.submit(update=update, answers=form.answers(), actor=actor, now=timezone.now())
    except NeedsConfirmation as odd:
        form.ask(odd.questions)
        raise


def _form(request, update: FounderUpdate, earlier) -> UpdateForm:
    sent_before = services.figures_of(update.latest)
    initial: dict = {metric: known.value for metric, known in sent_before.items()}
    initial["news"] = update.latest.news if update.latest else ""
    currencies = [known.currency for known in (*sent_before.values(), *earlier.values()) if known.currency]
    initial["currency"] = (currencies or ["JPY" if update.startup.country == "JP" else "USD"])[0]
    return UpdateForm(posted(request), definitions=_definitions(request, update), earlier=earlier, initial=initial)


def _definitions(request, update: FounderUpdate) -> list[MetricDefinition]:
    return list(MetricDefinition.objects.visible_to(request.user).filter(definition_set=update.definition_set))


def _read_back(request, update: FounderUpdate) -> dict:
    figures = services.figures_of(update.latest)
    return {
        "update": update,
        "startup": update.startup,
        "period": period_text(update.period),
        "version": update.latest,
        "lines": [
            (row.name, shown(figures[row.metric]) if row.metric in figures else "")
            for row in _definitions(request, update)
        ],
    }
