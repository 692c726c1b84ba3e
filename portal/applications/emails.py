"""One function per mail about an application or a review, named after what happened; and how such mails are written."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.applications.kinds import kind_of
from portal.applications.models import BaseApplication, BaseReview
from portal.core.dates import both_zones_text, long_date
from portal.outbox.services import Recipient, queue


# -- where a mail leads ------------------------------------------------------------------------------------------------
def desk_page(row) -> str:
    """The record on the coordinators' desk."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# -- who reads it ------------------------------------------------------------------------------------------------------
def managers_of(programme, today: dt.date) -> list[Recipient]:
    return recipients(users_at(Role.PROGRAMME_MANAGER, programme.owner, programme=programme, today=today))


def recipients(users: Iterable) -> list[Recipient]:
    return [user.as_recipient() for user in users]


def reach(person) -> list[Recipient]:
    """The person as a reader, where there is an address."""
    if person is None or not (person.user_id or person.email):
        return []
    return [person.as_recipient()]


# -- writing -----------------------------------------------------------------------------------------------------------
def write(kind: str, readers: Iterable[Recipient], about, *, programme, url: str, key: str, **context) -> None:
    """Queue the mail for each reader; `key` makes it once per event and reader.

    A value of the context that can be called with a reader is the reader's own: `(reader) -> value or callable`.
    What the mail is about may say itself in whose outbox it stands.
    """
    for reader in readers:
        values = {name: (value(reader) if isinstance(value, Own) else value) for name, value in context.items()}
        queue(
            kind=kind,
            to=reader,
            about=about,
            organisation=getattr(about, "mail_organisation", programme.owner),
            dedupe_key=f"{kind}:{about._meta.label_lower}.{about.pk}:{key}:{reader.email.lower()}",
            context={"sender": lambda: programme.owner.name, "action_url": url, **values},
        )


class Own:
    """A value that depends on the reader."""

    def __init__(self, function):
        self.function = function

    def __call__(self, reader: Recipient):
        return self.function(reader)


def instant(at: dt.datetime, zone: str) -> Own:
    """An instant in the zone it was meant in and in the reader's own."""
    return Own(lambda reader: lambda: both_zones_text(at, zone, reader.timezone))


def day(date: dt.date):
    """A civil day as the reader's language writes it."""
    return lambda: long_date(date)


def to_applicant(kind: str, application: BaseApplication, *, key: str, url: str = "", **context) -> None:
    words = kind_of(application)
    write(
        kind,
        reach(application.applicant),
        application,
        programme=application.programme,
        url=url or words.url("application", application.public_id),
        key=key,
        **{**words.mail_words(application), **context},
    )


def to_managers(kind: str, application: BaseApplication, *, key: str, **context) -> None:
    words = kind_of(application)
    write(
        kind,
        words.managers(application, timezone.localdate()),
        application,
        programme=application.programme,
        url=desk_page(application),
        key=key,
        **{**words.mail_words(application), **context},
    )


# -- applications ------------------------------------------------------------------------------------------------------
def application_received(application: BaseApplication) -> None:
    """To the applicant: it has arrived, and what comes next."""
    to_applicant(
        "application_received",
        application,
        key=f"v{application.version}",
        at=instant(application.submitted_at, application.call.timezone),
        version=application.version,
    )


def application_arrived(application: BaseApplication) -> None:
    """To the programme's managers: a new application, or a new version of one."""
    to_managers("application_arrived", application, key=f"v{application.version}", version=application.version)


def application_returned(application: BaseApplication) -> None:
    to_applicant(
        "application_returned",
        application,
        key=f"v{application.version}",
        missing=application.returned_items,
        until=day(application.returned_until),
    )


def application_ineligible(application: BaseApplication, reason: str) -> None:
    to_applicant("application_ineligible", application, key="once", reason=reason)


def application_declined(application: BaseApplication) -> None:
    """To the applicant, in neutral words: the reasons stay with those who decided."""
    to_applicant("application_declined", application, key="once")


def application_waitlisted(application: BaseApplication) -> None:
    to_applicant("application_waitlisted", application, key=f"rank{application.rank}", rank=application.rank)


def application_withdrawn(application: BaseApplication, reason: str) -> None:
    """To the managers and whoever was asked to review: nothing more to do."""
    to_managers("application_withdrawn", application, key="managers", reason=reason)
    reviewers = [
        review.reviewer.as_recipient() for review in application.reviews.filter(state__in=("assigned", "accepted"))
    ]
    kind = kind_of(application)
    write(
        "application_withdrawn",
        reviewers,
        application,
        programme=application.programme,
        url=kind.url("reviews"),
        key="involved",
        **kind.mail_words(application),
        reason="",
    )


def application_expired(application: BaseApplication) -> None:
    """To the applicant whose returned application was not completed in time."""
    to_applicant("application_expired", application, key="once", until=day(application.returned_until))


def draft_lapsed(application: BaseApplication) -> None:
    """To the owner of a draft when its call has closed."""
    to_applicant("draft_lapsed", application, key="once", contact=application.call.contact_email)


def call_cancelled(application: BaseApplication, reason: str) -> None:
    """To everybody whose application was on its way when the call was cancelled."""
    to_applicant("call_cancelled", application, key="once", reason=reason)


# -- reviews -----------------------------------------------------------------------------------------------------------
def review_assigned(review: BaseReview) -> None:
    _to_reviewer("review_assigned", review, key="once", due=day(review.due_on))


def review_reopened(review: BaseReview, reason: str) -> None:
    _to_reviewer("review_reopened", review, key=str(review.submitted_at), reason=reason, due=day(review.due_on))


def review_cancelled(review: BaseReview) -> None:
    _to_reviewer("review_cancelled", review, key="once")


def review_declined(review: BaseReview, reason: str) -> None:
    """To the managers: somebody else has to be asked."""
    to_managers(
        "review_declined", review.application, key=str(review.pk), reviewer=lambda: str(review.reviewer), reason=reason
    )


def _to_reviewer(kind: str, review: BaseReview, *, key: str, **context) -> None:
    write(
        kind,
        [review.reviewer.as_recipient()],
        review,
        programme=review.application.programme,
        url=kind_of(review.application).url("review", review.public_id),
        key=key,
        **kind_of(review.application).mail_words(review.application),
        **context,
    )
