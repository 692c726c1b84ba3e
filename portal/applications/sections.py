"""The sections of an application form, as tables: what is asked where, and what of it is needed before sending."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

# Two sections every form has: the papers that the call asks for, and consents with the button that sends.
PAPERS, SENDING = "documents", "consents"


class MissingItem(NamedTuple):
    """One thing to fill in: section key, field name (or the kind of a paper), and a sentence."""

    section: str
    field: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """One page of the form. The key is part of addresses.

    `fields` belong to the application, `person_fields` to the applicant; `required` names fields of either.
    `also_missing(application, today)` finds what a list of fields cannot say, and `check(application)` raises
    ValidationError for values that contradict each other. `notes(application)` says something about the answers while
    they are given. In the document that readers get, the part is headed `heading`, long texts are named in `prose`, and
    `private` ones stay with the applicant and the desks, `for_managers` with the applicant and whoever runs the call;
    `within` names fields that another answer shows already, and `facts(application)` adds lines that are worked out.
    """

    key: str
    title: str
    heading: str = ""
    fields: tuple[str, ...] = ()
    person_fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    for_managers: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    also_missing: Callable[[Any, dt.date], list[MissingItem]] | None = None
    check: Callable[[Any], None] | None = None
    notes: Callable[[Any], list] | None = None
    facts: Callable[[Any], list[tuple[str, str]]] | None = None
