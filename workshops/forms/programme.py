"""A session as the desk enters it: by the clock of the event, with its people."""

from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.core.dates import zone_name
from workshops.models import Event, EventPerson, Room, Session, SessionPerson
from workshops.services.programme import Times

FREE_ROWS = 2


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SessionForm(forms.ModelForm):
    """What, when, where. Without times the session waits to be placed."""

    day = forms.DateField(label=gettext_lazy("day"), required=False, widget=_day())
    starts = forms.TimeField(label=gettext_lazy("from"), required=False, widget=_clock())
    ends = forms.TimeField(label=gettext_lazy("until"), required=False, widget=_clock())
    ends_on = forms.DateField(
        label=gettext_lazy("ends on another day"),
        required=False,
        widget=_day(),
        help_text=gettext_lazy("Only if it goes on after midnight."),
    )
    why_clash = forms.CharField(
        label=gettext_lazy("Why it may clash"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Session
        fields = ("kind", "title_en", "title_ja", "room", "expected", "abstract_en", "abstract_ja")
        widgets = {"abstract_en": forms.Textarea(attrs={"rows": 4}), "abstract_ja": forms.Textarea(attrs={"rows": 4})}

    field_order = (
        "kind", "title_en", "title_ja", "day", "starts", "ends", "ends_on", "room", "expected", "why_clash",
        "abstract_en", "abstract_ja",
    )  # fmt: skip

    def __init__(self, *args, event: Event, user, asks_why: bool = False, **kwargs):
        session = kwargs.get("instance")
        kwargs["initial"] = {**_times_of(session), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        usable = Room.objects.visible_to(user).usable_by(event).values("pk")
        kept = session.room_id if session is not None else None
        rooms = Room.objects.visible_to(user).filter(Q(pk__in=usable) | Q(pk=kept))
        room = Session._meta.get_field("room")
        self.fields["room"] = forms.ModelChoiceField(rooms, label=room.verbose_name, required=False)
        if kept is not None and not rooms.filter(pk=kept).exists():
            del self.fields["room"]  # a room of another house stays; who cannot see it does not give it away
        if session is None:
            self.fields["day"].initial = event.starts_on
        self.fields["day"].help_text = _("Times are those of the event: %(zone)s.") % {
            "zone": zone_name(event.timezone)
        }
        if not asks_why:
            del self.fields["why_clash"]

    def clean(self):
        values = super().clean()
        day, starts, ends = (values.get(name) for name in ("day", "starts", "ends"))
        if (starts is not None or ends is not None) and None in (day, starts, ends) and not self.errors:
            raise forms.ValidationError(
                _("Give the day and both times, or no times: then the session waits to be placed."), code="half"
            )
        return values

    def times(self) -> Times | None:
        values = self.cleaned_data
        if values.get("starts") is None:
            return None
        return Times(values["day"], values["starts"], values["ends"], values.get("ends_on"))

    def _get_validation_exclusions(self):
        """Constraints are the service's to ask, with the times it works out."""
        return {field.name for field in Session._meta.fields}


def _times_of(session: Session | None) -> dict:
    if session is None or session.starts_at is None:
        return {}
    zone = ZoneInfo(session.timezone)
    start, end = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    other_day = end.date() if end.date() != start.date() else None
    return {"day": start.date(), "starts": start.time(), "ends": end.time(), "ends_on": other_day}


class PersonForm(forms.Form):
    person = forms.ModelChoiceField(label=gettext_lazy("person"), queryset=None, required=False)
    role = forms.ChoiceField(
        label=pgettext_lazy("session", "as"), choices=SessionPerson.Role.choices, initial=SessionPerson.Role.SPEAKER
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class _People(BaseFormSet):
    def chosen(self) -> list[tuple[EventPerson, str]]:
        """The rows in which somebody was chosen, each pair once; an emptied row takes its person out."""
        pairs = [
            (form.cleaned_data["person"], form.cleaned_data["role"])
            for form in self.forms
            if form.cleaned_data.get("person")
        ]
        return list(dict.fromkeys(pairs))


PeopleFormSet = formset_factory(PersonForm, formset=_People, extra=FREE_ROWS)


def people_formset(data, *, event: Event, user, session: Session | None):
    """The people of the session, with free rows below them."""
    people = EventPerson.objects.visible_to(user).filter(event=event).exclude(state__in=("declined", "withdrawn"))
    now = session.people.select_related("event_person") if session is not None else []
    here = [{"person": row.event_person_id, "role": row.role} for row in now]
    if here:
        people |= EventPerson.objects.visible_to(user).filter(event=event, pk__in=[row["person"] for row in here])
    return PeopleFormSet(data, initial=here, prefix="people", form_kwargs={"people": people})
