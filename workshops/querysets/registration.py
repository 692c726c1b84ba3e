"""Named questions about registrations: who has a place, who waits, who comes."""

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q

from portal.core.scoping import ScopedQuerySet

# Who has a place; `submitted` may hold one too, where the organiser wants it so, and so does an open offer.
SEATED = ("pending_screening", "confirmed", "attended", "no_show")
COMING = ("confirmed", "attended")
OVER = ("cancelled", "refused")


def _held(pending_too: bool) -> Q:
    held = Q(state__in=SEATED) | Q(state="waitlisted", has_offer=True)
    return held | Q(state="submitted") if pending_too else held


class RegistrationQuerySet(ScopedQuerySet):
    def with_offer(self):
        """`has_offer`: whether a place is kept for this waiting person right now."""
        offers = self.model._meta.get_field("offers").related_model._base_manager
        return self.annotate(has_offer=Exists(offers.filter(registration=OuterRef("pk"), answer="")))

    def holding(self, *, pending_too: bool):
        """Who holds a place: seated, kept for by an open offer, or waiting for approval where the organiser says so."""
        return self.with_offer().filter(_held(pending_too))

    def by_way_and_state(self):
        """Way of attending, state, how many, and for how many of them a place is kept by an open offer."""
        kept = FilteredRelation("offers", condition=Q(offers__answer=""))  # one for each registration at most
        rows = self.order_by().annotate(kept=kept).values_list("attendance_mode", "state")
        return rows.annotate(number=Count("pk"), offered=Count("kept"))

    def queue(self):
        """Who waits for a place without an offer, the first of the queue first."""
        waiting = self.with_offer().filter(state="waitlisted", has_offer=False)
        return waiting.order_by("-priority", "registered_at", "pk")

    def live(self):
        return self.exclude(state__in=OVER)

    def each_once(self):
        """Whoever cancelled and registered again stands under the registration in force alone."""
        again = self.model._base_manager.filter(event=OuterRef("event"), email_key=OuterRef("email_key"))
        in_force = again.exclude(email_key="").exclude(state__in=OVER)
        return self.exclude(Exists(in_force), state__in=OVER)

    def in_force_for(self, registration):
        """What counts for this person at this event now: a later registration, where she cancelled an earlier one."""
        if registration.state not in OVER or not registration.email_key:
            return registration
        hers = self.live().filter(event=registration.event_id, email_key=registration.email_key)
        return hers.first() or registration

    def coming(self):
        """Who has a place of their own; nobody who waits is ever among them."""
        return self.filter(state__in=COMING)

    def for_page(self):
        """With what the pages of one registration read."""
        return self.select_related(
            "event__host_organisation", "event__alliance", "affiliation", "person__user", "needs"
        )


class TourCheckQuerySet(ScopedQuerySet):
    def waiting(self):
        """Names that nobody has looked at, of people who still come and still wish for the tour."""
        return self.filter(result="", registration__joins_tour=True).exclude(registration__state__in=OVER)
