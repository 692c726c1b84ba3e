"""The stay: its checklist and days, what blocks arrival and leaving, suspension, report and certificate."""

import datetime as dt
from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from exchanges.models import Offer, Stay, StayReport, StayTask
from exchanges.services import offers, stays
from portal.alliances.models import Outcome
from portal.core.dates import long_date, plain_date
from portal.core.workflow import IllegalTransition, ReasonMissing, StepError
from portal.core.zones import OFFICE_ZONES
from portal.documents.models import Letter
from portal.outbox.models import OutboxMessage
from portal.reminders.calendars import is_working_day
from tests.factories import OrganisationFactory, journeys
from tests.factories.reference import rows

DAY = dt.timedelta(days=1)
DATES = st.dates(min_value=dt.date(2024, 1, 1), max_value=dt.date(2032, 12, 31))


# -- choosing the list -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("direction", "country", "days", "is_paid", "code"),
    [
        ("inbound", "JP", 90, False, "into_jp_90"),
        ("inbound", "JP", 91, False, "into_jp_long"),
        ("inbound", "JP", 30, True, "into_jp_long"),
        ("outbound", "US", 14, False, "into_us_short"),
        ("outbound", "US", 15, False, "into_us_j1"),
        ("outbound", "US", 14, True, "into_us_j1"),
        ("domestic", "JP", 300, True, "domestic"),
        ("outbound", "FR", 60, False, None),
    ],
)
def test_the_list_is_chosen_by_direction_length_and_pay(world, direction, country, days, is_paid, code):
    template = stays.choose_template(direction, country, days, is_paid)
    assert (template.code if template else None) == code


@pytest.mark.parametrize(
    ("home", "host", "direction"),
    [("US", "JP", "inbound"), ("JP", "US", "outbound"), ("JP", "JP", "domestic"), ("US", "US", "domestic"),
        ("", "JP", "inbound")],
)  # fmt: skip
def test_the_direction_is_seen_from_japan(home, host, direction):
    assert stays.direction_between(home, host) == direction


def test_what_is_paid_comes_from_the_offer_in_both_languages(world):
    stay = journeys.stay_before_arrival(world.north)
    assert stay.support_en == "Round-trip ticket · Per diem and lodging"
    assert stay.support_ja == "往復航空券 · 日当・宿泊費"


def test_the_checklist_has_the_steps_of_both_sides_that_apply(world):
    stay = journeys.stay_before_arrival(world.north)
    codes = set(stay.tasks.values_list("item_code", flat=True))
    assert {"JI08", "JI13", "OU01", "OU02", "JI17", "JI26"} <= codes
    assert not codes & {"JI06", "JI09", "JI12", "JI15", "JI20"}  # long, at KEK, paid, radiation area, six months
    done = set(stay.tasks.filter(state="done").values_list("item_code", flat=True))
    assert done == {"JI01", "JI02", "JI03", "JI04", "JI05"}
    home_tasks = set(stay.tasks.filter(organisation=world.north.home_unit).values_list("item_code", flat=True))
    assert {"JI04", "OU01"} <= home_tasks


def test_only_stays_at_kek_have_its_steps(world):
    kek = OrganisationFactory(code="kek")
    at_kek = world.north.stay(host_organisation=OrganisationFactory(parent=kek))
    assert stays.applies("site is KEK", at_kek)
    assert not stays.applies("site is KEK", world.north.stay())


def test_every_condition_of_the_published_checklists_is_known():
    assert {row["applies_if"] for row in rows("checklist_items")} <= set(stays.CONDITIONS)


# -- days --------------------------------------------------------------------------------------------------------------
@given(start=DATES, length=st.integers(0, 800), offset=st.integers(-200, 200))
def test_days_count_from_the_first_or_the_last_day(start, length, offset):
    end = start + length * DAY
    common = {"offset": offset, "unit": "days", "start": start, "end": end, "country": "JP"}
    assert stays.due_on(anchor="start", **common) == start + offset * DAY
    assert stays.due_on(anchor="end", **common) == end + offset * DAY


