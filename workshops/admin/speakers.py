"""The people of a programme at the desk: inviting, reminding, writing down what they say."""

import datetime as dt

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models import Person
from portal.core.admin_base import ScopedTabularInline, ScopedTypedFilter
from portal.core.admin_steps import DeskStep, RecordAdmin, Result, StepForm, refusal_text
from portal.core.dates import plain_date
from portal.core.narrative import tell
from portal.core.workflow import StepError
from portal.outbox.preview import mails_written_by
from portal.transfers.admin_base import TransferAdminMixin
from workshops.forms.speakers import InviteManyForm
from workshops.models import Event, EventPerson
from workshops.rules import programme as rules
from workshops.services import speakers as services
from workshops.workflows.programme import SPEAKER

ANSWER_WITHIN = dt.timedelta(days=14)
KNOWN_IN_LISTS = {True: gettext_lazy("overseas"), False: gettext_lazy("domestic"), None: gettext_lazy("unknown")}

tell(
    {
        "event_person.added": gettext_lazy("noted for the programme"),
        "event_person.reminded": gettext_lazy("reminded of the invitation"),
        "event_person.renew_link": gettext_lazy("sent a new link"),
        "event_person.linked": gettext_lazy("linked to a person of the portal"),
        "event_person.unlinked": gettext_lazy("no longer linked to a person of the portal"),
        "event_person.told": gettext_lazy("changed what stands in the programme"),
        "event_person.consented": gettext_lazy("answered what may be shown"),
        "event_person.portrait": gettext_lazy("handed in a portrait"),
        "event_person.portrait_removed": gettext_lazy("deleted the portrait"),
    }
)


