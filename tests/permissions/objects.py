"""What the addresses are about: for each side one object of every kind, in a state where things can be done."""

import datetime as dt

from django.db import models
from django.utils import timezone

from exchanges.models import ApplicationDocument, Approval, StayReport, StayTask
from portal.accounts.roles import Role
from portal.accounts.services import give_consents
from portal.core.links import give_token, hash_of, token_of
from portal.documents.services import store_upload
from portal.outbox.models import DevMail
from portal.reports.models import KpiDefinition, ReportRun
from portal.transfers import registry
from portal.transfers.services import check_upload
from startups.models import Founder, FounderUpdate, Mentor, Showcase
from tests.factories import CallFactory, RequestedDocumentFactory, ScreeningFactory
from tests.factories.events import a_speaker, an_event
from tests.factories.journeys import pdf
from tests.factories.missions import build_mission
from tests.factories.registrations import RegistrationFactory, open_event
from tests.factories.startups import CohortFactory, MilestoneFactory, StartupFactory
from tests.factories.ventures import build_incubator
from tests.factories.world import Side
from workshops.models import EventPerson, Session


def objects_of(side: Side) -> dict[str, models.Model]:
    """By the names that the table uses."""
    now, today = timezone.now(), timezone.localdate()

    def application(state: str):
        """Each to a call of its own: nobody applies twice to one."""
        call = CallFactory(programme=side.programme, timezone=side.zone)
        RequestedDocumentFactory(call=call)
        return side.application(state, call=call)

    draft, asked, endorsed = application("draft"), application("export_precheck"), application("host_and_home")
    reviewed, offered, preparing = application("under_review"), application("selected"), application("selected")
    upload = store_upload(upload=pdf(), kind="cv", about=draft, owner=side.fellow, actor=side.fellow)
    handed_in = application("submitted")
    paper = store_upload(upload=pdf(), kind="cv", about=handed_in, owner=side.fellow, actor=side.fellow)
    ScreeningFactory(application=asked, organisation=side.host, regime="JP" if side.host.country == "JP" else "US")

    def approval(part: str, **fields) -> Approval:
        return Approval.objects.create(
            application=endorsed, part=part, asked_at=now, due_on=today + dt.timedelta(days=14), application_version=1,
            **fields,
        )  # fmt: skip

    by_link = approval(
        "home_supervisor", organisation=side.home, approver_email=side.supervisor.email,
        token_expires_at=now + dt.timedelta(days=21),
    )  # fmt: skip
    by_link.token_hash = hash_of(token_of(by_link))
    by_link.save()
    coming = side.stay("pre_arrival", start_on=today, end_on=today + dt.timedelta(days=89))
    leaving = side.stay("ending", start_on=today - dt.timedelta(days=89), end_on=today)
    over = side.stay("report_due", start_on=today - dt.timedelta(days=100), end_on=today - dt.timedelta(days=10))
    StayReport.objects.create(stay=over, body="What we did.", summary_en="A detector.")

    def task(code: str, owner: str) -> StayTask:
        return StayTask.objects.create(
            stay=coming, item_code=code, sort_order=1, text_en=f"Task of {owner}", owner_role=owner, anchor="start",
            offset=0, offset_unit="days", due_on=today, organisation=side.host,
        )  # fmt: skip

    mission = build_mission(side)
    give_consents(person=side.fellow.person, codes={"alumni"}, language="en", actor=side.fellow)
    return {
        "call": side.call,
        "draft_call": CallFactory(programme=side.programme, state="draft", timezone=side.zone),
        "programme": side.programme,
        "alliance": side.alliance,
        "report": ReportRun.objects.create(kind="alliance", alliance=side.alliance, calendar="japan", year=2025),
        "draft": draft,
        "draft_paper": ApplicationDocument.objects.create(application=draft, kind="cv", file=upload),
        "draft_file": upload,
        "application": handed_in,
        "paper": ApplicationDocument.objects.create(application=handed_in, kind="cv", file=paper).file,
        "asked": asked,
        "host_part": approval(
            "host_researcher", organisation=side.host, approver=side.host_researcher, signing_role=Role.HOST_RESEARCHER
        ),
        "home_part": approval("home_office", organisation=side.home, signing_role=Role.HOME_OFFICE),
        "link": by_link,
        "review": side.review(reviewed, state="accepted"),
        "new_review": side.review(application("under_review")),
        "offer": side.offer(offered, state="sent"),
        "secret_offer": side.offer(preparing, state="prepared"),
        "coming": coming,
        "leaving": leaving,
        "over": over,
        "fellow_task": task("T1", Role.FELLOW),
        "host_task": task("T2", Role.HOST_RESEARCHER),
        "consent": side.fellow.person.consents.get(),
        "delegation": mission.delegation,
        "delegate": mission.visitor,
        "meeting": mission.meeting("requested", requester=mission.other_host, invitee=mission.visitor),
        "mail": DevMail.objects.create(
            recipients=f"somebody@{side.alliance.code}.example.org", subject="A mail", calendar="BEGIN:VCALENDAR"
        ),
        "job": check_upload(
            content=f"code,owner_org_code,name_en,kind,direction\nnew,{side.host.code},New,internship,inbound\n".encode(),
            file_name="programmes.csv", resource=registry.find("programmes"), actor=side.manager,
        ),
        "kpi": KpiDefinition.objects.create(
            code="X01" if side.alliance.code == "north" else "X02", app="exchanges", name_en="Fellows", unit="count",
        ),
        **_startups_of(side, today),
        **_events_of(side),
        **_programme_of(side),
        **_ventures_of(side),
    }  # fmt: skip