@given(start=DATES, offset=st.integers(1, 30), country=st.sampled_from(["JP", "US"]))
def test_working_days_end_on_a_working_day_of_the_host_and_are_counted(start, offset, country):
    due = stays.due_on(anchor="start", offset=offset, unit="business_days", start=start, end=start, country=country)
    zone = OFFICE_ZONES[country]
    between = [start + n * DAY for n in range(1, (due - start).days + 1)]
    assert is_working_day(due, zone)
    assert sum(is_working_day(day, zone) for day in between) == offset


def test_golden_week_and_thanksgiving_are_no_working_days():
    due = {"anchor": "start", "unit": "business_days", "end": dt.date(2027, 12, 31)}
    assert stays.due_on(offset=1, start=dt.date(2027, 4, 30), country="JP", **due) == dt.date(2027, 5, 6)
    assert stays.due_on(offset=1, start=dt.date(2027, 11, 24), country="US", **due) == dt.date(2027, 11, 26)


@given(first=DATES, arrived=st.integers(-3, 5), length=st.integers(0, 500))
def test_days_in_place_count_both_ends(first, arrived, length):
    start, end = first, first + length * DAY
    stay = Stay(
        start_on=start, end_on=end, arrived_on=start + arrived * DAY, departed_on=max(end, start + arrived * DAY)
    )
    assert stay.days == length + 1
    assert stay.days_in_place == (stay.departed_on - stay.arrived_on).days + 1
    assert Stay(start_on=start, end_on=end, state="no_show").days_in_place == 0


# -- tasks -------------------------------------------------------------------------------------------------------------
def test_tasks_are_done_by_their_owner_or_the_programme_and_export_steps_by_the_export_office(world):
    side = world.north
    stay = journeys.stay_before_arrival(side)
    mine, export = stay.tasks.get(item_code="JI13"), stay.tasks.get(item_code="JI22")
    complete = {"today": world.today, "note": "Policy 12"}
    for actor in (side.visa_officer, side.home_office, side.stranger, world.south.manager):
        with pytest.raises(PermissionDenied):
            stays.complete_task(task=mine, actor=actor, **complete)
    for actor in (side.manager, side.fellow, side.host_researcher):
        with pytest.raises(PermissionDenied):
            stays.complete_task(task=export, actor=actor, **complete)
    row = stays.complete_task(task=mine, actor=side.fellow, upload=journeys.pdf("insurance.pdf"), **complete)
    assert (row.state, row.done_on, row.done_by, row.note, row.file.name) == (
        "done", world.today, side.fellow, "Policy 12", "insurance.pdf",
    )  # fmt: skip
    stays.reopen_task(task=mine, actor=side.manager)
    mine.refresh_from_db()
    assert (mine.state, mine.done_on) == ("open", None)


def test_a_fellow_does_not_excuse_herself(world):
    side = world.north
    task = journeys.stay_before_arrival(side).tasks.get(item_code="JI13")
    with pytest.raises(PermissionDenied):
        stays.waive_task(task=task, reason="No need", actor=side.fellow, today=world.today)
    with pytest.raises(ReasonMissing):
        stays.waive_task(task=task, reason="", actor=side.manager, today=world.today)
    assert (
        stays.waive_task(task=task, reason="Insured at work", actor=side.manager, today=world.today).state == "waived"
    )


# -- arrival -----------------------------------------------------------------------------------------------------------
def test_arrival_waits_for_blocking_steps_and_names_them(world):
    side = world.north
    stay = journeys.stay_before_arrival(side)
    arrive = {"stay": stay, "arrived_on": stay.start_on, "today": stay.start_on}
    with pytest.raises(StepError, match="JI13"):
        stays.confirm_arrival(actor=side.host_researcher, **arrive)
    with pytest.raises(PermissionDenied):
        stays.confirm_arrival(actor=side.manager, **arrive)
    journeys.tick_off(side, stay, anchor="start", blocking=True, offset__lt=0)
    row = stays.confirm_arrival(actor=side.host_researcher, **arrive)  # safety training comes after arrival
    assert (row.state, row.arrived_on) == ("arrived", stay.start_on)
    assert row.tasks.get(item_code="JI16").state == "done"
    told = set(
        OutboxMessage.objects.filter(kind__startswith="arrival_confirmed").values_list("recipient_email", flat=True)
    )
    assert told == {side.fellow.email, side.manager.email, side.home_office.email}


