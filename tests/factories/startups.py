"""A startup with everybody around it, in the world of two alliances."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.alliances.models import TechnologyArea
from startups.models import (
    Cohort,
    ExchangeRate,
    Founder,
    FounderUpdate,
    FundingRound,
    Mentor,
    Metric,
    MetricDefinition,
    Milestone,
    Showcase,
    Startup,
)
from tests.factories.people import user_with_seat
from tests.factories.world import Side

DEFINITIONS = "2026"


class CohortFactory(DjangoModelFactory):
    class Meta:
        model = Cohort

    code = factory.Sequence(lambda n: f"cohort-{n}")
    name_en = factory.Sequence(lambda n: f"Cohort {n}")
    state = "running"
    starts_on = dt.date(2026, 4, 1)
    ends_on = dt.date(2027, 3, 31)


class StartupFactory(DjangoModelFactory):
    class Meta:
        model = Startup

    code = factory.Sequence(lambda n: f"startup-{n}")
    name = factory.Sequence(lambda n: f"Startup {n}")
    country = "JP"
    founded_on = dt.date(2025, 4, 1)
    founded_precision = "day"
    founding_evidence = "Register extract"
    origin_kind = "university"
    origin_evidence = "Licence of the university"
    relation = "supported"
    state = "active"
    has_foreign_owners = False


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    title_en = factory.Sequence(lambda n: f"Milestone {n}")
    title_ja = factory.Sequence(lambda n: f"マイルストーン{n}")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=60))


class FundingRoundFactory(DjangoModelFactory):
    class Meta:
        model = FundingRound

    kind = "seed"
    closed_on = dt.date(2026, 5, 12)
    amount = Decimal(1_000_000)
    currency = "USD"
    evidence_en = "Agreement"


@dataclass(kw_only=True)
class Venture:
    """`startup` is active in `cohort` of the side's programme, which the side's host owns; it came out of the home.

    manager and colleague are startup managers at the host, partner is one at the home institution, auditor and admin
    are the side's; founder leads the team, mentor advises. outsider manages startups of another organisation.
    """

    side: Side
    cohort: Cohort
    startup: Startup
    manager: User
    colleague: User
    partner: User
    outsider: User
    founder: User
    mentor: User

    @property
    def admin(self) -> User:
        return self.side.alliance_admin

    @property
    def auditor(self) -> User:
        return self.side.kpi_auditor

    @property
    def export_officer(self) -> User:
        return self.side.export_officer

    def milestone(self, state: str = "planned", **fields) -> Milestone:
        return MilestoneFactory(**{"startup": self.startup, "cohort": self.cohort, "state": state, **fields})

    def update(self, period: str = "2026-Q2", **fields) -> FounderUpdate:
        values = {
            "code": f"{self.startup.code}-{period}".lower(),
            "startup": self.startup,
            "period": period,
            "definition_set": DEFINITIONS,
            "due_on": dt.date(2026, 7, 21),
            "asked_of": self.founder.person,
        }
        return FounderUpdate.objects.create(**{**values, **fields})

    def showcase(self, **fields) -> Showcase:
        texts = {
            "one_liner_en": "Quiet qubits",
            "one_liner_ja": "静かな量子ビット",
            "description_en": "We grow films.",
            "description_ja": "薄膜を作ります。",
        }
        return Showcase.objects.create(**{"startup": self.startup, **texts, **fields})

    def shown(self) -> Showcase:
        """A public page with the founder's consent."""
        return self.showcase(
            confidentiality="public",
            consent_given_on=dt.date(2026, 6, 5),
            consent_by=self.founder.person,
            consent_wording=1,
            consent_text="We agree.",
        )


def venture_of(side: Side, **fields) -> Venture:
    name = side.alliance.code
    area, _is_new = TechnologyArea.objects.get_or_create(
        code="quantum_sensing", defaults={"name_en": "Quantum sensing"}
    )
    cohort = CohortFactory(code=f"{name}-cohort", programme=side.programme)
    startup = StartupFactory(
        **{
            "code": f"{name}-startup",
            "name": f"{name.capitalize()} Sensing",
            "name_ja": "北センシング" if name == "north" else "南センシング",
            "name_kana": "キタセンシング" if name == "north" else "ミナミセンシング",
            "cohort": cohort,
            "origin_organisation": side.home,
            "technology_area": area,
            "admitted_on": dt.date(2026, 4, 1),
            **fields,
        }
    )

    def person(role: str, at, who: str, language: str = "en") -> User:
        return user_with_seat(
            role, at, name=(name.capitalize(), who.title()), email=f"{who}@{name}.example.org", language=language,
            timezone="Asia/Tokyo",
        )  # fmt: skip

    founder = person("", side.home_unit, "founder", "ja" if name == "north" else "en")
    mentor = person("", side.elsewhere, "mentor")
    Founder.objects.create(startup=startup, person=founder.person, is_primary_contact=True, role_en="Chief executive")
    Mentor.objects.create(startup=startup, person=mentor.person, state="confirmed", is_primary=True)
    return Venture(
        side=side,
        cohort=cohort,
        startup=startup,
        manager=person(Role.STARTUP_MANAGER, side.host, "startup.manager"),
        colleague=person(Role.STARTUP_MANAGER, side.host, "startup.colleague"),
        partner=person(Role.STARTUP_MANAGER, side.home, "startup.partner"),
        outsider=person(Role.STARTUP_MANAGER, side.elsewhere, "startup.outsider"),
        founder=founder,
        mentor=mentor,
    )


def load_definitions() -> None:
    """Every figure with a meaning in both languages, and rates for the end of June 2026."""
    for order, metric in enumerate(Metric):
        MetricDefinition.objects.create(
            definition_set=DEFINITIONS,
            metric=metric,
            sort_order=order,
            name_en=f"{metric.label} of the firm",
            name_ja=f"{metric.value}（日本語）",
            definition_en=f"Meaning of {metric.value}",
            definition_ja=f"{metric.value}の意味",
        )
    for currency, to_jpy, to_usd in (("JPY", "1", "0.00645161"), ("USD", "155", "1")):
        ExchangeRate.objects.create(
            currency=currency, on_day=dt.date(2026, 6, 30), to_jpy=to_jpy, to_usd=to_usd, source="Example bank"
        )
