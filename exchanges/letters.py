"""The letters of an exchange: what stands in the offer and in the certificate, in the fellow's language."""

import datetime as dt

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from exchanges.models import Offer, Stay
from portal.core.bilingual import in_language
from portal.core.cities import city_name
from portal.core.dates import both_zones_text, days_inclusive, plain_date
from portal.core.zones import office_zone
from portal.documents.letters import register_letter
from portal.documents.models import Letter
from portal.documents.services import issue_letter

register_letter("offer", "exchanges/letters/offer.typ", title=gettext_lazy("Letter of offer"), prefix="OFFER")
register_letter(
    "certificate", "exchanges/letters/certificate.typ", title=gettext_lazy("Certificate of completion"), prefix="CERT"
)


def issue_offer_letter(offer: Offer, *, actor, now: dt.datetime, supersedes: Letter | None = None) -> Letter:
    """The letter of offer with everything the answer depends on, or the one that replaces it with corrected days."""
    application = offer.application
    person = application.applicant
    reader = person.as_recipient()
    with translation.override(reader.language):
        context = {
            **_parties(
                application.programme, person, application.home_label, application.host_organisation, reader.language
            ),
            "call": in_language(application.call, "title", reader.language),
            "host_person": application.host_person.name_in(reader.language) if application.host_person else "",
            "status_title": in_language(offer, "status_title", reader.language),
            **_period(offer.start_on, offer.end_on),
            "support": _lines(in_language(offer, "support", reader.language)),
            "duties": _lines(in_language(offer, "duties", reader.language)),
            "conditions": _lines(in_language(offer, "conditions", reader.language)),
            "answer_by": both_zones_text(offer.answer_by, reader.timezone, application.call.timezone),
            "replaces": supersedes.number if supersedes else "",
            "signatory": _signatory(actor, application.programme, reader.language),
        }
    return issue_letter(
        kind="offer",
        about=offer,
        context=context,
        language=reader.language,
        actor=actor,
        recipient_name=person.name_in("en"),
        recipient=person.user,
        supersedes=supersedes,
        zone=office_zone(application.programme.owner.country),
        now=now,
    )


def issue_certificate(stay: Stay, *, actor, now: dt.datetime) -> Letter:
    """The certificate of a completed stay, with the days the fellow was really there."""
    reader = stay.person.as_recipient()
    first, last = stay.arrived_on or stay.start_on, stay.departed_on or stay.end_on
    with translation.override(reader.language):
        context = {
            **_parties(
                stay.programme,
                stay.person,
                stay.home_organisation.name
                if stay.home_organisation
                else (stay.application.home_label if stay.application else ""),
                stay.host_organisation,
                reader.language,
            ),
            "host_person": stay.host_person.name_in(reader.language) if stay.host_person else "",
            "topic": stay.application.topic if stay.application else "",
            **_period(first, last),
            "signatory": _signatory(actor, stay.programme, reader.language),
        }
    return issue_letter(
        kind="certificate",
        about=stay,
        context=context,
        language=reader.language,
        actor=actor,
        recipient_name=stay.person.name_in("en"),
        recipient=stay.person.user,
        zone=office_zone(stay.programme.owner.country),
        now=now,
    )


def _parties(programme, person, home: str, host, language: str) -> dict:
    alliance = programme.alliance
    return {
        "recipient_name_ja": person.name_in("ja") if person.family_name_ja or person.given_name_ja else "",
        "home_organisation": home,
        "programme": in_language(programme, "name", language),
        "host_organisation": in_language(host, "name", language),
        "letterhead": {
            "organisation": programme.owner.name_en,
            "organisation_ja": programme.owner.name_ja,
            "alliance": in_language(alliance, "name", language) if alliance else "",
            "address_lines": [
                line for line in (city_name(programme.owner.city, language), programme.owner.website) if line
            ],
            **({"accent": alliance.accent} if alliance and alliance.accent else {}),
        },
    }


def _signatory(actor, programme, language: str) -> dict:
    person = getattr(actor, "person", None)
    return {
        "name": person.name_in(language) if person else str(actor),
        "title": _("Programme manager, %(organisation)s")
        % {"organisation": in_language(programme.owner, "name", language)},
    }


def _period(first: dt.date, last: dt.date) -> dict:
    days = days_inclusive(first, last)
    return {
        "start_on": plain_date(first),
        "end_on": plain_date(last),
        "days": ngettext("%(count)d day", "%(count)d days", days) % {"count": days},
    }


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
