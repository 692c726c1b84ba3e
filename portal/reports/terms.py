"""Words that come with the data set in English alone, in the reader's language: sources, qualities, denominators.

What somebody has typed since stays as it was written.
"""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.core.dates import plain_date
from portal.figures import Period

# The parts of the portal, as the catalogue of figures names them, and how a figure is put together.
PARTS = {
    "core": _("alliance"),
    "exchanges": _("exchanges"),
    "workshops": _("events"),
    "startups": _("startups"),
}
AGGREGATIONS = {
    "count": _("count"),
    "sum": _("sum"),
    "ratio": _("ratio"),
    "median": _("median"),
    "mean": _("mean"),
    "exists": _("exists or not"),
}
# The time that a published value is about.
PERIODS = {
    "baseline": _("at the start"),
    "calendar_year": _("calendar year"),
    "cumulative": _("from the beginning"),
    "date": _("on a day"),
    "event": _("one event"),
    "fiscal_year": _("fiscal year"),
    "period": _("any period"),
    "two_years": _("two years"),
}
# The papers that rows of the data set name as their source.
DOCUMENTS = {
    "doc:000": _("press release of the alliance (2023)"),
    "doc:001": _("article on JETRO's mission (2025)"),
    "doc:002": _("Quantum Technology Innovation Strategy (2020)"),
    "doc:003": _("mid-term summary of QUP (2025)"),
    "doc:004": _("minutes of working group 7 (2022)"),
    "invented": _("invented for the demonstration"),
}
# Every denominator of the catalogue says “blank if zero”; pages say once what a dash means.
IF_ZERO = "; blank if zero"
DENOMINATORS = {
    "Admitted": _("startups admitted to the cohort"),
    "All researchers at D": _("all researchers on the day"),
    "All speakers of the series": _("all speakers of the series"),
    "Alumni whose 36 months are complete": _("alumni whose 36 months are complete"),
    "Attended": _("people who attended"),
    "Confirmed registrations": _("confirmed registrations"),
    "Eligible decided applications": _("eligible applications that were decided"),
    "Ended stays that require a pledge": _("stays ended that require a pledge"),
    "Graduates old enough": _("graduates that old"),
    "Inbound person-days": _("inbound person-days"),
    "Meetings held": _("meetings held"),
    "Milestones due": _("milestones due"),
    "Posts filled": _("posts filled"),
    "Projects started in the year": _("projects started in the year"),
    "Published items": _("published items"),
    "Reports due": _("reports due"),
    "Stays ended": _("stays ended"),
    "Stays with host consent in the year": _("stays with the host's consent in the year"),
    "Sum of list fee": _("sum of the list fees"),
    "X01 of the same period": _("fellows hosted in the same period (X01)"),
}
# Whose target it is; any other is the name of an alliance or a programme.
SCOPES = {"Chicago": _("Chicago"), "Japan": _("Japan")}
QUALITIES = {
    "approximate": _("approximate"),
    "attended, lower bound": _("attended, at least"),
    "attended, sum of the published parts": _("attended, sum of the published parts"),
    "basis: registered": _("of those registered"),
    "lower bound": _("at least this many"),
    "named examples, not a census": _("named examples, not a census"),
    "registered, approximate": _("registered, approximate"),
    "two years up to the mid-term summary (2025)": _("two years up to the mid-term summary (2025)"),
}
# Qualities that say of which time a value is, where its source names no days.
SPANS = frozenset({"two years up to the mid-term summary (2025)"})
NOTES = {
    "12 from UChicago and 53 from Tohoku": _("12 from UChicago and 53 from Tohoku"),
    "75% of 32 = 24 fellows from overseas": _("24 of 32 fellows from overseas"),
    "Attended": _("people who attended"),
    "Countries": _("countries"),
    "High-school lectures in fiscal years 2023-2024": _("lectures for high schools in fiscal years 2023 and 2024"),
    "Hubs as stated in the press release; the month comes from the second source": _(
        "as stated in the press release; the month comes from the second source"
    ),
    "Hubs at the start": _("hubs at the start"),
    "MDR and QunaSys existed before the target period: do not count them": _(
        "MDR and QunaSys existed before the time of the target and are not counted"
    ),
    "More than 100 participants": _("more than 100 participants"),
    "QUP Colloquia held": _("QUP Colloquia held"),
    "QUPIP fellows hosted": _("fellows hosted by QUPIP"),
    "Registered": _("registered people"),
    "Speakers invited from overseas": _("speakers invited from overseas"),
    "Visitors": _("visitors"),
}


def source_in_words(source: str) -> str:
    """The papers by their names; addresses and everything else as they stand."""
    named = (str(DOCUMENTS.get(part.strip(), part.strip())) for part in source.split(";"))
    return "; ".join(part for part in named if part)


def denominator_in_words(text: str) -> str:
    known = text.removesuffix(IF_ZERO)
    return str(DENOMINATORS.get(known, known))


def scope_in_words(text: str) -> str:
    return str(SCOPES.get(text, text))


def quality_in_words(text: str) -> str:
    return str(QUALITIES.get(text, text))


def span_in_words(first: dt.date | None, last: dt.date | None, quality: str) -> str:
    """The days of a published value; what its source says of them where it gives none."""
    if first and first == last:
        return plain_date(first)
    if first or last:
        return str(Period(first, last))
    return quality_in_words(quality) if quality in SPANS else ""


def note_in_words(text: str) -> str:
    return str(NOTES.get(text, text))
