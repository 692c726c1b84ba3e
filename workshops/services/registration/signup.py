"""Registering: one form, one transaction, and a place, a place in the queue or a wait for approval at its end."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.accounts.models import ConsentPurpose
from portal.core import audit
from portal.core.bilingual import in_language
from portal.core.links import give_token
from portal.core.workflow import StepError, lock
from workshops.emails import registration as emails
from workshops.models import (
    Event,
    Registration,
    RegistrationConsent,
    RegistrationNeeds,
    RegistrationRules,
    TourCheck,
)
from workshops.models.registration import LINK_LIVES, normal_email
from workshops.services.registration.seats import (
    offer_free_places,
    rules_of,
    seats_of,
    ways_of,
)
from workshops.workflows.registration import REGISTRATION

AFTER_EVENT = dt.timedelta(days=180)
NEEDS_KEPT = dt.timedelta(days=30)

PHOTO, CONTACT, LISTED, PUBLISHED = "photo", "contact_share", "participant_list", "participant_list_public"


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """What somebody answered on the form."""

    person_name: str
    email: str
    attendance_mode: str
    name_native: str = ""
    name_kana: str = ""
    affiliation: object = None
    affiliation_other: str = ""
    affiliation_country: str = ""
    career_stage: str = ""
    joins_tour: bool = False
    citizenships: str = ""
    diet: str = ""
    diet_note: str = ""
    access: str = ""
    listing: str = ""
    consent_photo: bool = False
    consent_contact_sharing: bool = False


class RegistrationClosed(StepError):
    """The event takes no registrations now."""


def is_open(event: Event, now: dt.datetime) -> bool:
    """Whether the public form takes registrations now."""
    ends = [instant for instant in (event.registration_closes_at, event.ends_at) if instant]
    return event.state == Event.State.REGISTRATION_OPEN and all(now < end for end in ends)


@transaction.atomic
def register(
    *, event: Event, answers: SignUp, language: str, zone: str, now: dt.datetime, person=None, actor=None
) -> Registration:
    """Register somebody and decide about the place; an address that is registered already is only written to.

    Who calls answers the visitor with the same page either way: no screen tells whether an address is known.
    """
    locked = lock(event)
    if not is_open(locked, now):
        raise RegistrationClosed(_("Registration for this event is closed."))
    if answers.attendance_mode not in ways_of(locked):
        raise StepError(_("The event cannot be attended in this way."))
    twin = Registration.objects.filter(event=locked, email_key=normal_email(answers.email)).live().first()
    if twin is not None:
        emails.registered_already(twin, now)
        return twin
    rules = rules_of(locked)
    registration = _entered(locked, rules, answers, language=language, zone=zone, person=person, now=now)
    audit.record("registration.submit", registration, actor=actor, audience=audit.APPLICANT)
    if rules.needs_approval:
        emails.registration_received(registration)
    else:
        give_place(registration, rules=rules, now=now)
    return registration


def give_place(registration: Registration, *, rules: RegistrationRules, now: dt.datetime) -> Registration:
    """Confirm, hold or queue a submitted registration. The caller holds the lock on the event."""
    if not has_place_for(registration.event, rules, registration.attendance_mode, now):
        row = REGISTRATION.apply("queue", registration, actor=None)
        emails.registration_waitlisted(row, position_of(row))
    elif registration.joins_tour:
        row = REGISTRATION.apply("hold", registration, actor=None)
        emails.registration_held(row)
    else:
        row = REGISTRATION.apply("confirm", registration, actor=None)
        emails.registration_confirmed(row)
    registration.calendar_sequence = row.calendar_sequence
    return row


def has_place_for(event: Event, rules: RegistrationRules, mode: str, now: dt.datetime) -> bool:
    """Whether a newcomer gets a place at once: one is free, and nobody waits for it longer."""
    seats, waiting = seats_of(event, rules), Registration.objects.filter(event=event).queue()
    if seats.has_free(mode) and waiting.exists():
        offer_free_places(event=event, now=now)
        seats = seats_of(event, rules)
    return seats.has_free(mode) and not waiting.filter(attendance_mode=mode).exists()


def position_of(registration: Registration) -> int:
    """The place in the queue of those who wait for the same way of attending, counted from one."""
    queue = Registration.objects.filter(event=registration.event, attendance_mode=registration.attendance_mode).queue()
    earlier = Q(registered_at__lt=registration.registered_at) | Q(
        registered_at=registration.registered_at, pk__lte=registration.pk
    )
    same = Q(priority=registration.priority)
    return queue.filter(Q(priority__gt=registration.priority) | (same & earlier)).count()


def link_expiry(event: Event, now: dt.datetime) -> dt.datetime:
    return max(now + LINK_LIVES, event.ends_at + AFTER_EVENT) if event.ends_at else now + LINK_LIVES


def _entered(event, rules, answers: SignUp, *, language: str, zone: str, person, now: dt.datetime) -> Registration:
    tour = rules.tour == RegistrationRules.Tour.EVERYBODY or (
        rules.tour == RegistrationRules.Tour.WISH and answers.joins_tour
    )
    registration = Registration(
        event=event,
        person=person,
        person_name=answers.person_name,
        name_native=answers.name_native,
        name_kana=answers.name_kana,
        email=normal_email(answers.email),
        affiliation=answers.affiliation,
        affiliation_other=answers.affiliation_other,
        affiliation_country=answers.affiliation_country,
        career_stage=answers.career_stage,
        attendance_mode=answers.attendance_mode,
        joins_tour=tour,
        language=language,
        timezone=zone,
        registered_at=now,
        source="form",
        listing=answers.listing,
        consent_photo=answers.consent_photo,
        consent_contact_sharing=answers.consent_contact_sharing,
    )
    give_token(registration, expires_at=link_expiry(event, now))
    registration.save()
    if answers.diet or answers.diet_note or answers.access:
        keep_needs(registration, diet=answers.diet, diet_note=answers.diet_note, access=answers.access)
    if wanted := _purposes_of(registration):
        _give(registration, wanted, now)
    if tour:
        TourCheck.objects.create(registration=registration, citizenships=answers.citizenships)
    return registration


def keep_needs(registration: Registration, *, diet: str, diet_note: str, access: str) -> None:
    """Diet and access needs with the day of their deletion; nothing is kept where nothing was said."""
    if not (diet or diet_note or access):
        RegistrationNeeds.objects.filter(registration=registration).delete()
        return
    RegistrationNeeds.objects.update_or_create(
        registration=registration,
        defaults={
            "diet": diet,
            "diet_note": diet_note,
            "access": access,
            "purge_on": purge_day(registration.event),
        },
    )


def purge_day(event: Event) -> dt.date | None:
    return event.last_on + NEEDS_KEPT if event.last_on else None


def keep_consents(registration: Registration, *, listing: str, photo: bool, contact_sharing: bool, now) -> None:
    """The answers in force on the row, their wording and history beside it."""
    registration.listing, registration.consent_photo = listing, photo
    registration.consent_contact_sharing = contact_sharing
    registration.save(update_fields=["listing", "consent_photo", "consent_contact_sharing", "updated_at"])
    wanted, in_force = _purposes_of(registration), set()
    for consent in registration.consents.filter(withdrawn_at=None).select_related("purpose"):
        if consent.purpose.code in wanted:
            in_force.add(consent.purpose.code)
        else:
            consent.withdrawn_at = now
            consent.save(update_fields=["withdrawn_at", "updated_at"])
    _give(registration, wanted - in_force, now)


def _purposes_of(registration: Registration) -> set[str]:
    """The purposes to which the answers on the row agree."""
    given = {
        PHOTO: registration.consent_photo,
        CONTACT: registration.consent_contact_sharing,
        LISTED: registration.listing == Registration.Listing.PARTICIPANTS,
        PUBLISHED: registration.listing == Registration.Listing.PUBLIC,
    }
    return {code for code, is_given in given.items() if is_given}


def _give(registration: Registration, codes: set[str], now: dt.datetime) -> None:
    """Keep the wording as it was shown, in the language in which it was read."""
    RegistrationConsent.objects.bulk_create(
        RegistrationConsent(
            registration=registration,
            purpose=purpose,
            version=purpose.version,
            language=registration.language,
            text=in_language(purpose, "text", registration.language),
            given_at=now,
        )
        for purpose in (ConsentPurpose.objects.filter(code__in=codes).order_by("pk") if codes else ())
    )