def _ventures_of(side: Side) -> dict[str, models.Model]:
    """Applications of the fellow's venture to a cohort, each to a call of its own, and reviews of them."""
    incubator = build_incubator(side)

    def application(state: str):
        call = CallFactory(programme=incubator.call.programme, timezone=side.zone)
        RequestedDocumentFactory(call=call, kind="deck")
        return incubator.application(state, call=call, applicant=side.fellow.person)

    draft = application("draft")
    upload = store_upload(upload=pdf(), kind="deck", about=draft, owner=side.fellow, actor=side.fellow)
    return {
        "venture_call": incubator.call,
        "venture": application("submitted"),
        "venture_draft": draft,
        "venture_paper": draft.documents.create(kind="deck", file=upload),
        "venture_review": incubator.review(application("under_review"), state="accepted"),
        "new_venture_review": incubator.review(application("under_review")),
    }


def _startups_of(side: Side, today: dt.date) -> dict[str, models.Model]:
    """Two startups of the fellow: one in the programme, mentored by the reviewer, and one that has applied."""
    cohort = CohortFactory(programme=side.programme)
    startup, applicant = StartupFactory(cohort=cohort), StartupFactory(cohort=cohort, state="applied")
    for row in (startup, applicant):
        Founder.objects.create(startup=row, person=side.fellow.person)
    Mentor.objects.create(startup=startup, person=side.reviewer.person, state="confirmed")
    Showcase.objects.create(
        startup=startup, one_liner_en="A line", description_en="A text", consent_given_on=today,
        consent_by=side.fellow.person,
    )  # fmt: skip
    return {
        "startup": startup,
        "applicant": applicant,
        "milestone": MilestoneFactory(startup=startup, cohort=cohort),
        "update": FounderUpdate.objects.create(
            code=f"{startup.code}-u", startup=startup, period="2026-Q2", definition_set="2026", due_on=today
        ),
    }


def _events_of(side: Side) -> dict[str, models.Model]:
    """An event with a place for the fellow."""
    event = open_event(side)
    return {
        "planned_event": an_event(side, "planned"),
        "held_event": an_event(side, "held", days=-3),
        "event": event,
        "registration": RegistrationFactory(event=event, person=side.fellow.person),
        "talk": _invited(event, side),
    }


def _invited(event, side: Side) -> EventPerson:
    talk = a_speaker(event, state="invited", person=side.fellow.person)
    give_token(talk, expires_at=timezone.now() + dt.timedelta(days=30))
    talk.save()
    return talk


def _programme_of(side: Side) -> dict[str, models.Model]:
    """An event with a programme that everybody reads, and a draft beside it."""
    event = open_event(side)
    hour = dt.datetime.combine(event.starts_on, dt.time(1), dt.UTC)
    span = {"starts_at": hour, "ends_at": hour + dt.timedelta(hours=1), "timezone": event.timezone}
    Session.objects.create(event=event, code=f"{event.code}-s1", title_en="Talk", state="confirmed", **span)
    return {
        "event_with_programme": event,
        "session": Session.objects.create(event=event, code=f"{event.code}-s2", title_en="Draft", **span),
    }
