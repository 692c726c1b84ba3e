"""An application as a document: what was answered, section by section, for whoever has to read it."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.applications.kinds import kind_of
from portal.applications.models import BaseApplication
from portal.core.dates import long_date


@dataclass(frozen=True)
class Answers:
    """One section: short answers as label–value pairs, long texts as prose."""

    title: str
    facts: list[tuple[str, str]]
    prose: list[tuple[str, str]]


def answers_of(application: BaseApplication, *, private: bool) -> list[Answers]:
    """All sections with something in them; `private` also those answers that the applicant's readers do not get."""
    found = []
    for section in kind_of(application).sections:
        facts = _about(application.applicant) if section.person_fields else []
        hidden = section.within if private else (*section.within, *section.private, *section.for_managers)
        names = [name for name in section.fields if name not in hidden]
        facts += _answered(application, [name for name in names if name not in section.prose])
        facts += section.facts(application) if section.facts else []
        prose = _answered(application, [name for name in names if name in section.prose])
        if facts or prose:
            found.append(Answers(str(section.heading or section.title), facts, prose))
    return found


def frozen_answers(version, *, hidden: Collection[str]) -> list[str]:
    """What was handed in with a version, a line for each answer, without the `hidden` ones."""
    application, kept = version.application, version.content
    owners = (("person", application.applicant), ("application", application))
    lines = [
        _line(owner._meta.get_field(name), value)
        for part, owner in owners
        for name, value in kept.get(part, {}).items()
        if name not in hidden and value not in (None, "", [], {})
    ]
    names = {paper.kind: paper.name for paper in application.call.requested_documents.all()}
    return lines + [
        f"{names.get(paper['kind'], paper['kind'])}: {paper['name']}" for paper in kept.get("documents", ())
    ]


def _line(field, value) -> str:
    if isinstance(value, dict) and "label" in value:
        value = value["label"]
    return f"{capfirst(field.verbose_name)}: {dict(field.flatchoices).get(value, value) if field.choices else value}"


def _about(person) -> list[tuple[str, str]]:
    native = " ".join(filter(None, (person.family_name_ja, person.given_name_ja)))
    facts = [
        (_("Name"), str(person)),
        (_("Name in the passport"), person.passport_name),
        (_("Name in native script"), native),
        (_("Career stage"), person.get_career_stage_display()),
        (_("ORCID iD"), person.orcid),
    ]
    return [(label, value) for label, value in facts if value]


def _answered(application, names) -> list[tuple[str, str]]:
    found = []
    for name in names:
        field, value = application._meta.get_field(name), getattr(application, name)
        if value not in (None, "", [], {}):
            found.append((str(field.verbose_name), in_words(application, field, value)))
    return found


def in_words(application, field, value) -> str:
    """One answer as its reader's language writes it."""
    if shown := getattr(application, f"get_{field.name}_display", None):  # choices, and what the kind words itself
        return str(shown())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return long_date(value)
    return str(value)
