"""Who founds, who mentors: people are found again by their address before anybody new is made."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Person
from portal.core import audit
from portal.core.workflow import StepError
from startups import rules
from startups.emails import startups as emails
from startups.models import Founder, Mentor, Startup
from startups.workflows import MENTOR


def person_with(*, email: str, given_name: str, family_name: str, actor, language: str = "en") -> Person:
    """The person with this address, whatever part of the alliance she is known from; a new one where there is none."""
    address = email.strip().lower()
    known = list(Person.objects.filter(email=address)[:2])
    if len(known) > 1:
        raise StepError(_("Two people have this address. Please have them merged first."))
    if known:
        return known[0]
    if not given_name.strip():
        raise StepError(_("Please give the name of this person, who is new to the portal."))
    person = Person(given_name=given_name, family_name=family_name, email=address, ui_language=language)
    person.save()
    audit.record("accounts.person_made", person, actor=actor)
    return person


@transaction.atomic
def add_founder(
    *, startup: Startup, email: str, given_name: str, family_name: str, role_en: str, is_founder: bool,
    is_primary_contact: bool, actor, today: dt.date,
) -> Founder:  # fmt: skip
    if not rules.runs(actor, startup):
        raise PermissionDenied("add founder")
    person = person_with(email=email, given_name=given_name, family_name=family_name, actor=actor)
    if is_primary_contact:
        startup.founders.filter(until_on=None, is_primary_contact=True).update(is_primary_contact=False)
    founder = Founder(
        startup=startup, person=person, role_en=role_en, is_founder=is_founder, from_on=today,
        is_primary_contact=is_primary_contact,
    )  # fmt: skip
    _save_once(founder, _("This person is in the team already."))
    audit.record("startup.add_founder", startup, actor=actor, audience=audit.APPLICANT, person=str(person))
    return founder


@transaction.atomic
def end_founder(*, founder: Founder, actor, today: dt.date) -> Founder:
    """She has left the team: no mail reaches her any more, and she no longer sees the startup."""
    if not rules.runs(actor, founder.startup):
        raise PermissionDenied("end founder")
    if founder.until_on is not None:
        raise StepError(_("She has left the team already."))
    founder.until_on = max(today, founder.from_on or today)
    founder.is_primary_contact = False
    founder.save(update_fields=["until_on", "is_primary_contact", "updated_at"])
    audit.record(
        "startup.end_founder", founder.startup, actor=actor, audience=audit.APPLICANT, person=str(founder.person)
    )
    return founder


@transaction.atomic
def wish_for_mentor(
    *, startup: Startup, email: str, given_name: str, family_name: str, topics_en: str, is_primary: bool, actor
) -> Mentor:
    """Somebody whom the startup or its desk would like as a mentor."""
    if not rules.runs(actor, startup):
        raise PermissionDenied("mentor")
    person = person_with(email=email, given_name=given_name, family_name=family_name, actor=actor)
    if startup.founders.filter(person=person, until_on=None).exists():
        raise StepError(_("A founder is not a mentor of the own startup."))
    if why := has_judged(startup, person):
        raise StepError(why)
    mentor = Mentor(startup=startup, person=person, topics_en=topics_en, is_primary=is_primary)
    _save_once(mentor, _("This person is a mentor of the startup already."))
    audit.record("startup.wish_mentor", startup, actor=actor, audience=audit.APPLICANT, person=str(person))
    return mentor


def has_judged(startup: Startup, person: Person) -> str:
    """Why this person cannot advise the startup: what she has verified of it; empty where there is nothing."""
    verified = startup.milestones.filter(verified_by=person).first() or startup.funding_rounds.filter(
        verified_by=person
    ).first()  # fmt: skip
    if verified is None:
        return ""
    return _("%(person)s has verified “%(what)s” and cannot advise the startup. Whoever judges is not the mentor.") % {
        "person": person, "what": getattr(verified, "title", verified),
    }  # fmt: skip


@transaction.atomic
def confirm_mentor(*, mentor: Mentor, actor, today: dt.date) -> Mentor:
    if mentor.is_primary and mentor.startup.mentors.filter(state="confirmed", is_primary=True).exists():
        raise StepError(_("The startup has a first mentor already. End that one first."))
    if why := has_judged(mentor.startup, mentor.person):
        raise StepError(why)
    row = MENTOR.apply("confirm", mentor, actor=actor, changes={"confirmed_on": today})
    emails.mentor_confirmed(row)
    return row


@transaction.atomic
def end_mentor(*, mentor: Mentor, actor, today: dt.date, reason: str = "") -> Mentor:
    return MENTOR.apply("end", mentor, actor=actor, reason=reason, changes={"ended_on": today})


def _save_once(row, sentence: str) -> None:
    """Save the row; what a constraint refuses is said in a sentence, also when somebody else was faster."""
    try:
        row.validate_constraints()
        with transaction.atomic():
            row.save()
    except ValidationError as refusal:
        raise StepError(" ".join(refusal.messages)) from None
    except IntegrityError:
        raise StepError(sentence) from None
