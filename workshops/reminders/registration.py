"""N33: a place is kept for somebody on the waiting list who has not answered yet."""

import datetime as dt
from collections.abc import Iterator

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.reminders.registry import Due, reminder
from workshops.emails.registration import personal_page
from workshops.models import SeatOffer

# The offer itself is told by the mail that goes out with it; the rule speaks from then on.
TOLD = dt.timedelta(minutes=1)


@reminder("N33")
def offered_places(*, now: dt.datetime, pk: str | None = None) -> Iterator[Due]:
    rows = SeatOffer.objects.filter(answer=SeatOffer.Answer.OPEN, answer_by__gt=now).select_related(
        "registration__event__host_organisation", "registration__person__user"
    )
    for offer in (rows.filter(pk=pk) if pk else rows).order_by():
        event = offer.registration.event
        office = users_at(Role.EVENT_ORGANISER, event.host_organisation, today=now.date())
        yield Due(
            subject=offer,
            anchor=offer.offered_at,
            deadline=offer.answer_by,
            since=offer.offered_at + TOLD,
            recipients=[offer.registration.as_recipient()],
            escalate_to=[user.as_recipient() for user in office],
            action_url=personal_page(offer.registration),
            what=lambda event=event: event.title,
            organisation=event.host_organisation,
        )