def test_whoever_may_not_confirm_learns_nothing_of_days(world):
    """May she at all? That comes first: a day that cannot be is told to those whose day it is."""
    side, far = world.north, dt.timedelta(days=4000)
    coming, leaving = side.stay("pre_arrival"), side.stay("active")
    for actor in (side.fellow, side.home_office, world.south.host_researcher):
        with pytest.raises(PermissionDenied):
            stays.confirm_arrival(stay=coming, arrived_on=world.today + far, actor=actor, today=world.today)
        with pytest.raises(PermissionDenied):
            stays.confirm_departure(stay=leaving, departed_on=world.today + far, actor=actor, today=world.today)


def test_arrival_is_not_entered_ahead(world):
    side = world.north
    stay = journeys.stay_before_arrival(side)
    with pytest.raises(StepError, match="future"):
        stays.confirm_arrival(stay=stay, arrived_on=stay.start_on, actor=side.host_researcher, today=world.today)


def test_the_first_days_end_when_what_was_due_is_done(world):
    side = world.north
    stay = side.stay("arrived")
    stay.tasks.create(
        item_code="JI17", sort_order=1, text_en="Safety", owner_role="safety_manager", anchor="start", offset=3,
        offset_unit="days", due_on=stay.start_on + 3 * DAY, blocking=True,
    )  # fmt: skip
    finish = {"stay": stay, "actor": side.visa_officer}
    with pytest.raises(StepError, match="Safety"):
        stays.finish_arrival(today=stay.start_on + 3 * DAY, **finish)
    assert stays.finish_arrival(today=stay.start_on + 2 * DAY, **finish).state == "active"


def test_no_show_waits_three_days(world):
    side = world.north
    stay = side.stay("pre_arrival")
    mark = {"stay": stay, "reason": "No answer", "actor": side.host_researcher}
    with pytest.raises(StepError, match="wait"):
        stays.mark_no_show(today=stay.start_on + 2 * DAY, **mark)
    assert stays.mark_no_show(today=stay.start_on + 3 * DAY, **mark).state == "no_show"


@pytest.mark.parametrize("who", ["manager", "host_researcher", "host_head", "home_office"])
def test_either_side_cancels_before_arrival_with_a_reason(world, who):
    side = world.north
    stay = journeys.stay_before_arrival(side)
    with pytest.raises(ReasonMissing):
        stays.cancel(stay=stay, reason="", actor=getattr(side, who), today=world.today)
    stays.cancel(stay=stay, reason="Visa refused", actor=getattr(side, who), today=world.today)
    assert set(stay.tasks.values_list("state", flat=True)) == {"done", "waived"}


# -- while it lasts ----------------------------------------------------------------------------------------------------
def test_only_the_office_that_suspended_resumes(world):
    side = world.north
    stay = side.stay("active")
    stays.suspend(stay=stay, reason="SECRET finding", actor=side.export_officer)
    with pytest.raises(PermissionDenied):
        stays.resume(stay=stay, reason="Fine", actor=side.safety_manager)
    assert not any("SECRET" in mail.body_text for mail in OutboxMessage.objects.all())
    assert stays.resume(stay=stay, reason="Cleared up", actor=side.export_officer).state == "active"


def test_shortening_keeps_the_first_last_day_and_moves_the_exit_steps(world):
    side = world.north
    stay = side.stay("active", start_on=world.today - 10 * DAY, end_on=world.today + 79 * DAY)
    task = stay.tasks.create(
        item_code="JI24", sort_order=1, text_en="Keys", owner_role="host_researcher", anchor="end", offset=-2,
        offset_unit="days", due_on=stay.end_on - 2 * DAY,
    )  # fmt: skip
    curtail = {"stay": stay, "reason": "Family", "actor": side.home_office, "today": world.today}
    for wrong in (stay.end_on, stay.start_on - DAY, world.today - DAY):
        with pytest.raises(StepError):
            stays.curtail(new_end=wrong, **curtail)
    old = stay.end_on
    row = stays.curtail(new_end=world.today + 9 * DAY, **curtail)
    task.refresh_from_db()
    assert (row.state, row.original_end_on, task.due_on) == ("curtailed", old, world.today + 7 * DAY)


