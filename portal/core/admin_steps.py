"""Steps at the desk: buttons on a record, a page that says what will happen, bulk actions with a result for each row.

The admin decides nothing. A table in each admin class says which service takes which step:

    class CallAdmin(StepsMixin, ScopedModelAdmin):
        workflow = CALL
        steps = {
            "pause": DeskStep(pause_call),
            "extend": DeskStep(extend_call, label=_("Extend"), rule=may_extend, form=ExtendForm),
        }

A service is called with the record (under the model's name or `subject`), the values of the form, and `actor`, `now`,
`today` where it asks for them. The person is asked for a reason where the service takes one.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as computed

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import display_for_field, display_for_value, label_for_field, lookup_field, quote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.defaultfilters import yesno
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.core.admin_base import ScopedModelAdmin, ScopedReadOnlyAdmin
from portal.core.counting import MOST_SHOWN, counts_up_to, number_text
from portal.core.narrative import tell_workflow, told_entries
from portal.core.record_links import link_to
from portal.core.scoping import Predicate
from portal.core.workflow import StepError, Workflow, told_as_one

RECENT_ENTRIES = 12
REFUSALS = (StepError, ValidationError, PermissionDenied)


class StepForm(forms.Form):
    """What a step asks before it is taken. Forms with choices of records narrow them by `user`."""

    def __init__(self, *args, user, record=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.record = record


@dataclass(frozen=True)
class DeskStep:
    """How the desk takes one step. `label`, `rule` and `tone` are taken from the workflow where it has this step."""

    service: Callable
    form: type[StepForm] = StepForm
    label: str = ""
    rule: Predicate | None = None
    tone: str = ""
    explain: str = ""  # what will happen, beyond the change of state
    bulk: bool = False
    mails_say_why: bool = True  # whether those who are told about it read the reason
    previews: bool = True  # whether its mails can be shown before (not where the service writes files)
    sample: dict = computed(default_factory=dict)  # values that stand in for the form's in the preview

    @property
    def asks(self) -> dict[str, inspect.Parameter]:
        return dict(inspect.signature(self.service).parameters)


@dataclass(frozen=True)
class Offered:
    """One button on a record."""

    name: str
    label: str
    tone: str
    url: str


@dataclass(frozen=True)
class Result:
    """How a step ended for one row of a bulk action."""

    record: str
    url: str
    done: bool
    message: str


def refusal_text(error: Exception) -> str:
    """A refusal as a sentence."""
    if isinstance(error, PermissionDenied):
        return _("You may not take this step for this record.")
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


class StepsMixin:
    """A record with its life: state, what may be done now, and what happened so far."""

    workflow: Workflow | None = None
    steps: dict[str, DeskStep] = {}
    subject = ""  # keyword under which the services take the record; the model's name where empty
    summary: tuple[str, ...] = ()  # fields, or methods of this class, that tell the record at a glance
    # Given a call without arguments and its reader, returns the mails that it would write, and undoes it: `readable`
    # ones, and the number of `others` that are not hers to read. None: no preview.
    mails_of: Callable | None = None

    # In which states it may still be deleted: None for the one it begins in, none where people hear of it at once.
    deleted_in: tuple[str, ...] | None = None

    count_states = False  # whether the list shows how many of the records are in which state

    list_before_template = "admin/record/states.html"
    change_form_outer_before_template = "admin/record/head.html"
    change_form_outer_after_template = "admin/record/foot.html"

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        if self.workflow:
            tell_workflow(self.workflow, model)

    def has_delete_permission(self, request, obj=None):
        """What has begun its life ends by a step, which tells whom it concerns; deleting would tell nobody."""
        return super().has_delete_permission(request, obj) and (obj is None or self._is_unbegun(obj))

    def _is_unbegun(self, obj) -> bool:
        if self.workflow is None:
            return True
        begins_in = obj._meta.get_field(self.workflow.field).get_default()
        return getattr(obj, self.workflow.field) in (self.deleted_in if self.deleted_in is not None else (begins_in,))

    # -- what may be done ----------------------------------------------------------------------------------------------

    def offered(self, request, obj) -> list[Offered]:
        """The steps this person may take now, in the order of the workflow, then the acts beside it."""
        found = []
        open_now = {t.name: t for t in self.workflow.available(obj, request.user)} if self.workflow else {}
        in_order = sorted(
            self.steps, key=lambda name: list(open_now).index(name) if name in open_now else len(open_now)
        )
        for name in in_order:
            if self._may(name, obj, request.user):
                found.append(Offered(name, self.step_label(name), self._tone(name), self.step_url(obj, name)))
        return found

    def _may(self, name: str, obj, user) -> bool:
        step = self.steps[name]
        if step.rule is not None:
            return bool(step.rule(user, obj))
        return self.workflow is not None and self.workflow.can(name, obj, user)

    def step_label(self, name: str) -> str:
        return str(self.steps[name].label or self.workflow.by_name[name].label)

    def _tone(self, name: str) -> str:
        transition = self.workflow.by_name.get(name) if self.workflow else None
        return self.steps[name].tone or (transition.tone if transition else "default")

    def step_url(self, obj, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_step", args=(quote(obj.pk), name))

    # -- taking a step -------------------------------------------------------------------------------------------------

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        step = path("<path:object_id>/step/<slug:name>/", self.admin_site.admin_view(self.step_view), name=name)
        return [step, *super().get_urls()]

    def step_form(self, name: str, request, record=None, data=None) -> StepForm:
        step = self.steps[name]
        form = step.form(data, request.FILES or None, user=request.user, record=record)
        if (reason := step.asks.get("reason")) is not None and "reason" not in step.form.base_fields:
            transition = self.workflow.by_name.get(name) if self.workflow else None
            form.fields["reason"] = forms.CharField(
                label=_("Reason"),
                widget=forms.Textarea(attrs={"rows": 4}),
                required=reason.default is inspect.Parameter.empty or bool(transition and transition.needs_reason),
                help_text=_("Kept in the history; people who are told about this step read it.")
                if step.mails_say_why
                else _("Kept in the history for the desks; mails do not say it."),
            )
        return form

    def take(self, name: str, obj, *, actor, values: dict):
        """Call the step's service."""
        step = self.steps[name]
        asked_for = {"actor": lambda: actor, "now": timezone.now, "today": timezone.localdate}
        given = {name: value() for name, value in asked_for.items() if name in step.asks}
        return step.service(**{self.subject or self.opts.model_name: obj, **given, **values})

    def step_view(self, request, object_id, name):
        """GET says what will happen, POST does it."""
        self._require_view(request)
        obj = self.visible_or_404(request, object_id)
        if name not in self.steps:
            raise Http404
        if not self._may(name, obj, request.user):
            self._refuse(name, obj, request)
            return redirect(self.change_url(obj))
        form = self.step_form(name, request, obj, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                self.take(name, obj, actor=request.user, values=form.cleaned_data)
            except (StepError, ValidationError) as error:
                form.add_error(None, refusal_text(error))
            else:
                messages.success(request, _("Done: %(step)s.") % {"step": self.step_label(name)})
                return redirect(
                    self.change_url(obj) if self.get_queryset(request).filter(pk=obj.pk).exists() else "admin:index"
                )
        return TemplateResponse(request, "admin/record/step.html", self._step_context(request, name, obj, form))

    def _refuse(self, name, obj, request) -> None:
        """Too late is a message; never allowed is a refusal."""
        transition = self.workflow.by_name.get(name) if self.workflow else None
        if transition is None or self.steps[name].rule or getattr(obj, self.workflow.field) in transition.sources:
            raise PermissionDenied
        messages.warning(
            request,
            _("“%(step)s” is not possible any more: the record is now in state “%(state)s”.")
            % {"step": self.step_label(name), "state": getattr(obj, f"get_{self.workflow.field}_display")()},
        )

    def _step_context(self, request, name, obj, form) -> dict:
        transition = self.workflow.by_name.get(name) if self.workflow else None
        target = ""
        if transition is not None:
            choices = dict(self.opts.get_field(self.workflow.field).flatchoices)
            target = choices.get(transition.target, "")
        return {
            **self.admin_site.each_context(request),
            "title": self.step_label(name),
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "facts": self.facts(request, obj),
            "state_after": target if transition and transition.target != getattr(obj, self.workflow.field) else "",
            "step": self.steps[name],
            "tone": self._tone(name),
            "label": self.step_label(name),
            "form": form,
            "mails": self._mails(request, name, obj, form),
            "back_url": self.change_url(obj),
        }

    def _mails(self, request, name, obj, form):
        """The mails the step would write, or None where that cannot be known before."""
        step = self.steps[name]
        if self.mails_of is None or not step.previews:
            return None
        # An empty field counts as it would when it is sent empty: "" for a text, None for a day.
        values = {
            name: field.to_python("") if field.initial is None else field.initial for name, field in form.fields.items()
        } | step.sample
        if "reason" in form.fields:
            values["reason"] = form.data.get("reason") or _("(your reason)")
        fresh = self.get_queryset(request).get(pk=obj.pk)
        try:
            return self.mails_of(lambda: self.take(name, fresh, actor=request.user, values=values), request.user)
        except (StepError, ValidationError, PermissionDenied, TypeError, ValueError, AttributeError):
            return None  # the step needs what only the form can say

    # -- many at once --------------------------------------------------------------------------------------------------

    def get_actions(self, request):
        actions = super().get_actions(request)
        for name, step in self.steps.items():
            if step.bulk:
                actions[f"step_{name}"] = (self._bulk_action(name), f"step_{name}", self.step_label(name))
        return actions

    def _bulk_action(self, name: str):
        def action(model_admin, request, queryset):
            return self._bulk(name, request, queryset)

        return action

    def _bulk(self, name: str, request, queryset):
        rows = list(queryset)
        confirmed = "confirmed" in request.POST
        form = self.step_form(name, request, None, request.POST if confirmed else None)
        context = {
            **self.admin_site.each_context(request),
            "title": self.step_label(name),
            "opts": self.opts,
            "step": self.steps[name],
            "tone": self._tone(name),
            "label": self.step_label(name),
            "form": form,
            "action": f"step_{name}",
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "back_url": request.get_full_path(),
        }
        if confirmed and form.is_valid():
            results = [self._one_of_many(name, row, request.user, form.cleaned_data) for row in rows]
            return TemplateResponse(
                request,
                "admin/record/bulk_result.html",
                {**context, "results": results, "done": sum(result.done for result in results)},
            )
        judged = [(row, self._may(name, row, request.user)) for row in rows]
        context |= {"judged": judged, "possible": sum(may for _row, may in judged)}
        return TemplateResponse(request, "admin/record/bulk_confirm.html", context)

    def _one_of_many(self, name, row, actor, values) -> Result:
        try:
            with transaction.atomic():
                self.take(name, row, actor=actor, values=values)
        except REFUSALS as error:
            return Result(str(row), self.change_url(row), False, refusal_text(error))
        return Result(str(row), self.change_url(row), True, _("done"))

    # -- the list ------------------------------------------------------------------------------------------------------

    def changelist_view(self, request, extra_context=None):
        shown = self.count_states and self.has_view_permission(request)
        counted = SimpleLazyObject(lambda: self._state_counts(request)) if shown else []  # not for actions and refusals
        return super().changelist_view(request, {"state_counts": counted, **(extra_context or {})})

    def _state_counts(self, request) -> list[tuple[str, str, str]]:
        """(state, label, number) of the records the person sees, in the order of their life."""
        rows = self.model._default_manager.visible_to(request.user)
        choices = dict(self.opts.get_field("state").flatchoices)
        told = told_as_one(choices)
        numbers = counts_up_to({state: rows.filter(state__in=same) for state, same in told.items()}, MOST_SHOWN + 1)
        return [(state, choices[state], number_text(number)) for state, number in numbers.items() if number]

    # -- the page of a record ------------------------------------------------------------------------------------------

    def facts(self, request, obj) -> list[tuple[str, str]]:
        """The record at a glance: labels and values, empty ones left out."""
        found = []
        for name in self.summary:
            field, attribute, value = lookup_field(name, obj, self)
            if value in (None, ""):
                continue
            label = capfirst(label_for_field(name, self.model, self))
            found.append((label, self._fact(request, field, attribute, value)))
        return found

    def _fact(self, request, field, attribute, value):
        empty = self.get_empty_value_display()
        if isinstance(value, models.Model):
            return link_to(value, request)
        if field is None:
            if getattr(attribute, "boolean", False):
                return yesno(value)
            return value if hasattr(value, "__html__") else display_for_value(value, empty)
        if isinstance(value, bool):
            return yesno(value)
        return display_for_field(value, field, empty)

    def see_also(self, request, obj) -> list[tuple[str, str]]:
        """Labels and addresses of pages that belong to the record."""
        return []

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context |= {
                "facts": self.facts(request, obj),
                "offered": self.offered(request, obj),
                "see_also": self.see_also(request, obj),
                "entries": told_entries(self.timeline_for(request, obj)[:RECENT_ENTRIES], self.model),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


class RecordAdmin(StepsMixin, ScopedModelAdmin):
    """The usual page of a record: at a glance, what can be done, its parts in tabs, what happened so far."""


class ReadOnlyRecordAdmin(StepsMixin, ScopedReadOnlyAdmin):
    """The same for records that are written by their steps alone."""
