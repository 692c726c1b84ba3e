"""Named questions about events."""

import datetime as dt

from django.db.models import F, Q

from portal.core.scoping import ScopedQuerySet

# Announced, and not over.
LIVE = ("announced", "registration_open", "registration_closed")

A_YEAR = dt.timedelta(days=365)
SOONEST_FIRST = (F("starts_on").asc(nulls_last=True), "code")
NEWEST_FIRST = ("-sorts_on", "code")
ON_CARDS = (
    "code", "kind", "state", "title_en", "title_ja", "timezone", "starts_on", "ends_on", "date_precision",
    "starts_time", "starts_at", "format", "venue_en", "venue_ja", "city", "registration_closes_at",
    "registration_closes_time",
)  # fmt: skip


def _to_come(today: dt.date) -> Q:
    still = Q(last_on=None) | Q(last_on__gte=today)
    return Q(state="postponed") | (Q(state__in=(*LIVE, "cancelled")) & still)


class EventQuerySet(ScopedQuerySet):
    def to_come(self, today: dt.date):
        """Events that are not over yet, those with unknown dates last; what is off stays in sight."""
        return self.filter(_to_come(today)).order_by(*SOONEST_FIRST)

    def taking_place(self, today: dt.date):
        """The same without what is off."""
        return self.filter(Q(last_on=None) | Q(last_on__gte=today), state__in=LIVE).order_by(*SOONEST_FIRST)

    def gone_by(self, today: dt.date):
        """Events that are over, by their state or by the calendar."""
        return self.exclude(_to_come(today)).order_by(*NEWEST_FIRST)

    def for_list(self):
        """With what a line in a list reads."""
        return self.select_related("host_organisation", "alliance")

    def for_page(self):
        """With what the public page and the form of registration read."""
        return self.select_related("host_organisation", "alliance", "registration_rules")

    def on_cards(self):
        """With what a card or a line of the public list reads, and no more: these rows are wide."""
        host = (f"host_organisation__{name}" for name in ("name_en", "name_ja"))
        return self.select_related("host_organisation").only(*ON_CARDS, *host)

    def due_to_open(self, now: dt.datetime):
        """Announced events whose registration opens; the others, without registration, when they begin."""
        return self.filter(Q(registration_opens_at__lte=now) | Q(starts_at__lte=now), state="announced")

    def due_to_close(self, now: dt.datetime):
        """Events whose registration ends by the clock: at its own hour, else when they begin; always when they end."""
        begins = Q(registration_closes_at=None, starts_at__lte=now)
        over = Q(registration_closes_at__lte=now) | begins | Q(ends_at__lte=now)
        return self.filter(over, state="registration_open")

    def closing_when_full(self):
        return self.filter(state="registration_open", closes_when_full=True)

    def waiting_for_report(self):
        return self.filter(state="held")

    def late_with_report(self, today: dt.date):
        """Held, and more than thirty days over; what is older than a year is a record from before the portal."""
        return self.filter(state="held", last_on__range=(today - A_YEAR, today - dt.timedelta(days=31)))

    def not_marked_held(self, today: dt.date):
        """The day has passed and nobody has said that it took place."""
        return self.filter(state__in=LIVE, last_on__lt=today)

    def due_to_archive(self, before: dt.datetime):
        return self.filter(state="reported", reported_at__lte=before)