def promised(side, *, first: int, last: int) -> Stay:
    """A stay that an offer promises for some of the ninety days that host and home have approved."""
    application = journeys.selected(side)
    days = {"start_on": application.start_requested + first * DAY, "end_on": application.start_requested + last * DAY}
    offer = offers.prepare(application=application, actor=side.manager, today=timezone.localdate(), **days)
    offers.send(offer=offer, actor=side.manager, now=timezone.now())
    return offers.accept(offer=offer, actor=side.fellow, now=timezone.now())


def test_moving_the_days_before_arrival_moves_open_steps(world):
    side = world.north
    stay = promised(side, first=0, last=59)
    task = stay.tasks.get(item_code="JI13")
    old_end, start = stay.end_on, stay.start_on + 7 * DAY
    move = {"stay": stay, "reason": "Flight", "actor": side.manager, "now": world.now}
    stays.move_dates(start_on=start, end_on=stay.end_on + 7 * DAY, **move)
    task.refresh_from_db()
    assert (task.due_on, stay.original_end_on) == (start - 14 * DAY, old_end)


def test_the_days_of_a_stay_keep_to_those_that_host_and_home_have_approved(world):
    side = world.north
    stay = promised(side, first=7, last=59)
    approved = stay.application
    move = {"stay": stay, "reason": "Flight", "actor": side.manager, "now": world.now}
    for start, end in (
        (approved.start_requested - DAY, stay.end_on),
        (stay.start_on, approved.end_requested + DAY),
        (world.today, world.today + 2 * DAY),
    ):
        with pytest.raises(StepError, match="approved"):
            stays.move_dates(start_on=start, end_on=end, **move)
    for start, end, refusal in (
        (stay.end_on, stay.start_on, "before the first day"),
        (stay.start_on, stay.end_on, "already"),
    ):
        with pytest.raises(StepError, match=refusal):
            stays.move_dates(start_on=start, end_on=end, **move)
    stay.refresh_from_db()
    assert (stay.start_on, stay.original_end_on) == (approved.start_requested + 7 * DAY, stay.end_on)
    stays.move_dates(start_on=approved.start_requested, end_on=approved.end_requested, **move)
    assert stay.days == 90


def test_a_stay_from_records_becomes_no_longer_and_does_not_begin_in_the_past(world):
    side = world.north
    stay = side.stay("pre_arrival", start_on=world.today + 10 * DAY, end_on=world.today + 19 * DAY)
    move = {"stay": stay, "reason": "Flight", "actor": side.manager, "now": world.now}
    with pytest.raises(StepError, match="longer"):
        stays.move_dates(start_on=stay.start_on, end_on=stay.end_on + DAY, **move)
    with pytest.raises(StepError, match="passed"):
        stays.move_dates(start_on=world.today - DAY, end_on=world.today + 5 * DAY, **move)
    stays.move_dates(start_on=world.today, end_on=world.today + 5 * DAY, **move)
    assert stay.days == 6
    assert not Letter.objects.exists()


def test_a_fellow_who_is_late_may_get_a_later_first_day_although_it_has_passed_too(world):
    side = world.north
    stay = side.stay("pre_arrival", start_on=world.today - 5 * DAY, end_on=world.today + 9 * DAY)
    move = {"stay": stay, "reason": "Visa", "actor": side.manager, "now": world.now}
    stays.move_dates(start_on=world.today - 2 * DAY, end_on=stay.end_on, **move)
    assert stay.start_on == world.today - 2 * DAY


def test_new_days_are_told_to_fellow_host_and_desks_each_time(world):
    side = world.north
    stay = promised(side, first=0, last=59)
    first, last = stay.start_on, stay.end_on
    everybody = {user.email for user in (side.fellow, side.host_researcher, side.manager, side.home_office)}
    for times, shift in enumerate((7, 0, 7), start=1):  # there, back, and there again: each time it is news
        days = {"start_on": first + shift * DAY, "end_on": last + shift * DAY}
        stays.move_dates(stay=stay, reason="Flight", actor=side.manager, now=timezone.now(), **days)
        told = OutboxMessage.objects.filter(kind="stay_moved").order_by("-pk")
        assert Counter(told.values_list("recipient_email", flat=True)) == dict.fromkeys(everybody, times)
        number = Offer.objects.get(application=stay.application).letter.number
        with translation.override("ja"):
            body = told.filter(recipient_email=side.fellow.email).first().body_text
            assert all(long_date(day) in body for day in (*days.values(), first, last))
            assert number in body
    assert "Flight" in told.first().body_text


