"""Offers: prepared from what was approved, sent as a letter, answered in time or lapsed."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from exchanges import emails, letters, rules
from exchanges.models import Application, Offer, Stay
from exchanges.services import stays
from exchanges.workflows import OFFER
from portal.core import audit
from portal.core.dates import wall_clock
from portal.core.workflow import StepError, lock

ANSWER_WITHIN = dt.timedelta(days=14)
LAST_MINUTE = dt.time(23, 59)
STATUS = {"en": "visiting fellow", "ja": "招聘研究員"}
FIELDS = (
    "start_on", "end_on", "status_title_en", "status_title_ja", "support_en", "support_ja", "duties_en", "duties_ja",
    "conditions_en", "conditions_ja",
)  # fmt: skip


@transaction.atomic
def prepare(*, application: Application, actor, today: dt.date, **fields) -> Offer:
    """Draw up the offer for a selected application, or change the one that is not sent yet.

    `fields` are those of FIELDS; what is not given comes from application, programme and screening.
    """
    row = lock(application)
    if not rules.manages(actor, row):
        raise PermissionDenied("prepare")
    if row.state != Application.State.SELECTED:
        raise StepError(_("Only a selected applicant can get an offer."))
    if Stay.objects.filter(application=row).exists():
        raise StepError(_("This application has its stay already."))
    if unknown := set(fields) - set(FIELDS):
        raise ValidationError({name: _("An offer has no such field.") for name in sorted(unknown)})
    offer = row.offers.filter(state=Offer.State.PREPARED).first()
    if offer is None:
        if row.offers.filter(state__in=(Offer.State.SENT, Offer.State.ACCEPTED)).exists():
            raise StepError(_("This application already has an offer."))
        offer = Offer(application=row, **_defaults(row))
    for name, value in fields.items():
        setattr(offer, name, value)
    _check_days(offer)
    offer.save()
    audit.record("offer.prepare", offer, actor=actor, start_on=offer.start_on, end_on=offer.end_on)
    return offer


@transaction.atomic
def send(*, offer: Offer, actor, now: dt.datetime) -> Offer:
    """Issue the letter and mail it; the answer is due at the end of the fourteenth day in the applicant's own zone."""
    application = lock(offer.application)
    if application.state != Application.State.SELECTED:
        raise StepError(_("The application is not selected any more."))
    _check_days(offer)
    if offer.start_on <= now.date():
        raise StepError(_("The first day has passed already. Change the days first."))
    zone = application.applicant.as_recipient().timezone
    answer_by = wall_clock(now.astimezone(ZoneInfo(zone)).date() + ANSWER_WITHIN, LAST_MINUTE, zone)
    row = OFFER.apply("send", offer, actor=actor, changes={"sent_at": now, "answer_by": answer_by})
    row.letter = letters.issue_offer_letter(row, actor=actor, now=now)
    row.save(update_fields=["letter", "updated_at"])
    emails.offer_sent(row)
    offer.refresh_from_db()
    return row


@transaction.atomic
def accept(*, offer: Offer, actor, now: dt.datetime, comment: str = "") -> Stay:
    """Accept in time; the stay and its checklist begin."""
    _refuse_late(offer, now)
    row = OFFER.apply("accept", offer, actor=actor, changes={"answered_at": now, "answer_comment": comment})
    stay = stays.create_from_offer(offer=row, now=now)
    emails.offer_accepted(row)
    return stay


@transaction.atomic
def decline(*, offer: Offer, actor, now: dt.datetime, comment: str = "") -> Offer:
    """Decline in time; the place is free again."""
    _refuse_late(offer, now)
    row = OFFER.apply("decline", offer, actor=actor, changes={"answered_at": now, "answer_comment": comment})
    emails.offer_declined(row)
    return row


@transaction.atomic
def rescind(*, offer: Offer, reason: str, actor, today: dt.date) -> Offer:
    """Take an offer back, after hearing the applicant; a stay that has not begun is cancelled with it."""
    stay = Stay.objects.filter(application=offer.application).first()
    if stay is not None and stay.state not in (Stay.State.PLANNED, Stay.State.PRE_ARRIVAL):
        raise StepError(_("The stay has begun. Shorten or suspend it instead."))
    row = OFFER.apply("rescind", offer, actor=actor, reason=reason)
    if stay is not None:
        stays.cancel_with_offer(stay=stay, reason=reason)
    emails.offer_rescinded(row)
    return row


def expire_overdue(*, now: dt.datetime) -> int:
    """Let offers lapse whose time to answer has passed; the number lapsed."""
    return sum(
        _expire(offer) for offer in Offer.objects.filter(state=Offer.State.SENT, answer_by__lt=now - _LAST_SECONDS)
    )


# "23:59" means until 23:59:59 (handbook, exchanges §4).
_LAST_SECONDS = dt.timedelta(minutes=1)


@transaction.atomic
def _expire(offer: Offer) -> int:
    try:
        row = OFFER.apply("expire", offer, actor=None)
    except StepError:  # answered in this moment
        return 0
    emails.offer_expired(row)
    return 1


def _refuse_late(offer: Offer, now: dt.datetime) -> None:
    if offer.state == Offer.State.SENT and offer.answer_by + _LAST_SECONDS <= now:
        raise StepError(_("The time to answer this offer has passed. Please write to the programme."))


def _check_days(offer: Offer) -> None:
    if offer.start_on > offer.end_on:
        raise ValidationError({"end_on": _("The last day lies before the first day.")})
    stays.refuse_unapproved_days(offer.application, offer.start_on, offer.end_on)


def _defaults(application: Application) -> dict:
    programme = application.programme
    conditions = "\n".join(filter(None, application.screenings.values_list("conditions", flat=True)))
    return {
        "start_on": application.start_requested,
        "end_on": application.end_requested,
        "status_title_en": STATUS["en"],
        "status_title_ja": STATUS["ja"],
        "support_en": programme.support_en,
        "support_ja": programme.support_ja,
        "conditions_en": conditions,
        "conditions_ja": conditions,
    }
