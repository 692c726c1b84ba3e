"""N33: a place is kept for somebody on the waiting list who has not answered yet."""

import datetime as dt
from collections.abc import Iterator

from portal.reminders.registry import Due, reminder
from workshops.emails.readers import organisers
from workshops.emails.registration import personal_page
from workshops.models import SeatOffer

# The offer itself is told by the mail that goes out with it; the rule speaks from then on.
TOLD = dt.timedelta(minutes=1)


@reminder("N33")
def offered_places(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    rows = SeatOffer.objects.filter(answer=SeatOffer.Answer.OPEN, answer_by__gt=now).select_related(
        "registration__event__host_organisation", "registration__event__alliance__lead", "registration__person__user"
    )
    for offer in (rows.filter(pk=pk) if pk else rows).order_by():
        event = offer.registration.event
        yield Due(
            subject=offer,
            anchor=offer.offered_at,
            deadline=offer.answer_by,
            since=offer.offered_at + TOLD,
            recipients=[offer.registration.as_recipient()],
            escalate_to=organisers(event, now.date()),
            action_url=personal_page(offer.registration),
            what=lambda event=event: event.title,
            organisation=event.host_organisation,
        )