def test_a_letter_with_the_new_days_replaces_the_one_that_promised_others(world):
    side = world.south  # the letter is in English
    stay = promised(side, first=0, last=59)
    offer = Offer.objects.get(application=stay.application)
    old = offer.letter
    days = {"start_on": stay.start_on + 7 * DAY, "end_on": stay.end_on + 7 * DAY}
    stays.move_dates(stay=stay, reason="Flight", actor=side.manager, now=world.now, **days)
    offer.refresh_from_db()
    old = Letter.objects.get(pk=old.pk)
    assert old.is_superseded
    assert offer.letter.supersedes == old
    assert {"start_on": offer.start_on, "end_on": offer.end_on} == days
    assert offer.letter.context["start_on"] == plain_date(days["start_on"])
    text = " ".join("".join(page.extract_text() for page in PdfReader(offer.letter.file.file).pages).split())
    assert f"replaces {old.number}" in text
    assert "accept or decline" not in text


def stopped(side, act: str, today: dt.date) -> str:
    """The kind of mail that tells of an act."""
    if act == "rescind":
        stay = journeys.stay_before_arrival(side)
        offer = Offer.objects.get(application=stay.application)
        offers.rescind(offer=offer, reason="SECRET", actor=side.alliance_admin, today=today)
        return "stay_stopped"
    if act == "cancel":
        stays.cancel(stay=side.stay("pre_arrival"), reason="Family", actor=side.home_office, today=today)
        return "stay_stopped"
    if act == "no_show":
        stay = side.stay("pre_arrival", start_on=today - 3 * DAY)
        stays.mark_no_show(stay=stay, reason="No answer", actor=side.host_researcher, today=today)
        return "stay_stopped"
    stay = side.stay("active", start_on=today - 9 * DAY, end_on=today + 9 * DAY)
    if act == "shorten":
        stays.curtail(stay=stay, new_end=today, reason="Family", actor=side.home_office, today=today)
        return "stay_shortened"
    stays.suspend(stay=stay, reason="SECRET", actor=side.export_officer)
    if act == "resume":
        stays.resume(stay=stay, reason="SECRET", actor=side.export_officer)
        return "stay_resumed"
    return "stay_suspended"


@pytest.mark.parametrize("act", ["cancel", "no_show", "shorten", "suspend", "resume", "rescind"])
def test_the_host_is_told_when_a_stay_stops_changes_or_goes_on(world, act):
    side = world.north
    told = OutboxMessage.objects.filter(kind=stopped(side, act, world.today))
    everybody = {user.email for user in (side.fellow, side.host_researcher, side.manager, side.home_office)}
    if act == "rescind":
        everybody -= {side.fellow.email}  # who gets the mail about the offer
    assert Counter(told.values_list("recipient_email", flat=True)) == dict.fromkeys(everybody, 1)
    assert "/admin/" not in told.get(recipient_email=side.host_researcher.email).context["action_url"]
    assert not any("SECRET" in mail.body_text for mail in OutboxMessage.objects.all())


# -- leaving and reporting ---------------------------------------------------------------------------------------------
def test_the_exit_phase_opens_thirty_days_ahead_and_leaving_waits_for_the_exit_check(world):
    side = world.north
    stay = journeys.arrived(side)
    stays.finish_arrival(stay=stay, actor=side.visa_officer, today=stay.start_on)
    assert stays.enter_exit(today=stay.end_on - 31 * DAY) == 0
    assert stays.enter_exit(today=stay.end_on - 30 * DAY) == 1
    assert stays.enter_exit(today=stay.end_on) == 0
    stay.refresh_from_db()
    leave = {"stay": stay, "actor": side.host_researcher, "today": stay.end_on}
    with pytest.raises(StepError, match="JI22"):
        stays.confirm_departure(departed_on=stay.end_on, **leave)
    with pytest.raises(StepError, match="before the day of arrival"):
        stays.confirm_departure(departed_on=stay.arrived_on - DAY, **leave)
    journeys.tick_off(side, stay, item_code="JI22")
    row = stays.confirm_departure(departed_on=stay.end_on, **leave)
    assert (row.state, row.report_due_on) == ("departed", stay.end_on + 30 * DAY)
    assert stays.ask_reports(today=stay.end_on) == 0
    assert stays.ask_reports(today=stay.end_on + DAY) == 1


