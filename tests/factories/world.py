"""Two alliances, north and south, with everybody who takes part; what belongs to one must never show in the other."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from exchanges.models import Application, Stay
from portal.accounts.models import Person, User
from portal.accounts.roles import Role
from portal.alliances.models import Alliance, AllianceMember, Organisation
from portal.programmes.models import Call, Programme
from tests.factories.exchanges import ApplicationFactory, OfferFactory, ReviewFactory, StayFactory
from tests.factories.organisations import AllianceFactory, OrganisationFactory
from tests.factories.people import PersonFactory, user_with_seat
from tests.factories.programmes import CallFactory, CriterionFactory, ProgrammeFactory, RequestedDocumentFactory
from tests.factories.reference import load_reference


@dataclass(kw_only=True)
class Side:
    """One alliance.

    alliance, home and host (organisations), home_unit and host_unit (their units), elsewhere (the reviewer's employer),
    programme (owned by host), call (open, two places, asks for `cv` and, optionally, `plan`; two criteria).
    Users, each with a person: fellow (at home_unit; Japanese-speaking in the north), host_researcher (host_unit),
    reviewer (elsewhere), manager (programme_manager at host), home_office (home), host_head (host_unit_head at
    host_unit); at host export_officer, export_approver, visa_officer, safety_manager, payer_office, kpi_auditor,
    legal_officer, signatory, alliance_admin. supervisor is a person without sign-in at home_unit; stranger has no seat.
    """

    alliance: Alliance
    home: Organisation
    home_unit: Organisation
    host: Organisation
    host_unit: Organisation
    elsewhere: Organisation
    programme: Programme
    call: Call
    fellow: User
    host_researcher: User
    reviewer: User
    manager: User
    home_office: User
    host_head: User
    export_officer: User
    export_approver: User
    visa_officer: User
    safety_manager: User
    payer_office: User
    kpi_auditor: User
    legal_officer: User
    signatory: User
    alliance_admin: User
    stranger: User
    supervisor: Person

    def application(self, state: str = "submitted", **fields) -> Application:
        """An application of this side's fellow (another applicant, call … by name), simply put into a state."""
        return ApplicationFactory(
            **{
                "call": self.call,
                "applicant": self.fellow.person,
                "home_organisation": self.home_unit,
                "host_organisation": self.host_unit,
                "host_person": self.host_researcher.person,
                "supervisor_name": str(self.supervisor),
                "supervisor_email": self.supervisor.email,
                "state": state,
                "version": 0 if state == "draft" else 1,
                "submitted_at": None if state == "draft" else timezone.now(),
                **fields,
            }
        )

    def review(self, application: Application, state: str = "assigned", **fields):
        return ReviewFactory(**{"application": application, "reviewer": self.reviewer, "state": state, **fields})

    def offer(self, application: Application, state: str = "prepared", **fields):
        sent = (
            {}
            if state == "prepared"
            else {"sent_at": timezone.now(), "answer_by": timezone.now() + dt.timedelta(days=14)}
        )
        return OfferFactory(**{"application": application, "state": state, **sent, **fields})

    def stay(self, state: str = "planned", **fields) -> Stay:
        """A stay of this side's fellow without a checklist; give `application=` to tie it to one."""
        return StayFactory(
            **{
                "person": self.fellow.person,
                "programme": self.programme,
                "home_organisation": self.home_unit,
                "host_organisation": self.host_unit,
                "host_person": self.host_researcher.person,
                "direction": "inbound" if self.host.country == "JP" else "outbound",
                "state": state,
                **fields,
            }
        )

    @property
    def users(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}

    @property
    def zone(self) -> str:
        """The zone of the host."""
        return self.host_researcher.timezone


@dataclass(kw_only=True)
class World:
    """`north` receives in Japan, `south` in the United States. `now` and `today` are the real ones at its making."""

    north: Side
    south: Side
    now: dt.datetime
    today: dt.date


TOKYO = {"language": "ja", "timezone": "Asia/Tokyo"}
CHICAGO = {"language": "en", "timezone": "America/Chicago"}
PARIS = {"language": "en", "timezone": "Europe/Paris"}


def build_world() -> World:
    load_reference()
    north = build_side(
        "north", home=("US", CHICAGO), host=("JP", TOKYO), direction="inbound", fellow={**CHICAGO, "language": "ja"}
    )
    south = build_side(
        "south", home=("JP", TOKYO), host=("US", CHICAGO), direction="outbound", fellow={**TOKYO, "language": "en"}
    )
    return World(north=north, south=south, now=timezone.now(), today=timezone.localdate())


def build_side(name: str, *, home: tuple[str, dict], host: tuple[str, dict], direction: str, fellow: dict) -> Side:
    title = name.capitalize()

    def organisation(
        code: str, country: str, parent: Organisation | None = None, kind: str = "university"
    ) -> Organisation:
        return OrganisationFactory(
            code=f"{name}-{code}",
            name_en=f"{title} {code.replace('-', ' ')}",
            name_ja=f"{'北' if name == 'north' else '南'}{code}",
            country=country,
            parent=parent,
            kind=kind,
        )

    home_country, at_home = home
    host_country, at_host = host
    home_org, host_org = organisation("home", home_country), organisation("host", host_country, kind="research_centre")
    home_unit, host_unit = (
        organisation("home-department", home_country, home_org),
        organisation("host-lab", host_country, host_org),
    )
    elsewhere = organisation("elsewhere", "FR")
    alliance = AllianceFactory(
        code=name, name_en=f"{title} Alliance", name_ja="北の連携" if name == "north" else "南の連携", lead=host_org
    )
    AllianceMember.objects.bulk_create(
        AllianceMember(alliance=alliance, organisation=member, role=role)
        for member, role in ((host_org, "lead"), (home_org, "partner"))
    )
    programme = ProgrammeFactory(
        code=f"{name}-programme",
        name_en=f"{title} programme",
        name_ja="北プログラム" if name == "north" else "南プログラム",
        owner=host_org,
        alliance=alliance,
        direction=direction,
    )
    call = CallFactory(
        code=f"{name}-call",
        title_en=f"{title} call",
        title_ja="北の募集" if name == "north" else "南の募集",
        programme=programme,
        timezone=at_host["timezone"],
    )
    RequestedDocumentFactory(call=call)
    RequestedDocumentFactory(
        call=call, kind="plan", name_en="Plan with figures", name_ja="図入り計画書", is_required=False, sort_order=1
    )
    CriterionFactory(call=call)
    CriterionFactory(call=call, name_en="Fit with the host", name_ja="受入先との適合", weight=2, sort_order=1)

    def member(role: str, at: Organisation, who: str, locale: dict) -> User:
        return user_with_seat(
            role,
            at,
            name=(title, who.replace("_", " ").title()),
            email=f"{who.replace('_', '.')}@{name}.example.org",
            **locale,
        )

    supervisor = PersonFactory(
        family_name=f"{title} Supervisor",
        given_name="Sam",
        email=f"supervisor@{name}.example.org",
        organisation=home_unit,
    )
    side = Side(
        alliance=alliance,
        home=home_org,
        home_unit=home_unit,
        host=host_org,
        host_unit=host_unit,
        elsewhere=elsewhere,
        programme=programme,
        call=call,
        fellow=member("", home_unit, "fellow", fellow),
        host_researcher=member(Role.HOST_RESEARCHER, host_unit, "host_researcher", at_host),
        reviewer=member(Role.REVIEWER, elsewhere, "reviewer", PARIS),
        manager=member(Role.PROGRAMME_MANAGER, host_org, "manager", at_host),
        home_office=member(Role.HOME_OFFICE, home_org, "home_office", at_home),
        host_head=member(Role.HOST_UNIT_HEAD, host_unit, "host_head", at_host),
        export_officer=member(Role.EXPORT_OFFICER, host_org, "export_officer", at_host),
        export_approver=member(Role.EXPORT_APPROVER, host_org, "export_approver", at_host),
        visa_officer=member(Role.VISA_OFFICER, host_org, "visa_officer", at_host),
        safety_manager=member(Role.SAFETY_MANAGER, host_org, "safety_manager", at_host),
        payer_office=member(Role.PAYER_OFFICE, host_org, "payer_office", at_host),
        kpi_auditor=member(Role.KPI_AUDITOR, host_org, "kpi_auditor", at_host),
        legal_officer=member(Role.LEGAL_OFFICER, host_org, "legal_officer", at_host),
        signatory=member(Role.SIGNATORY, host_org, "signatory", at_host),
        alliance_admin=member(Role.ALLIANCE_ADMIN, host_org, "alliance_admin", at_host),
        stranger=member("", elsewhere, "stranger", PARIS),
        supervisor=supervisor,
    )
    side.fellow.person.career_stage = "doctoral_student"
    side.fellow.person.save()
    return side