class InvitationForm(StepForm):
    answer_by = forms.DateField(
        label=gettext_lazy("Answer until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    words = forms.CharField(
        label=gettext_lazy("Your words in the mail"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("In the language of the reader, please; everything else is in it already."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["answer_by"].initial = timezone.localdate() + ANSWER_WITHIN


class MessageForm(StepForm):
    message = forms.CharField(
        label=gettext_lazy("What the person said"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SamePersonForm(StepForm):
    """One of the people who may be the same: somebody has to say so, a name is no proof."""

    person = forms.ModelChoiceField(label=gettext_lazy("The same person as"), queryset=None, widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        found = services.suggested_people(self.record, self.user) if self.record else []
        field = self.fields["person"]
        field.queryset = Person.objects.visible_to(self.user).filter(pk__in=[person.pk for person in found])
        field.label_from_instance = lambda person: " · ".join(
            filter(None, (str(person), person.organisation.name if person.organisation else "", person.email))
        )
        if not found:
            field.help_text = _("Nobody whom you see has this address or this name.")


_ON_BEHALF = gettext_lazy(
    "For somebody who has told you so. The organisers and the history say that you wrote it down."
)


class EventPersonInline(ScopedTabularInline):
    """Read here; each has a page with what can be done."""

    model = EventPerson
    fields = readonly_fields = ("name", "state_badge", "role", "affiliation_shown", "talk")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("affiliation")

    @display(description=pgettext_lazy("person", "name"))
    def name(self, speaker):
        return format_html(
            '<a class="desk-link" href="{}">{}</a>',
            reverse("admin:workshops_eventperson_change", args=[speaker.pk]),
            speaker,
        )

    @display(description=gettext_lazy("affiliation"))
    def affiliation_shown(self, speaker):
        return speaker.affiliation_label

    @display(description=gettext_lazy("title of the talk"))
    def talk(self, speaker):
        return speaker.talk_title


class LateFilter(DropdownFilter):
    title = gettext_lazy("late")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("yes", gettext_lazy("invited and not answered in time"))]

    def queryset(self, request, queryset):
        return queryset.unanswered(timezone.localdate()) if self.value() == "yes" else queryset


@admin.register(EventPerson)
class EventPersonAdmin(TransferAdminMixin, RecordAdmin):
    workflow = SPEAKER
    deleted_in = (EventPerson.State.PLANNED,)
    subject = "event_person"
    count_states = True
    mails_of = staticmethod(mails_written_by)
    steps = {
        "invite": DeskStep(
            services.invite,
            form=InvitationForm,
            bulk=True,
            explain=gettext_lazy("Mails a personal link. No account is needed to answer."),
        ),
        "invite_again": DeskStep(services.invite, form=InvitationForm),
        "remind": DeskStep(
            services.remind,
            label=gettext_lazy("Remind"),
            rule=rules.may_be_reminded,
            bulk=True,
            explain=gettext_lazy("Repeats the link of the invitation, once a day at most."),
        ),
        "renew_link": DeskStep(
            services.renew_link,
            label=gettext_lazy("Send a new link"),
            rule=rules.may_get_a_link,
            bulk=True,
            explain=gettext_lazy("The old link stops working."),
        ),
        "accept": DeskStep(services.accept, form=MessageForm, tone="default", explain=_ON_BEHALF),
        "decline": DeskStep(services.decline, form=MessageForm, explain=_ON_BEHALF),
        "withdraw": DeskStep(services.withdraw, form=MessageForm, explain=_ON_BEHALF),
        "link_person": DeskStep(
            services.link_person,
            form=SamePersonForm,
            label=gettext_lazy("Same person as …"),
            rule=rules.may_be_linked,
            explain=gettext_lazy("Clashes and figures then know that it is one human being. Nothing is merged."),
        ),
        "unlink_person": DeskStep(
            services.unlink_person, label=gettext_lazy("Not the same person"), rule=rules.may_be_unlinked
        ),
        "take_off": DeskStep(services.take_off),
    }
    list_display = ("name", "state_badge", "event", "role", "affiliation_shown", "answer_by", "talk")
    list_filter = (LateFilter, "state", "role", ("event", ScopedTypedFilter))
    list_select_related = ("event__host_organisation", "event__alliance", "affiliation", "person")
    search_fields = ("family_name", "given_name", "name_ja", "email", "event__title_en", "event__title_ja")
    summary = (
        "event", "role", "email", "language", "affiliation_shown", "abroad", "person", "invited_at", "answer_by",
        "answered_at", "reminded_at", "message", "consents", "needs", "portrait",
    )  # fmt: skip
    fieldsets = (
        (
            None,
            {"fields": ("event", ("family_name", "given_name", "name_ja"), "role", ("email", "language", "timezone"))},
        ),
        (
            gettext_lazy("Affiliation on that day"),
            {"fields": ("affiliation", ("affiliation_other", "affiliation_country"))},
        ),
        (
            gettext_lazy("Talk and biography"),
            {
                "classes": ("tab",),
                "fields": (
                    ("talk_title_en", "talk_title_ja"),
                    ("abstract_en", "abstract_ja"),
                    ("biography_en", "biography_ja"),
                ),
            },
        ),
        (
            gettext_lazy("Needs"),
            {
                "classes": ("tab",),
                "fields": (
                    ("needs_travel", "needs_accommodation", "needs_visa_letter"),
                    "needs_technical",
                    "note_en",
                    "source",
                ),
            },
        ),
    )

    # -- how a record is shown -----------------------------------------------------------------------------------------
    @display(description=pgettext_lazy("person", "name"), ordering="family_name")
    def name(self, speaker):
        return str(speaker)

    @display(description=gettext_lazy("affiliation"))
    def affiliation_shown(self, speaker):
        return speaker.affiliation_label

    @display(description=gettext_lazy("from overseas"))
    def abroad(self, speaker):
        return KNOWN_IN_LISTS[speaker.is_overseas]

    @display(description=gettext_lazy("title of the talk"))
    def talk(self, speaker):
        return speaker.talk_title

    @display(description=gettext_lazy("may be shown"))
    def consents(self, speaker):
        """Each answer with its day; a question that nobody was asked has none."""
        told = []
        for name in EventPerson.CONSENTS:
            answer, at = getattr(speaker, f"consent_{name}"), getattr(speaker, f"consent_{name}_at")
            if answer is not None:
                field = self.opts.get_field(f"consent_{name}")
                words = {"question": field.verbose_name, "answer": _("yes") if answer else _("no")}
                if at:
                    words["day"] = plain_date(timezone.localdate(at))
                text = _("%(question)s: %(answer)s (%(day)s)") if at else _("%(question)s: %(answer)s")
                told.append(text % words)
        return _("; ").join(told)

    @display(description=gettext_lazy("needs"))
    def needs(self, speaker):
        asked = ("needs_travel", "needs_accommodation", "needs_visa_letter")
        wanted = [str(self.opts.get_field(name).verbose_name) for name in asked if getattr(speaker, name)]
        return _("; ").join(filter(None, (*wanted, speaker.needs_technical)))

    @display(description=gettext_lazy("portrait"))
    def portrait(self, speaker):
        if speaker.photo is None:
            return ""
        url = reverse("documents:download", args=[speaker.photo.public_id])
        return format_html('<a class="desk-link" href="{}">{}</a>', url, speaker.photo.name)

    # -- entering people -----------------------------------------------------------------------------------------------
    def save_model(self, request, obj, form, change):
        """Whom the desk enters is planned, until a link is mailed."""
        if not change:
            obj.state = EventPerson.State.PLANNED
        services.save_record(event_person=obj, actor=request.user, now=timezone.now())

    def get_urls(self):
        many = self.admin_site.admin_view(self.invite_many_view)
        return [path("invite/<int:event_id>/", many, name="workshops_eventperson_invite"), *super().get_urls()]

    def see_also(self, request, obj):
        return [(_("Timetable"), reverse("admin:workshops_session_timetable", args=[obj.event_id]))]

    def invite_many_view(self, request, event_id):
        """Paste a list, see what it means line by line, then invite; each line has its own result."""
        event = get_object_or_404(Event.objects.editable_by(request.user).select_related("alliance"), pk=event_id)
        if not self.has_add_permission(request) or not rules.plans(request.user, event):
            raise Http404
        sent = request.method == "POST"
        initial = {"answer_by": timezone.localdate() + ANSWER_WITHIN}
        form = InviteManyForm(request.POST if sent else None, initial=initial)
        lines = form.lines() if sent and form.is_valid() else []
        context = {
            **self.admin_site.each_context(request),
            "title": _("Invite people"),
            "subtitle": str(event),
            "opts": self.opts,
            "event": event,
            "form": form,
            "lines": lines,
            "possible": sum(not line.problem for line in lines),
            "back_url": reverse("admin:workshops_session_timetable", args=[event.pk]),
        }
        if lines and "confirmed" in request.POST:
            results = [self._invite_line(request, event, line, form.cleaned_data) for line in lines]
            done = sum(result.done for result in results)
            messages.success(
                request,
                ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", done) % {"n": done},
            )
            context |= {"results": results, "done": done}
        return TemplateResponse(request, "admin/workshops/invite.html", context)

    def _invite_line(self, request, event, line, values) -> Result:
        """One line in its own transaction: what is wrong with one does not hold up the others."""
        if line.problem:
            return Result(line.text, "", False, line.problem)
        try:
            with transaction.atomic():
                speaker = services.add_speaker(event=event, actor=request.user, **line.values)
                services.invite(
                    event_person=speaker,
                    answer_by=values["answer_by"],
                    words=values["words"],
                    actor=request.user,
                    now=timezone.now(),
                )
        except (StepError, ValidationError, PermissionDenied) as refusal:
            return Result(line.text, "", False, refusal_text(refusal))
        return Result(str(speaker), self.change_url(speaker), True, _("invited"))