def test_a_report_is_written_by_the_fellow_returned_and_accepted(world):
    side, now = world.north, world.now
    stay = journeys.report_due(side)
    with pytest.raises(StepError, match="write the report"):
        stays.submit_report(stay=stay, actor=side.fellow, now=now)
    with pytest.raises(PermissionDenied):
        stays.save_report(stay=stay, values={"body": "x"}, actor=side.manager)
    with pytest.raises(ValidationError):
        stays.save_report(stay=stay, values={"state": "accepted"}, actor=side.fellow)
    stays.save_report(stay=stay, values={"body": "What we did."}, actor=side.fellow)
    with pytest.raises(StepError, match="summary"):
        stays.submit_report(stay=stay, actor=side.fellow, now=now)
    stays.save_report(stay=stay, values={"summary_ja": "検出器を作りました。"}, actor=side.fellow)
    stays.submit_report(stay=stay, actor=side.fellow, now=now)
    with pytest.raises(StepError, match="handed in"):
        stays.save_report(stay=stay, values={"body": "later"}, actor=side.fellow)
    stays.return_report(stay=stay, reason="Add the dates", actor=side.manager)
    stay = Stay.objects.get(pk=stay.pk)
    with pytest.raises(StepError, match="no report"):
        stays.accept_report(stay=stay, actor=side.manager, now=now)
    stays.submit_report(stay=stay, actor=side.fellow, now=now)
    with pytest.raises(PermissionDenied):
        stays.accept_report(stay=stay, actor=side.fellow, now=now)
    journeys.tick_off(side, stay, item_code="JI25")
    row = stays.accept_report(stay=stay, actor=side.manager, now=now)
    assert (row.state, row.report.state, row.certificate.kind) == ("closed", "accepted", "certificate")
    with pytest.raises((IllegalTransition, StepError)):
        stays.accept_report(stay=stay, actor=side.manager, now=now)


@pytest.mark.parametrize(
    ("item", "blocking"), [("JI25", False), ("UI21", False), ("UI15", True)], ids=["settlement", "from US", "blocking"]
)
def test_a_stay_closes_only_when_the_settlement_and_all_that_blocks_is_done(world, item, blocking):
    side = world.north
    stay = side.stay("report_due", start_on=world.today - 99 * DAY, end_on=world.today - 9 * DAY)
    StayReport.objects.create(stay=stay, state="submitted", submitted_at=world.now)
    line = {"stay": stay, "sort_order": 1, "anchor": "end", "offset": 14, "offset_unit": "days", "due_on": world.today}
    StayTask.objects.create(item_code="JI24", text_en="Keys", owner_role="host_researcher", **line)
    task = StayTask.objects.create(
        item_code=item, text_en="Receipts", owner_role="payer_office", organisation=side.host, blocking=blocking, **line
    )
    accept = {"stay": stay, "actor": side.manager, "now": world.now}
    with pytest.raises(StepError, match="Receipts"):
        stays.accept_report(**accept)
    stay.refresh_from_db()
    assert (stay.state, stay.report.state) == ("report_due", "submitted")
    stays.waive_task(task=task, reason="Paid by the home institution", actor=side.manager, today=world.today)
    assert stays.accept_report(**accept).state == "closed"


def test_an_outcome_is_tied_to_the_stay_once_per_doi(world):
    side = world.north
    stay = side.stay("closed")
    link = {"stay": stay, "actor": side.fellow, "title": "Cold detectors", "doi": "https://doi.org/10.1000/ABC"}
    outcome = stays.link_outcome(**link)
    assert (outcome.doi, outcome.state, outcome.alliance) == ("10.1000/abc", "evidence", side.alliance)
    assert set(outcome.people.all()) == {side.fellow.person, side.host_researcher.person}
    with pytest.raises(ValidationError):
        stays.link_outcome(**link)
    with pytest.raises(PermissionDenied):
        stays.link_outcome(**{**link, "actor": side.stranger, "doi": ""})
    assert Outcome.objects.count() == 1
