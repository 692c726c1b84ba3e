"""The pages of founders and mentors: the own startup with its milestones, updates, people and public page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.ui.acts import carry_out, posted
from startups import rules
from startups.forms.founders import FactsForm, HandInForm, LeaveForm, ShowcaseForm
from startups.forms.updates import shown
from startups.models import Founder, FounderUpdate, Mentor, Metric, Milestone, Showcase, Startup
from startups.periods import period_text
from startups.services import access, lifecycle, milestones, showcase, updates
from startups.workflows import STARTUP

METHODS = ["GET", "HEAD", "POST"]
RECENT_UPDATES = 8
EDITABLE_FACTS = (Startup.State.LEAD, Startup.State.APPLIED)


# -- where to begin ----------------------------------------------------------------------------------------------------
@require_safe
@login_required
def mine(request):
    """The startups of a founder; with one, straight to it."""
    own = list(Startup.objects.owned_by(request.user))
    if len(own) == 1:
        return redirect("startups:mine", own[0].public_id)
    return render(request, "startups/mine.html", {"own": own})


@require_safe
@login_required
def mentoring(request):
    """The startups that somebody mentors, with their open milestones."""
    rows = Startup.objects.visible_to(request.user).of_mentor(request.user).prefetch_related("founders__person")
    in_hand = ("planned", "in_progress", "submitted")
    open_milestones = Milestone.objects.visible_to(request.user).filter(state__in=in_hand).order_by("due_on")
    by_startup: dict[int, list[Milestone]] = {}
    advised = list(rows)
    for milestone in open_milestones.filter(startup__in=advised):
        by_startup.setdefault(milestone.startup_id, []).append(milestone)
    for startup in advised:
        access.note_reading(startup=startup, actor=request.user)
    cards = [
        (
            startup,
            [row.person for row in startup.founders.all() if row.until_on is None],
            by_startup.get(startup.pk, []),
        )
        for startup in advised
    ]
    return render(request, "startups/mentoring.html", {"cards": cards, "today": timezone.localdate()})


# -- one startup -------------------------------------------------------------------------------------------------------
def _own(request, public_id) -> Startup:
    """A startup of which the reader is a founder or of whose team she is; 404 for all others."""
    return get_object_or_404(Startup.objects.owned_by(request.user).for_list(), public_id=public_id)


@require_safe
@login_required
def startup(request, public_id):
    """What is next, the milestones, the updates, the people, and who reads all this."""
    own, user = _own(request, public_id), request.user
    access.note_reading(startup=own, actor=user)
    asked = list(
        FounderUpdate.objects.owned_by(user)
        .filter(startup=own)
        .select_related("latest")
        .prefetch_related("latest__figures")[:RECENT_UPDATES]
    )
    steps = list(Milestone.objects.owned_by(user).filter(startup=own))
    page = Showcase.objects.owned_by(user).filter(startup=own).first() or Showcase(startup=own)
    context = {
        "startup": own,
        "today": timezone.localdate(),
        "waiting": [(row, period_text(row.period)) for row in asked if row.state == FounderUpdate.State.ASKED],
        "updates": [(row, period_text(row.period), _key_figures(row)) for row in asked],
        "milestones": steps,
        "next_milestone": next((row for row in steps if row.state in ("planned", "in_progress")), None),
        "team": Founder.objects.owned_by(user).filter(startup=own, until_on=None).select_related("person"),
        "mentors": Mentor.objects.owned_by(user).filter(startup=own).exclude(state="ended").select_related("person"),
        "showcase": page,
        "is_shown": showcase.is_shown(own, page),
        "may_leave": STARTUP.can("leave", own, user),
        "may_describe": own.state in EDITABLE_FACTS,
        "crumbs": [(_("My desk"), reverse("home:desk")), (str(own), "")],
    }
    return render(request, "startups/startup.html", context)


def _key_figures(update: FounderUpdate) -> list[tuple[str, str]]:
    figures = updates.figures_of(update.latest)
    return [
        (Metric(metric).label, shown(figures[metric]))
        for metric in (Metric.PEOPLE, Metric.REVENUE, Metric.RAISED)
        if metric in figures
    ]


@require_http_methods(METHODS)
@login_required
def facts(request, public_id):
    """What the programme has to know; from the lead on the founder applies here."""
    own = _own(request, public_id)
    if own.state not in EDITABLE_FACTS:
        raise Http404
    form = FactsForm(posted(request), request.FILES or None, instance=own)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FactsForm.Meta.fields}
        upload = form.cleaned_data["founding_upload"]

        def act():
            lifecycle.describe(startup=own, facts=values, actor=request.user, founding_upload=upload)
            if "apply" in request.POST:
                lifecycle.apply(startup=own, actor=request.user)

        if carry_out(request, act, _("Saved.") if "apply" not in request.POST else _("You have applied.")):
            return redirect("startups:mine", own.public_id)
    return render(request, "startups/facts.html", {"startup": own, "form": form, "back_url": _page_of(own)})


@require_http_methods(METHODS)
@login_required
def leave(request, public_id):
    """Leaving the programme, after a question."""
    own = _own(request, public_id)
    if not STARTUP.can("leave", own, request.user):
        raise Http404
    form = LeaveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        act = _call(
            lifecycle.leave,
            startup=own,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            today=timezone.localdate(),
        )
        if carry_out(request, act, _("Your startup has left the programme. We wish you well.")):
            return redirect("startups:mine", own.public_id)
    context = {
        "question": _("Leave the programme?"),
        "text": _("Reminders and questions about figures stop. What was verified stays in the record."),
        "button": _("Leave the programme"),
        "danger": True,
        "form": form,
        "back_url": _page_of(own),
    }
    return render(request, "layouts/confirm.html", context)


# -- milestones --------------------------------------------------------------------------------------------------------
@require_http_methods(METHODS)
@login_required
def milestone(request, public_id):
    """One milestone: founders hand it in, mentors and desks read it."""
    rows = Milestone.objects.visible_to(request.user).select_related(
        "startup__cohort__programme__owner", "startup__origin_organisation", "cohort", "evidence_file", "verified_by"
    )
    row = get_object_or_404(rows, public_id=public_id)
    is_founder = rules.is_founder(request.user, row.startup)
    is_open = row.state in (Milestone.State.PLANNED, Milestone.State.IN_PROGRESS)
    form = HandInForm(posted(request), request.FILES or None, initial={"evidence": row.evidence_en})
    if request.method == "POST":
        if not is_founder:
            raise Http404
        if form.is_valid() and carry_out(request, _hand_in(row, form, request.user), _("Handed in. Thank you.")):
            return redirect("startups:mine", row.startup.public_id)
    context = {
        "milestone": row,
        "startup": row.startup,
        "form": form if is_founder and is_open else None,
        "today": timezone.localdate(),
        "back_url": _page_of(row.startup) if is_founder else reverse("startups:mentoring"),
    }
    return render(request, "startups/milestone.html", context)


def _hand_in(row: Milestone, form: HandInForm, user):
    return _call(
        milestones.hand_in,
        milestone=row,
        evidence=form.cleaned_data["evidence"],
        upload=form.cleaned_data["upload"],
        actor=user,
        today=timezone.localdate(),
    )


@require_POST
@login_required
def start_milestone(request, public_id):
    row = get_object_or_404(Milestone.objects.visible_to(request.user), public_id=public_id)
    carry_out(request, _call(milestones.start, milestone=row, actor=request.user), _("Started."))
    return redirect("startups:milestone", row.public_id)


# -- the public page ---------------------------------------------------------------------------------------------------
@require_http_methods(METHODS)
@login_required
def write_showcase(request, public_id):
    """The texts of the public page, and below them the consent."""
    own = _own(request, public_id)
    row = showcase.showcase_of(own)
    form = ShowcaseForm(posted(request), instance=row)
    if request.method == "POST" and form.is_valid():
        act = _call(showcase.write, startup=own, texts=form.cleaned_data, actor=request.user)
        if carry_out(request, act, _("Saved.")):
            return redirect("startups:showcase", own.public_id)
    context = {
        "startup": own,
        "form": form,
        "row": row,
        "wording": showcase.WORDING,
        "is_shown": showcase.is_shown(own, row),
        "back_url": _page_of(own),
    }
    return render(request, "startups/showcase_edit.html", context)


@require_POST
@login_required
def consent(request, public_id):
    own = _own(request, public_id)
    act = _call(showcase.consent, startup=own, actor=request.user, today=timezone.localdate())
    carry_out(request, act, _("Thank you. Your consent is recorded."))
    return redirect("startups:showcase", own.public_id)


@require_POST
@login_required
def withdraw(request, public_id):
    own = _own(request, public_id)
    act = _call(showcase.withdraw, startup=own, actor=request.user, today=timezone.localdate())
    if carry_out(request, act):
        messages.success(request, _("Withdrawn. The public page is gone."))
    return redirect("startups:showcase", own.public_id)


def _page_of(own: Startup) -> str:
    return reverse("startups:mine", args=[own.public_id])


def _call(service, **values):
    """The service with its values, to be carried out."""
    return lambda: service(**values)
