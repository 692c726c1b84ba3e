"""A cohort with an open call, and ventures that apply to it, on one side of the test world."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.alliances.models import TechnologyArea
from portal.applications.services import applications
from portal.programmes.models import Call
from startups.models import Cohort, CohortApplication, CohortReview, Startup
from tests.factories.people import user_with_seat
from tests.factories.programmes import CallFactory, CriterionFactory, ProgrammeFactory, RequestedDocumentFactory
from tests.factories.world import Side

CONSENTS = {"apply"}


@dataclass(kw_only=True)
class Incubator:
    """A programme for ventures of the side's host: a cohort with two places, whose call is open and asks for a deck."""

    side: Side
    call: Call
    cohort: Cohort
    manager: User  # startup_manager at the host
    founder: User  # no seat

    def application(self, state: str = "submitted", **fields) -> CohortApplication:
        """A complete application of the founder, put into a state past the services."""
        return CohortApplication.objects.create(
            **{
                "code": f"venture-{CohortApplication.objects.count():05d}-{self.call.pk}",
                "call": self.call,
                "programme": self.call.programme,
                "cohort": self.cohort,
                "applicant": self.founder.person,
                "state": state,
                "version": 0 if state == "draft" else 1,
                "submitted_at": None if state == "draft" else timezone.now(),
                **self.answers(),
                **fields,
            }
        )

    def answers(self) -> dict:
        """What every section needs, by field."""
        area, _created = TechnologyArea.objects.get_or_create(code="cryogenics", defaults={"name_en": "Cryogenics"})
        return {
            "venture_name": "Coldbit",
            "country": "JP",
            "is_incorporated": True,
            "legal_form": "KK",
            "founded_on": dt.date(2025, 4, 1),
            "founding_evidence": "Register extract",
            "origin_kind": "university",
            "origin_organisation": self.side.host,
            "origin_evidence": "Licence of the university",
            "technology_area": area,
            "founders": [
                {"given_name": "Fay", "family_name": "Founder", "email": self.founder.email, "role": "CEO"},
                {"given_name": "Theo", "family_name": "Tech", "email": "theo@venture.example.org", "role": "CTO"},
            ],
            "has_foreign_owners": False,
            "problem": "Wires are warm.",
            "solution": "Ours are cold.",
            "market": "Everybody with a refrigerator.",
            "ip_ownership": "The university owns, we have a licence.",
            "support_wanted": "A mentor and a laboratory.",
            "figures_on": dt.date(2026, 9, 30),
            "headcount": 0,
        }

    def review(self, application: CohortApplication, state: str = "assigned", **fields) -> CohortReview:
        due = timezone.localdate() + dt.timedelta(days=14)
        return CohortReview.objects.create(
            **{"application": application, "reviewer": self.side.reviewer, "state": state, "due_on": due, **fields}
        )

    def draft(self, founder: User | None = None) -> CohortApplication:
        """A draft filled in by the services, section by section."""
        actor, now = founder or self.founder, timezone.now()
        row = applications.start_application(call=self.call, person=actor.person, actor=actor, now=now)
        answers = self.answers()
        for section in ("venture", "team", "plan", "figures"):
            values = {name: answers[name] for name in SECTION_FIELDS[section] if name in answers}
            applications.save_section(application=row, section=section, values=values, actor=actor, now=now)
        return row

    def submitted(self) -> CohortApplication:
        row = self.draft()
        return applications.submit_application(
            application=row, consents=CONSENTS, language="en", actor=self.founder, now=timezone.now()
        )

    def screened_startup(self, application: CohortApplication) -> Startup:
        """The record that an application under review has, past the services."""
        startup = Startup.objects.create(
            code=application.code, name=application.venture_name, cohort=self.cohort, state="screened"
        )
        startup.founders.create(person=application.applicant, is_primary_contact=True)
        application.startup = startup
        application.save()
        return startup


SECTION_FIELDS = {
    "venture": (
        "venture_name", "country", "is_incorporated", "legal_form", "founded_on", "founding_evidence", "origin_kind",
        "origin_organisation", "origin_evidence", "technology_area",
    ),
    "team": ("founders", "has_foreign_owners"),
    "plan": ("problem", "solution", "market", "ip_ownership", "support_wanted"),
    "figures": ("figures_on", "headcount"),
}  # fmt: skip


def build_incubator(side: Side) -> Incubator:
    name = side.alliance.code
    programme = ProgrammeFactory(
        code=f"{name}-ventures", kind="startup_support", owner=side.host, alliance=side.alliance, direction="both"
    )
    call = CallFactory(code=f"{name}-venture-call", programme=programme)
    RequestedDocumentFactory(call=call, kind="deck", name_en="Pitch deck", is_required=False)
    CriterionFactory(call=call)
    cohort = Cohort.objects.create(
        code=f"{name}-cohort", name_en=f"{name} cohort", name_ja="コホート", programme=programme, call=call, places=2,
        state="call_open", starts_on=dt.date(2027, 4, 1), ends_on=dt.date(2028, 3, 31),
    )  # fmt: skip
    return Incubator(
        side=side,
        call=call,
        cohort=cohort,
        manager=user_with_seat(
            Role.STARTUP_MANAGER, side.host, name=(name, "Incubator"), email=f"startups@{name}.example.org"
        ),
        founder=user_with_seat("", side.elsewhere, name=("Founder", "Fay"), email=f"fay@{name}.example.org"),
    )
