"""The one figure that spans all parts of the portal: how much of what is published stands in both languages (C16)."""

from functools import reduce
from operator import and_

from django.db.models import Count, Q

from portal.figures import Ask, Basis, Measure, Source, Unit, figure
from portal.figures.measures import percentage
from portal.programmes.models import Call, Programme
from startups.models import Showcase
from workshops.models import Event

PROGRAMMES = Source(Programme, {"alliance": "alliance", "organisation": "owner"})
# What is published, by which condition, and its pairs of texts; the first pair is never empty.
PAGES = (
    (PROGRAMMES, ~Q(state__in=("draft", "approved")), ("name", "duration_text", "support")),
    (
        Source(Call, {"alliance": "programme__alliance", "organisation": "programme__owner"}),
        ~Q(state__in=("draft", "cancelled")),
        ("title", "about"),
    ),
    (
        Source(Event, {"alliance": "alliance", "organisation": "host_organisation"}),
        Event.Scoping.public,
        ("title", "summary", "description"),
    ),
    (
        Source(
            Showcase,
            {
                "alliance": "startup__cohort__programme__alliance",
                "organisation": ("startup__origin_organisation", "startup__cohort__programme__owner"),
            },
            key=("startup__code",),
            demo="startup__is_demo",
        ),
        Showcase.Scoping.public,
        ("one_liner", "description"),
    ),
)


@figure("C16", unit=Unit.PERCENT, basis=Basis.DATE, source=PROGRAMMES)
def bilingual_coverage(ask: Ask) -> Measure:
    """Published programmes, calls, events and startups whose texts are complete in English and Japanese, as of now."""
    complete, published, behind, base = 0, 0, [], []
    for source, is_published, pairs in PAGES:
        rows, both = ask.rows(source).filter(is_published), _complete(*pairs)
        found = rows.aggregate(complete=Count("pk", filter=both), published=Count("pk"))
        complete, published = complete + found["complete"], published + found["published"]
        behind.append(rows.filter(both))
        base.append(rows)
    return Measure(
        value=percentage(complete, published),
        numerator=complete,
        denominator=published,
        behind=tuple(behind),
        base=tuple(base),
    )


def _complete(title: str, *others: str) -> Q:
    """The title in both languages, and every other text in both or in none."""

    def filled(name: str) -> Q:
        return ~Q(**{f"{name}_en": ""}) & ~Q(**{f"{name}_ja": ""})

    neither = [Q(**{f"{name}_en": "", f"{name}_ja": ""}) for name in others]
    return reduce(and_, (filled(name) | empty for name, empty in zip(others, neither, strict=True)), filled(title))
