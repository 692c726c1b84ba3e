"""Making and claiming people, giving and ending seats, recording consents."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Consent, ConsentPurpose, Person, Seat, User
from portal.accounts.roles import GIVEN_BY_ADMINISTRATORS, MANAGERS, Role, has_role_at
from portal.core import audit
from portal.core.scoping import scope_of


@transaction.atomic
def complete_signup(*, user: User, given_name: str, family_name: str, timezone: str, language: str) -> Person:
    """Keep what a new user told about herself. An imported person is claimed later, once the address is verified."""
    user.language, user.timezone = language[:2], timezone
    user.save(update_fields=["language", "timezone"])
    person = Person(
        user=user,
        given_name=given_name,
        family_name=family_name,
        email=user.email,
        ui_language=user.language,
        timezone=timezone,
    )
    person.save()
    audit.record("accounts.signed_up", person, actor=user)
    return person


@transaction.atomic
def claim_person(*, user: User, verified_email: str) -> Person | None:
    """Link the imported person with this verified address to the user; None where there is none to claim.

    A person made at sign-up and still without any trace of work gives way to the imported one. Two imported people with
    one address are left alone: staff merge them, the portal never does so silently.
    """
    found = list(Person.objects.select_for_update().filter(email=verified_email.strip().lower(), user=None)[:2])
    if len(found) != 1:
        return None
    imported = found[0]
    own = Person.objects.filter(user=user).first()
    if own is not None:
        if own.applications.exists() or own.stays.exists() or own.ventures.exists() or own.mentorships.exists():
            return None
        own.consents.update(person=imported)
        own.delete()
    imported.user = user
    imported.save(update_fields=["user", "updated_at"])
    audit.record("accounts.claimed", imported, actor=user, email=verified_email)
    return imported


@transaction.atomic
def ensure_user_for(*, person: Person, actor) -> User:
    """The person's sign-in, made without a password where there is none (she signs in by mailed code or passkey)."""
    if person.user:
        return person.user
    user = User.objects.filter(email=person.email).first()
    if user is not None and Person.objects.filter(user=user).exists():
        raise ValidationError(
            _("The address %(email)s already belongs to another person. Merge the two, or correct the address.")
            % {"email": person.email}
        )
    if user is None:
        user = User.objects.create_user(person.email, language=person.ui_language, timezone=person.timezone)
    # The first mailed code proves the address; without this row she would be asked to prove it once more.
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    person.user = user
    person.save(update_fields=["user", "updated_at"])
    audit.record("accounts.user_made", person, actor=actor)
    return user


def may_give_seats(actor, organisation, programme=None) -> bool:
    return has_role_at(actor, MANAGERS, organisation.pk, programme_id=programme.pk if programme else None)


def may_give_seat(actor, *, user: User, organisation, role: str, programme=None, alliance=None) -> bool:
    """Whether just this seat is the actor's to give: never to oneself, and never wider than what the actor manages.

    A seat limited to a programme or an alliance opens all of it, whatever its organisation: who gives it must manage
    that programme or alliance. Export offices and administrators are named by an administrator alone.
    """
    if scope_of(actor).is_global:
        return True
    if user.pk == actor.pk or not may_give_seats(actor, organisation, programme):
        return False
    if role in GIVEN_BY_ADMINISTRATORS and not has_role_at(actor, Role.ALLIANCE_ADMIN, organisation.pk):
        return False
    return (programme is None or _manages_programme(actor, programme)) and (
        alliance is None or _manages_alliance(actor, alliance)
    )


def _manages_programme(actor, programme) -> bool:
    if has_role_at(actor, MANAGERS, programme.owner_id, programme_id=programme.pk):
        return True
    return programme.alliance is not None and _manages_alliance(actor, programme.alliance)


def _manages_alliance(actor, alliance) -> bool:
    return has_role_at(actor, MANAGERS, alliance.lead_id) or alliance.pk in scope_of(actor).alliance_ids(MANAGERS)


