"""The papers of a participant: certificate of attendance, letter for the visa, badge."""

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.roles import has_role_at
from portal.core.bilingual import in_language
from portal.core.cities import city_name
from portal.core.dates import fuzzy_date, plain_date
from portal.documents.letters import register_letter
from portal.documents.letters.typesetting import typeset
from portal.documents.models import Letter
from portal.documents.services import issue_letter
from workshops.models import Event, Registration, VisaLetter
from workshops.models.event import EVENT_DESKS

ATTENDANCE, VISA = "attendance_certificate", "visa_invitation"
FOLDER = Path(__file__).parent

register_letter(
    ATTENDANCE,
    FOLDER / "attendance.typ",
    title=gettext_lazy("Certificate of attendance"),
    prefix="ATT",
    tells_initials=True,
)
register_letter(VISA, FOLDER / "visa_invitation.typ", title=gettext_lazy("Letter of invitation"), prefix="VISA")


def issue_attendance_certificate(
    registration: Registration, *, language: str, actor, now: dt.datetime, supersedes: Letter | None = None
) -> Letter:
    """The certificate in one language, with the name exactly as the person typed it."""
    event = registration.event
    with translation.override(language):
        context = {
            **_event_words(event, language),
            "recipient_name_ja": registration.name_native,
            "home_organisation": _affiliation(registration, language),
            "mode": _way(registration),
            "signatory": _office(event, language),
        }
    return issue_letter(
        kind=ATTENDANCE,
        about=registration,
        context=context,
        language=language,
        actor=actor,
        recipient_name=registration.person_name,
        recipient=registration.person.user if registration.person else None,
        supersedes=supersedes,
        zone=registration.event.timezone,
        now=now,
    )


def issue_visa_letter(
    wish: VisaLetter, *, actor, now: dt.datetime, supersedes: Letter | None = None, withdrawn_because: str = ""
) -> Letter:
    """The letter of invitation; with a reason, the letter that withdraws the one it supersedes."""
    registration, event, language = wish.registration, wish.registration.event, "en"
    with translation.override(language):
        context = {
            **_event_words(event, language),
            "home_organisation": _affiliation(registration, language),
            "arrives_on": plain_date(wish.arrives_on),
            "leaves_on": plain_date(wish.leaves_on),
            "payer": wish.get_payer_display(),
            "payer_code": wish.payer,
            "embassy": wish.embassy,
            "withdraws": supersedes.number if supersedes and withdrawn_because else "",
            "withdrawn_because": withdrawn_because,
            "signatory": _signatory(actor, event, language),
        }
    return issue_letter(
        kind=VISA,
        about=wish,
        context=context,
        language=language,
        actor=actor,
        recipient_name=wish.passport_name,
        recipient=registration.person.user if registration.person else None,
        supersedes=supersedes,
        zone=registration.event.timezone,
        now=now,
    )


def badges(event: Event, registrations: list[Registration], *, language: str, now: dt.datetime) -> bytes:
    """Badges, eight on a sheet; the code on each opens the check-in page of that person."""
    with translation.override(language):
        data = {
            "language": language,
            "title": _("Badges"),
            "event": in_language(event, "title", language),
            "days": event_days(event),
            "host": event.host_organisation.name,
            "badges": [
                {
                    "name": registration.person_name,
                    "name_native": registration.name_native,
                    "affiliation": registration.affiliation_label,
                    "country": registration.country_label,
                    "role": registration.get_role_display() if registration.role != "participant" else "",
                    "number": registration.code,
                    "no_photo": not registration.consent_photo,
                    "tour": registration.joins_tour,
                }
                for registration in registrations
            ],
        }
    codes = {f"qr{position}": ticket_url(registration) for position, registration in enumerate(registrations)}
    return typeset(FOLDER / "badge.typ", data, codes=codes, at=now)


def ticket_url(registration: Registration) -> str:
    """What the code on the badge holds: the check-in page of this person, of use only to the people at the door."""
    return settings.BASE_URL + reverse("workshops:ticket", args=[registration.public_id])


def event_days(event: Event) -> str:
    """`3 February 2027`, `3 February 2027 – 5 February 2027`, in the active language, no finer than known."""
    first, last = (fuzzy_date(day, event.date_precision) for day in (event.starts_on, event.final_day))
    return f"{first} – {last}" if first and first != last else first


def _event_words(event: Event, language: str) -> dict:
    host, alliance = event.host_organisation, event.alliance
    first = fuzzy_date(event.starts_on, event.date_precision)
    last = fuzzy_date(event.final_day, event.date_precision)
    return {
        "event": in_language(event, "title", language),
        "days": event_days(event),
        "start_on": first,
        "end_on": last,
        "venue": _(", ").join(filter(None, (in_language(event, "venue", language), city_name(event.city, language)))),
        "host": in_language(host, "name", language),
        "letterhead": {
            "organisation": host.name_en,
            "organisation_ja": host.name_ja,
            "alliance": in_language(alliance, "name", language) if alliance else "",
            "address_lines": [line for line in (city_name(host.city, language), host.website) if line],
            **({"accent": alliance.accent} if alliance and alliance.accent else {}),
        },
    }


def _affiliation(registration: Registration, language: str) -> str:
    if registration.affiliation:
        return in_language(registration.affiliation, "name", language)
    return registration.affiliation_other


def _way(registration: Registration) -> str:
    return str(registration.get_attendance_mode_display())


def _office(event: Event, language: str) -> dict:
    return {
        "name": _("Organising committee"),
        "title": in_language(event.host_organisation, "name", language),
    }


def _signatory(actor, event: Event, language: str) -> dict:
    person = getattr(actor, "person", None)
    if person is None:
        return _office(event, language)
    host, own = event.host_organisation, person.organisation
    names = {"organisation": in_language(host, "name", language)}
    title = _("Organiser, %(organisation)s")
    if own is not None and not has_role_at(actor, EVENT_DESKS, host.pk):
        # Who leads the alliance organises with a seat of her own house.
        title, names = (
            _("Organiser, %(own)s, for %(organisation)s"),
            {"own": in_language(own, "name", language), **names},
        )
    return {"name": person.name_in(language), "title": title % names}
