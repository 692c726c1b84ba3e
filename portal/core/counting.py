"""Counting that costs the same however long the history is: it stops where the number stops mattering."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connections, models
from django.utils.functional import cached_property

Key = TypeVar("Key", bound=Hashable)

# Nobody turns forty pages; beyond this a list is narrowed by filters and search.
MOST = 2_000
MOST_SHOWN = 999


def counts_up_to(questions: Mapping[Key, models.QuerySet], most: int) -> dict[Key, int]:
    """How many rows each queryset has, none counted further than `most`; one statement for all of them."""
    keys, parts, arguments, alias = list(questions), [], [], ""
    for position, key in enumerate(keys):
        rows = questions[key].order_by().values("pk")[:most]
        alias = rows.db
        try:
            sql, params = rows.query.get_compiler(alias).as_sql()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {position}, COUNT(*) FROM ({sql}) AS counted")
        arguments += params
    found = dict.fromkeys(keys, 0)
    if parts:
        with connections[alias].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), arguments)
            found |= {keys[position]: number for position, number in cursor.fetchall()}
    return found


def number_text(number: int) -> str:
    """A number that was counted up to one more than MOST_SHOWN, as a badge shows it."""
    return f"{MOST_SHOWN}+" if number > MOST_SHOWN else str(number)


class CappedPaginator(Paginator):
    """Pages of a list that is read no further than MOST: its keys first, which also says how many there are.

    Then only the rows of one page are read and joined with what they show, not those that are skipped.
    """

    template_name = "admin/record/pages.html"

    @cached_property
    def keys(self) -> list | None:
        """The keys of the list in its order; None where it is no queryset."""
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return None
        return list(rows.select_related(None).values_list("pk", flat=True)[:MOST])

    @cached_property
    def count(self) -> int:
        return super().count if self.keys is None else len(self.keys)

    def page(self, number):
        page = super().page(number)
        if self.keys is not None:
            shown = self.keys[page.start_index() - 1 : page.end_index()]
            page.object_list = self.object_list.filter(pk__in=shown)
        return page

    @property
    def is_capped(self) -> bool:
        return self.count == MOST
