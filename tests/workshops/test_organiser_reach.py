"""What a seat as event organiser alone opens: the mails and the tables of her own events, and nothing beside them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from portal.outbox.models import OutboxMessage
from portal.outbox.services import queue
from portal.reminders.outlook import outlook
from portal.transfers import registry
from portal.transfers.forms import importable
from portal.transfers.services import check_upload, confirm_import
from tests.desk import address, sign_in
from tests.factories import user_with_seat
from tests.factories.events import a_speaker, an_event
from tests.factories.registrations import RegistrationFactory, open_event, sign_up
from workshops.emails import registration as emails
from workshops.models import Event, Registration, TourCheck
from workshops.reminders.event import events_without_report
from workshops.services import visa
from workshops.services.registration import signup

pytestmark = pytest.mark.django_db

HEADER = (
    "code,alliance_code,host_org_code,kind,series_code,title_en,title_ja,starts_on,ends_on,date_precision,timezone,"
    "format,venue_en,venue_ja,city,country,capacity,registered_count,attended_count,overseas_count,countries_count,"
    "audience,language,status,evidence,note_en,source"
)


@pytest.fixture
def organiser(world):
    return user_with_seat(Role.EVENT_ORGANISER, world.north.host, language="en")


@pytest.fixture
def desk(client, organiser, settings):
    return sign_in(client, organiser, settings)


@pytest.fixture
def registered(world):
    """One registration at an event of each side, and the mail about it."""
    rows = {}
    for side in (world.north, world.south):
        row = RegistrationFactory(event=an_event(side, "registration_open"))
        emails.registration_confirmed(row)
        rows[side.alliance.code] = OutboxMessage.objects.latest("pk")
    return rows


def page_of(mail):
    return reverse("admin:outbox_outboxmessage_change", args=[mail.pk])


# -- one circle of organisers ---------------------------------------------------------------------------------------
def test_who_leads_the_alliance_finds_at_the_desk_whom_she_finds_at_the_door(client, world, settings):
    """At an event of the alliance that another member hosts; a member that neither hosts nor leads finds nobody."""
    event = an_event(world.north, "registration_open", host_organisation=world.north.home)
    row = RegistrationFactory(event=event, person_name="Emmy Noether")
    for organisation, finds in ((world.north.host, True), (world.north.elsewhere, False)):
        user = user_with_seat(Role.EVENT_ORGANISER, organisation, language="en")
        assert Registration.objects.editable_by(user).filter(pk=row.pk).exists() is finds
        sign_in(client, user, settings)
        door = client.get(reverse("workshops:door", args=[event.code]))
        assert (door.status_code, "Emmy Noether" in door.content.decode()) == (200 if finds else 404, finds)


def test_where_the_host_has_no_organiser_the_office_of_the_alliance_is_asked_and_reminded(world):
    """A wish for a letter, a registration to approve, a report that is due: somebody hears of each."""
    asks = {"needs_approval": True, "gives_visa_letters": True}
    event = open_event(world.north, host_organisation=world.north.home, rules=asks)
    signup.register(event=event, answers=sign_up(), language="en", zone="Asia/Tokyo", now=timezone.now())
    days = {"arrives_on": event.starts_on, "leaves_on": event.final_day, "payer": "self", "embassy": ""}
    visa.ask(registration=RegistrationFactory(event=event), passport_name="VISITOR ANY", now=timezone.now(), **days)
    office = {world.north.manager.email, "alliance.admin@north.example.org"}
    for kind in ("registration_to_approve", "visa_letter_asked"):
        assert {mail.recipient_email for mail in OutboxMessage.objects.filter(kind=kind)} == office, kind
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Event.objects.filter(pk=event.pk).update(state="registration_closed", starts_on=yesterday, last_on=yesterday)
    (due,) = events_without_report(now=timezone.now())
    assert {reader.email for reader in due.recipients} == office and not due.escalate_to


# -- mails -------------------------------------------------------------------------------------------------------------
def test_she_reads_what_her_participants_were_written_and_not_those_of_others(desk, world, registered):
    own, foreign = registered[world.north.alliance.code], registered[world.south.alliance.code]
    shown = desk.get(page_of(own))
    assert shown.status_code == 200 and "you are registered for" in shown.content.decode()
    assert desk.get(page_of(foreign)).status_code == 404
    listed = desk.get(reverse("admin:outbox_outboxmessage_changelist")).content.decode()
    assert own.recipient_email in listed and foreign.recipient_email not in listed


def test_mails_of_the_same_house_about_other_things_stay_with_their_desks(desk, world, organiser):
    exchange = queue(
        kind="reminder",
        to=world.north.fellow.as_recipient(),
        about=world.north.call,
        organisation=world.north.host,
        context={
            "line": "Please", "other_lines": [], "what": "Form", "when": "now", "clocks": "", "is_escalation": False,
            "reminded": "", "sender": "", "action_url": "",
        },
    )  # fmt: skip
    assert desk.get(page_of(exchange)).status_code == 404
    assert not OutboxMessage.objects.visible_to(organiser).exists()
    assert OutboxMessage.objects.visible_to(world.north.manager).filter(pk=exchange.pk).exists()


def test_she_reads_and_does_not_decide_about_mails(desk, world, registered, organiser):
    own = registered[world.north.alliance.code]
    assert not OutboxMessage.objects.editable_by(organiser).exists()
    answer = desk.post(reverse("admin:outbox_outboxmessage_step", args=[own.pk, "withhold"]), {"reason": "x"})
    own.refresh_from_db()
    assert answer.status_code == 403 and own.state == "queued"


def test_before_a_step_she_reads_the_mails_it_would_write(desk, world):
    event = an_event(world.north, "registration_open")
    RegistrationFactory(event=event, person_name="Robin Reader")
    a_speaker(event, "Noether")
    page = desk.get(address(Event, "step", event.pk, "postpone"))
    readable = {mail.recipient_name for mail in page.context["mails"].readable}
    assert readable == {"Robin Reader", "Emmy Noether"} and page.context["mails"].others == 0


def test_the_next_seven_days_show_her_own_reminders_only(world, organiser):
    for side in (world.north, world.south):
        event = an_event(side, "registration_open", days=5)
        RegistrationFactory(event=event, email=f"{side.alliance.code}@example.org", person_name="")
    told = {line.about for line in outlook(organiser, now=timezone.now()).coming}
    assert len(told) == 1


# -- tables ------------------------------------------------------------------------------------------------------------
def row(code: str, side, title: str = "Imported") -> str:
    return (
        f"{code},{side.alliance.code},{side.host.code},workshop,,{title},セミナー,2031-05-01,,day,Asia/Tokyo,on_site,"
        ",,Sendai,JP,,,,,,,en,planned,confirmed,,test"
    )


def upload(organiser, table: str, *lines: str):
    return check_upload(
        content="\n".join(lines).encode(),
        file_name=f"{table}.csv",
        resource=registry.find(table),
        actor=organiser,
    )


def test_the_tables_of_events_are_open_to_her_and_no_others(organiser):
    apps = {resource._meta.model._meta.app_label for resource in importable(organiser)}
    assert apps == {"workshops"}
    assert TourCheck not in {resource._meta.model for resource in importable(organiser)}


def test_she_brings_in_and_changes_events_of_her_own_house(world, organiser):
    event = an_event(world.north, "planned", code="mine")
    job = upload(organiser, "events", HEADER, row("mine", world.north, "Renamed"), row("new-one", world.north))
    assert (job.state, job.created, job.changed) == ("checked", 1, 1), job.problems
    confirm_import(job=job, actor=organiser, resource=registry.find("events"))
    event.refresh_from_db()
    assert event.title_en == "Renamed" and Event.objects.filter(code="new-one").exists()


def test_events_of_another_house_are_refused_whole(world, organiser):
    foreign = an_event(world.south, "planned", code="theirs")
    for line in (row("theirs", world.south, "Stolen"), row("planted", world.south)):
        job = upload(organiser, "events", HEADER, line)
        assert job.state == "refused", line
    foreign.refresh_from_db()
    assert foreign.title_en != "Stolen" and not Event.objects.filter(code="planted").exists()


@pytest.mark.parametrize("table", ["demo_people", "organisations", "demo_stays"])
def test_tables_of_other_desks_are_not_offered(desk, table):
    page = desk.get(reverse("admin:transfers_upload"))
    assert page.status_code == 200 and f'value="{table}"' not in page.content.decode()


def test_the_list_of_registrations_goes_out_with_her_own_rows_only(desk, world, registered):
    listed = desk.get(address(Registration, "changelist"))
    assert listed.context["import_url"].endswith("?table=demo_registrations")
    export = desk.get(address(Registration, "export", "csv"))
    content = b"".join(export.streaming_content).decode()
    assert registered[world.north.alliance.code].recipient_email in content
    assert registered[world.south.alliance.code].recipient_email not in content
