"""Named questions about one-to-one meetings, and which of their states mean what."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q

from portal.core.scoping import ScopedQuerySet

# Still to come: here two people have one meeting, whoever asked.
OPEN = ("requested", "accepted", "scheduled")
# It has taken place.
HELD = ("held", "minutes_draft", "minutes_approved")
# It takes its people, its table and its interpreter away from others.
HOLDING = ("scheduled", *HELD)

# What a follow-up may end with that counts as an agreement (figures S06, W10).
AGREEMENTS = ("nda", "poc", "joint_research", "investment", "licence", "contract")


class MeetingQuerySet(ScopedQuerySet):
    def for_list(self):
        """With everything a line about a meeting shows."""
        return self.select_related(
            "event", "requester__user", "invitee__user", "slot", "table", "wished_slot", "interpreter__person"
        )

    def of_person(self, person_id: int):
        return self.filter(Q(requester=person_id) | Q(invitee=person_id))

    def still_open(self):
        return self.filter(state__in=OPEN)

    def holding(self):
        return self.filter(state__in=HOLDING)

    def held(self):
        return self.filter(state__in=HELD)

    def unscheduled(self):
        """Agreed, but without a time."""
        return self.filter(state="accepted")

    def unanswered(self, now: dt.datetime):
        """Requests whose hours to answer are over."""
        return self.filter(state="requested", answer_by__lte=now)

    def overlapping(self, starts_at: dt.datetime, ends_at: dt.datetime):
        """Half-open: a meeting may begin when another ends."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)

    def clashing(self):
        """Meetings to come, one of whose people is in another one at the same time."""
        people = Q()
        for own in ("requester", "invitee"):
            people |= Q(requester=OuterRef(own)) | Q(invitee=OuterRef(own))
        others = self.model._base_manager.filter(
            people,
            state__in=("accepted", "scheduled"),
            starts_at__lt=OuterRef("ends_at"),
            ends_at__gt=OuterRef("starts_at"),
        ).exclude(pk=OuterRef("pk"))
        return self.filter(Exists(others), state__in=("accepted", "scheduled"))

    def doubtful(self, now: dt.datetime):
        """Whether they took place is for the organiser to settle: one side says no, or nobody says anything.

        Once it is settled it waits no more; that the sides disagree stays on record (`one_sided`).
        """
        said_no = Q(requester_mark="not_held") | Q(invitee_mark="not_held")
        return self.filter(said_no | Q(ends_at__lte=now - dt.timedelta(days=1)), state="scheduled")

    def one_sided(self):
        """Meetings about which the two sides say different things."""
        return self.exclude(requester_mark="").exclude(invitee_mark="").exclude(requester_mark=F("invitee_mark"))

    def to_follow_up(self, *, today: dt.date, days: int):
        """Held at least so many days ago, and nothing has come of it yet."""
        since = dt.datetime.combine(today - dt.timedelta(days=days), dt.time.max, dt.UTC)
        return self.held().filter(Q(followup=None) | Q(followup__outcome=""), starts_at__lte=since)
