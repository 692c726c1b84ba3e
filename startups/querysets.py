"""Named questions about startups: who looks after them, which count as new, which are supported, what is due."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from portal.accounts.roles import Role
from portal.applications.querysets import BaseApplicationQuerySet
from portal.core.scoping import ScopedQuerySet, scope_of

# Adopted on 21 January 2020 (document 002): ten new startups or more within ten years, existing firms not counted.
STRATEGY_DAY = dt.date(2020, 1, 21)
STARTUP_WRITERS = frozenset({Role.STARTUP_MANAGER, Role.ALLIANCE_ADMIN})
NAMED_PERSONS = "named_persons"

RUNNING = ("admitted", "active")
ONCE_ADMITTED = (*RUNNING, "paused", "graduated", "exited", "withdrawn", "closed_down")
# Coarse dates hold the first day of their period: of these it is known that the whole period lies after that day.
SURE = Q(founded_precision__in=("", "day", "month", "year", "fiscal_year", "reported"))


class VentureQuerySet(ScopedQuerySet):
    """Rows about a startup. Many may read them, as its level of confidentiality says; its own desk writes them.

    The model names the way to its startup in `path_to_startup` ("" for the startup itself, else ending in "__").
    """

    def editable_by(self, user):
        scope = scope_of(user)
        if scope.is_global:
            return self
        path = self.model.path_to_startup
        at, programmes = scope.organisation_ids(STARTUP_WRITERS), scope.programme_ids(STARTUP_WRITERS)
        desk = (
            Q(**{f"{path}cohort__programme__owner__in": at})
            | Q(**{f"{path}cohort__programme__in": programmes})
            | Q(**{f"{path}cohort": None, f"{path}origin_organisation__in": at})
        )
        named = {f"{path}readers__user": scope.user_id, f"{path}confidentiality": NAMED_PERSONS}
        let_in = Q(Exists(self.model._base_manager.filter(**named, pk=OuterRef("pk"))))
        return self.filter(desk, ~Q(**{f"{path}confidentiality": NAMED_PERSONS}) | let_in)


class StartupQuerySet(VentureQuerySet):
    def of_mentor(self, user):
        return self._with_row_of("mentors", person__user=user, state="confirmed")

    def of_somebody(self, user):
        """Startups that the user founded (`is_own`) or mentors (`is_advised`), told apart in one query."""
        rows = self.annotate(
            is_own=self._row_of("founders", person__user=user, until_on=None),
            is_advised=self._row_of("mentors", person__user=user, state="confirmed"),
        )
        return rows.filter(Q(is_own=True) | Q(is_advised=True))

    def awaiting_export_check(self):
        return self.filter(state="applied", export_checked_on=None)

    def awaiting_terms(self):
        """Screened, and its application has been given a place: the terms are to be signed."""
        return self._with_row_of("applications", state="selected").filter(state="screened")

    def _with_row_of(self, relation: str, **lookup):
        return self.filter(self._row_of(relation, **lookup))

    def _row_of(self, relation: str, **lookup) -> Exists:
        model = self.model._meta.get_field(relation).related_model
        return Exists(model._base_manager.filter(startup=OuterRef("pk"), **lookup))

    def ventures(self):
        """Each venture once: a second record of the same one, entered by another university, is left out."""
        return self.filter(same_venture_as=None)

    def founded_since_strategy(self, as_of: dt.date):
        """New by the rule of the strategy: known day and origin, and not a firm that existed before.

        Of a firm known only to be of 2020 nobody can say whether it was founded before 21 January: it is not counted
        until there is evidence.
        """
        return self.ventures().filter(
            SURE,
            founded_on__gte=STRATEGY_DAY,
            founded_on__lte=as_of,
            origin_kind__in=("university", "research_institute", "company"),
            technology_area__isnull=False,
        ).exclude(relation__in=("named_in_strategy", "applicant"))  # fmt: skip

    def counted_as_new(self, as_of: dt.date, rule_set: str = "strategy_2020"):
        """New startups of the alliance on a day: what the rule names and somebody approved with a reason."""
        return self.founded_since_strategy(as_of).filter(self._decided(rule_set, counts=True))

    def refused_as_new(self, rule_set: str = "strategy_2020"):
        return self.filter(self._decided(rule_set, counts=False))

    def undecided_as_new(self, as_of: dt.date, rule_set: str = "strategy_2020"):
        """What the rule names and nobody has decided upon."""
        return self.founded_since_strategy(as_of).exclude(self._decided(rule_set))

    def _decided(self, rule_set: str, **answer):
        decisions = self.model._meta.get_field("counting_decisions").related_model._base_manager
        return Exists(decisions.filter(startup=OuterRef("pk"), rule_set=rule_set, **answer))

    def supported(self, as_of: dt.date):
        """Admitted and not yet left on a day. Where the day of admission is unknown, the cohort's first day stands in.

        A startup of which neither is known is counted by its state.
        """
        rows = self.ventures().annotate(supported_from=Coalesce("admitted_on", "cohort__starts_on"))
        dated = Q(supported_from__lte=as_of, state__in=ONCE_ADMITTED) & (
            Q(left_on__gt=as_of) | Q(left_on=None, state__in=(*RUNNING, "paused"))
        )
        undated = Q(supported_from=None, state__in=RUNNING)
        return rows.filter(dated | undated).exclude(state="paused", paused_on__lte=as_of)

    def of_partner(self, organisation_id: int):
        """Counted once for each partner: by the university it came out of, and by the one whose programme it is in."""
        return self.filter(Q(origin_organisation=organisation_id) | Q(cohort__programme__owner=organisation_id))

    def for_list(self):
        return self.select_related("origin_organisation", "technology_area", "cohort__programme__owner")


class MilestoneQuerySet(VentureQuerySet):
    def open(self):
        return self.filter(state__in=("planned", "in_progress"))

    def unsettled(self):
        """Neither verified, rejected nor waived: what stands between a startup and its graduation."""
        return self.filter(state__in=("planned", "in_progress", "submitted", "missed"))

    def late(self, today: dt.date):
        return self.open().filter(due_on__lt=today)


class UpdateQuerySet(VentureQuerySet):
    def waiting(self):
        return self.filter(state="asked")

    def late(self, today: dt.date):
        return self.waiting().filter(due_on__lt=today)


class FundingQuerySet(VentureQuerySet):
    def disclosed(self):
        """Rounds whose amount may stand in a sum; the others count as rounds."""
        return self.filter(is_undisclosed=False, amount__isnull=False)

    def verified(self):
        return self.filter(verified_on__isnull=False)

    def within(self, first: dt.date, last: dt.date):
        return self.filter(closed_on__range=(first, last))


ON_CARD = (
    "one_liner_en", "one_liner_ja", "startup__code", "startup__name", "startup__name_ja", "startup__country",
    "startup__is_demo", "startup__technology_area__name_en", "startup__technology_area__name_ja",
)  # fmt: skip


class ShowcaseQuerySet(VentureQuerySet):
    def shown(self):
        """Pages that everybody sees now: with a consent in force. Nothing of this is kept anywhere else."""
        return self.visible_to(None).select_related("startup__technology_area", "startup__origin_organisation")

    def on_cards(self):
        """With what a card of the public list shows, and no more: these rows are wide."""
        return self.select_related("startup__technology_area").only(*ON_CARD)


class CohortQuerySet(ScopedQuerySet):
    def whose_call_is_over(self):
        """Cohorts with an open call by their own state, although nobody can apply any more."""
        over = ("closed", "under_review", "results_announced", "completed")
        return self.filter(state="call_open", call__state__in=over)


class CohortApplicationQuerySet(BaseApplicationQuerySet):
    def for_list(self):
        return self.select_related(
            "applicant", "call", "call__programme", "programme__owner", "cohort", "origin_organisation", "startup"
        )

    def for_reading(self):
        return self.select_related(
            "applicant",
            "call__programme__owner",
            "programme",
            "cohort",
            "origin_organisation",
            "technology_area",
            "startup",
        )
