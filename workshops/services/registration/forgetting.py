"""What is forgotten when: food, access and citizenship after 30 days, the person behind a registration after a year."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from portal.core import audit
from portal.core.links import revoke_token
from portal.core.workflow import lock
from workshops.models import Event, Registration, RegistrationNeeds, TourCheck
from workshops.services.registration.signup import NEEDS_KEPT, purge_day

PERSON_KEPT = dt.timedelta(days=365)
# A registration that has become a number keeps country and career stage, for the figures.
NOBODY = "–"


@transaction.atomic
def purge_needs(*, today: dt.date) -> int:
    """Delete diet and access needs whose day has come; where the event has moved, the day moves with it."""
    due = RegistrationNeeds.objects.filter(purge_on__lte=today).select_related("registration__event")
    gone = 0
    for needs in due:
        day = purge_day(needs.registration.event)
        if day is not None and day > today:
            needs.purge_on = day
            needs.save(update_fields=["purge_on", "updated_at"])
        else:
            needs.delete()
            gone += 1
    return gone + _purge_unwanted()


def _purge_unwanted() -> int:
    """Nobody cooks at a cancelled event."""
    rows = RegistrationNeeds.objects.filter(registration__event__state=Event.State.CANCELLED)
    return rows.delete()[0]


def purge_citizenships(*, today: dt.date) -> int:
    """The export office's own records live longer elsewhere; what was asked for one tour does not."""
    over = Q(registration__event__last_on__lt=today - NEEDS_KEPT)
    return TourCheck.objects.filter(over).exclude(citizenships="").update(citizenships="")


def forget_people(*, today: dt.date) -> int:
    """Take the person out of registrations for events that ended a year ago; the number forgotten."""
    rows = Registration.objects.filter(event__last_on__lt=today - PERSON_KEPT, is_demo=False)
    return sum(_forget(row) for row in rows.exclude(person_name=NOBODY)[:500])


@transaction.atomic
def _forget(registration: Registration) -> int:
    row = lock(registration)
    row.person_name, row.person = NOBODY, None
    row.name_native = row.name_kana = row.email = row.affiliation_other = row.note_en = ""
    row.listing, row.consent_photo, row.consent_contact_sharing = Registration.Listing.NOBODY, False, False
    revoke_token(row)
    row.save()
    row.consents.all().delete()
    row.visa_letters.update(passport_name=NOBODY, embassy="")
    audit.record("registration.forget", row, actor=None)
    return 1
