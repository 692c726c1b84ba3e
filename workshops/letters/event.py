"""The report of an event as a typeset paper, in both languages."""

import datetime as dt
from pathlib import Path

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.bilingual import in_language
from portal.core.cities import city_name
from portal.core.money import money_text
from portal.documents.letters import register_letter
from portal.documents.models import Letter
from portal.documents.services import issue_letter
from workshops.models import Event

REPORT = "event_report"

register_letter(
    REPORT, Path(__file__).parent / "event_report.typ", title=gettext_lazy("Report of an event"), prefix="EVENT"
)


def issue_event_report(
    event: Event, *, language: str, actor, now: dt.datetime, supersedes: Letter | None = None
) -> Letter:
    """The report in one language. What nobody knows is left out; a zero is printed."""
    host, alliance = event.host_organisation, event.alliance
    person = getattr(actor, "person", None)
    with translation.override(language):
        context = {
            "event": in_language(event, "title", language),
            "kind": capfirst(event.get_kind_display()),
            "days": event.days(),
            "place": event.where(),
            "host_organisation": in_language(host, "name", language),
            "home_organisation": "",
            "recipient_name_ja": "",
            "registered": _number(event.registered_count),
            "attended": _number(event.attended_count),
            "overseas": _number(event.overseas_count),
            "countries": _number(event.countries_count),
            "speakers": _number(event.speakers_count),
            "overseas_speakers": _number(event.overseas_speakers_count),
            "costs": money_text(event.cost_amount, event.cost_currency) if event.cost_amount is not None else "",
            "paragraphs": [part.strip() for part in in_language(event, "report", language).split("\n") if part.strip()],
            "letterhead": {
                "organisation": host.name_en,
                "organisation_ja": host.name_ja,
                "alliance": in_language(alliance, "name", language) if alliance else "",
                "address_lines": [line for line in (city_name(host.city, language), host.website) if line],
                **({"accent": alliance.accent} if alliance and alliance.accent else {}),
            },
            "signatory": {
                "name": person.name_in(language) if person else str(actor),
                "title": _("Organiser, %(organisation)s") % {"organisation": in_language(host, "name", language)},
            },
        }
    return issue_letter(
        kind=REPORT,
        about=event,
        context=context,
        language=language,
        actor=actor,
        recipient_name=alliance.name_en if alliance else host.name_en,
        supersedes=supersedes,
        zone=event.timezone,
        now=now,
    )


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"
