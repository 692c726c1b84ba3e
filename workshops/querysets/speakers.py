"""Questions about the people of an event: who comes, who speaks, who comes from abroad."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import BooleanField, Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Lower, NullIf

from portal.core.scoping import ScopedQuerySet

# Affiliation on that day: what was written for the day goes before what the organisation's record says now.
COUNTRY = Coalesce(NullIf("affiliation_country", Value("")), NullIf("affiliation__country", Value("")), Value(""))


def who(path: str = "") -> Case:
    """Which human being a row means, as far as the portal knows: the linked person, else the address, else the name
    within the event. `path` leads from the model that is asked to its `EventPerson`, as in `"event_person__"`.
    """
    return Case(
        When(**{f"{path}person__isnull": False}, then=person_key(f"{path}person_id")),
        When(~Q(**{f"{path}email": ""}), then=Concat(Value("address:"), F(f"{path}email"))),
        default=Concat(
            Value("name:"),
            Cast(f"{path}event_id", CharField()),
            Value("|"),
            Lower(f"{path}family_name"),
            Value("|"),
            Lower(f"{path}given_name"),
        ),
        output_field=CharField(),
    )


def person_key(column: str) -> Concat:
    return Concat(Value("person:"), Cast(column, CharField()), output_field=CharField())


@dataclass(frozen=True)
class SpeakerCounts:
    """Who speaks. `unknown` have no known country, or their event has none; they are never counted as domestic."""

    speakers: int
    overseas: int
    unknown: int

    @property
    def known(self) -> int:
        """The denominator of a share."""
        return self.speakers - self.unknown


class EventPersonQuerySet(ScopedQuerySet):
    def coming(self):
        """Who has agreed."""
        return self.filter(state="accepted")

    def on_the_page(self):
        """Who is shown as a speaker: interpreters, hosts and organisers stand beside their sessions only."""
        return self.coming().exclude(role__in=("organiser", "interpreter", "host"))

    def open(self):
        """Who is invited or has agreed: may still come."""
        return self.filter(state__in=("invited", "accepted"))

    def speaking(self):
        """Whose talks are counted (see `EventPerson.SPEAKING`)."""
        return self.filter(role__in=self.model.SPEAKING)

    def unanswered(self, today: dt.date):
        """Invited, not answered, and the day until which an answer was asked for has come."""
        return self.filter(state="invited", answer_by__lte=today)

    def with_country(self):
        """`country_then`: the country of the affiliation on that day, empty where nobody knows."""
        return self.annotate(country_then=COUNTRY)

    def with_abroad(self):
        """`is_abroad`: True, False, or None where a country is unknown."""
        return self.with_country().annotate(
            is_abroad=Case(
                When(Q(country_then="") | Q(event__country=""), then=Value(None)),
                When(country_then=F("event__country"), then=Value(False)),
                default=Value(True),
                output_field=BooleanField(null=True),
            )
        )

    def speaker_counts(self) -> SpeakerCounts:
        """The speakers among these rows; a person with two talks at one event is one speaker of it."""
        rows = (
            self.coming()
            .speaking()
            .with_abroad()
            .annotate(one=Concat(Cast("event_id", CharField()), Value(" "), who()))
        )
        numbers = rows.aggregate(
            speakers=Count("one", distinct=True),
            overseas=Count("one", filter=Q(is_abroad=True), distinct=True),
            unknown=Count("one", filter=Q(is_abroad=None), distinct=True),
        )
        return SpeakerCounts(**numbers)


def overseas_speakers(event) -> EventPersonQuerySet:
    """Who spoke at the event and came from outside its country; without the country of the event nobody is known to."""
    return event.people.coming().speaking().with_abroad().filter(is_abroad=True)