@transaction.atomic
def grant_seat(
    *,
    user: User,
    organisation,
    role: str,
    actor,
    alliance=None,
    programme=None,
    starts_on: dt.date | None = None,
    ends_on=None,
) -> Seat:
    """Give a seat; `actor` None is the system (imports of records). The same seat given again is returned unchanged."""
    if actor is not None and not may_give_seat(
        actor, user=user, organisation=organisation, role=role, programme=programme, alliance=alliance
    ):
        raise PermissionDenied
    seat, created = Seat.objects.get_or_create(
        user=user,
        organisation=organisation,
        role=role,
        alliance=alliance,
        programme=programme,
        defaults={"starts_on": starts_on, "ends_on": ends_on},
    )
    if created:
        audit.record("accounts.seat_given", seat, actor=actor, user=str(user), role=role)
    return seat


@transaction.atomic
def end_seat(*, seat: Seat, actor, today: dt.date) -> Seat:
    """End a seat with yesterday, so that it opens nothing from now on."""
    if not may_give_seats(actor, seat.organisation, seat.programme):
        raise PermissionDenied
    seat.ends_on = today - dt.timedelta(days=1)
    if seat.starts_on and seat.starts_on > seat.ends_on:
        seat.starts_on = seat.ends_on
    seat.save(update_fields=["ends_on", "starts_on", "updated_at"])
    audit.record("accounts.seat_ended", seat, actor=actor, user=str(seat.user), role=seat.role)
    return seat


def agrees(person: Person, purpose: ConsentPurpose, recipient=None) -> bool:
    """Whether the person agrees today to what she would be shown today; `recipient` gets data by it."""
    to = recipient if purpose.names_recipient else None
    current = Consent.objects.filter(person=person, purpose=purpose, recipient=to, withdrawn_at=None).first()
    if current is None or current.version != purpose.version:
        return False
    return to is None or current.text == purpose.shown_in(current.language, to)


@transaction.atomic
def give_consents(*, person: Person, codes: set[str], language: str, actor, recipient=None) -> list[Consent]:
    """Record consents in the wording shown; those already in force with the same words stay as they are."""
    given = []
    for purpose in ConsentPurpose.objects.filter(code__in=codes):
        if agrees(person, purpose, recipient):
            continue
        to = recipient if purpose.names_recipient else None
        Consent.objects.filter(person=person, purpose=purpose, recipient=to, withdrawn_at=None).update(
            withdrawn_at=timezone.now(), updated_at=timezone.now()
        )
        given.append(
            Consent.objects.create(
                person=person,
                purpose=purpose,
                recipient=to,
                version=purpose.version,
                language=language,
                text=purpose.shown_in(language, to),
                given_at=timezone.now(),
            )
        )
    if given:
        audit.record("accounts.consents_given", person, actor=actor, codes=sorted(c.purpose.code for c in given))
    return given


@transaction.atomic
def withdraw_consent(*, consent: Consent, actor) -> Consent:
    """Withdraw a consent of one's own; the record of having given it stays."""
    if consent.person.user_id != actor.pk:
        raise PermissionDenied
    if consent.withdrawn_at is None:
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at", "updated_at"])
        audit.record("accounts.consent_withdrawn", consent.person, actor=actor, code=consent.purpose.code)
    return consent


@transaction.atomic
def set_language(*, user: User, language: str) -> User:
    """Remember the language a signed-in person chose, for her pages and her mails."""
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
    return user


@transaction.atomic
def update_profile(*, user: User, values: dict, actor) -> Person:
    """Change one's own details: fields of the person, and `language` and `timezone` of user and person alike."""
    if user.pk != actor.pk:
        raise PermissionDenied
    person = Person.objects.select_for_update().filter(user=user).first() or Person(user=user, email=user.email)
    new = {**values, "ui_language": values["language"]}
    del new["language"]
    before = {field: getattr(person, field) for field in new}
    for field, value in new.items():
        setattr(person, field, value)
    person.save()
    user.language, user.timezone = values["language"], values["timezone"]
    user.save(update_fields=["language", "timezone"])
    old, new = audit.changed(before, new)
    if new:
        audit.record("accounts.profile_changed", person, actor=actor, before=old, after=new)
    return person
