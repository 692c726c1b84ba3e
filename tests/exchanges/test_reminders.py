"""Each rule speaks of an open step to the right people, and falls silent when the step is done."""

import datetime as dt

import pytest
from django.utils import timezone

from exchanges.models import Application, Stay
from exchanges.services import approvals, offers, stays
from portal.accounts.services import give_consents
from portal.outbox.models import OutboxMessage
from portal.reminders.models import ReminderRule
from portal.reminders.planning import plan_rule
from portal.reminders.registry import provider_of, running_codes
from tests.factories import CallFactory, OrganisationFactory, ScreeningFactory, journeys

DAY = dt.timedelta(days=1)


def readers(code: str, now: dt.datetime) -> set[str]:
    """Addresses the rule names now, without escalation."""
    return {reader.email for due in provider_of(code)(now=now) for reader in due.recipients}


def superiors(code: str, now: dt.datetime) -> set[str]:
    return {reader.email for due in provider_of(code)(now=now) for reader in due.escalate_to}


def test_rules_run_whose_records_exist():
    ours = {
        "N03", "N04", "N05", "N06", "N07", "N08", "N09", "N10", "N11", "N12", "N14", "N16", "N17", "N18", "N19", "N20",
        "N21", "N22", "N23", "N25", "N26", "N27", "N29", "N01", "N02",
    }  # fmt: skip
    assert ours <= set(running_codes())


def test_a_draft_is_remembered_until_its_call_closes(world):
    draft = world.north.application("draft", created_at=timezone.now())
    closes = draft.call.closes_at
    assert readers("N04", closes - 3 * DAY) == {world.north.fellow.email}
    assert readers("N04", closes + DAY) == set()
    draft.state = Application.State.SUBMITTED
    draft.save()
    assert readers("N04", closes - 3 * DAY) == set()


def test_a_call_until_capacity_says_how_many_places_are_left(world):
    call = CallFactory(
        programme=world.north.programme, intake_mode="until_capacity", closes_on=None, closes_time=None, places=2
    )
    world.north.application("selected", call=call, decided_on=world.today)
    (due,) = provider_of("N05")(now=timezone.now())
    assert due.context["n"] == 1
    assert {reader.email for reader in due.recipients} == {world.north.manager.email}
    world.north.application("selected", call=call, decided_on=world.today)
    triggers = {due.trigger for due in provider_of("N05")(now=timezone.now())}
    assert triggers == {"", "capacity"}


def test_a_returned_application_counts_from_the_day_it_went_back(world):
    until = world.today + 14 * DAY
    world.north.application("returned", returned_until=until, returned_items="CV")
    (due,) = provider_of("N06")(now=timezone.now())
    assert (due.anchor, due.deadline) == (world.today, until)
    assert superiors("N06", timezone.now()) == {world.north.home_office.email}


def test_signatures_are_asked_again_with_a_link_that_works(world):
    application = journeys.at_both_sides(world.north)
    now = timezone.now()
    assert readers("N07", now) == {world.north.supervisor.email, world.north.home_office.email}
    assert readers("N08", now) == {world.north.host_researcher.email, world.north.host_head.email}
    supervisor = application.approvals.get(part="home_supervisor")
    (due,) = [due for due in provider_of("N07")(now=now) if due.subject == supervisor]
    token = due.action_url.rstrip("/").rsplit("/", 1)[-1]
    assert approvals.behind_link(token=token, now=now) == supervisor
    approvals.decide(approval=supervisor, decision="approved", token_holder_name="Sam", now=now)
    assert readers("N07", now) == {world.north.home_office.email}


def test_a_screening_says_how_many_working_days_it_waits(world):
    monday = dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC)
    ScreeningFactory(
        application=world.south.application("export_precheck"),
        organisation=world.south.host,
        state="submitted",
        submitted_at=monday,
    )
    (due,) = provider_of("N09")(now=monday + 7 * DAY)
    assert due.context["n"] == 5
    assert {reader.email for reader in due.recipients} == {world.south.export_officer.email}
    assert {reader.email for reader in due.escalate_to} == {world.south.export_approver.email}


def test_reviewers_and_applicants_are_reminded_until_they_answer(world):
    north, now = world.north, timezone.now()
    review = north.review(north.application("under_review"))
    assert readers("N10", now) == {north.reviewer.email}
    review.state = "submitted"
    review.save()
    assert readers("N10", now) == set()
    offer = north.offer(north.application("selected"), "sent")
    assert readers("N11", now) == {north.fellow.email}
    offers.decline(offer=offer, actor=north.fellow, now=now)
    assert readers("N11", now) == set()


def test_a_stay_speaks_of_its_steps_in_turn(world):
    side = world.south  # into the United States
    stay = journeys.stay_before_arrival(side)
    now = timezone.now()
    assert readers("N14", now) == {side.fellow.email, side.visa_officer.email}
    assert readers("N12", now) == set()
    assert readers("N17", now) == {side.fellow.email}
    (due,) = provider_of("N17")(now=now)
    assert "UI13" not in due.context["list"]()
    journeys.tick_off(side, stay, anchor="start", blocking=True)
    assert readers("N17", now) == set()
    start = dt.datetime.combine(stay.start_on, dt.time(3), tzinfo=dt.UTC)
    assert readers("N18", start) == {side.host_researcher.email}
    stays.confirm_arrival(stay=stay, arrived_on=stay.start_on, actor=side.host_researcher, today=stay.start_on)
    assert readers("N18", start) == set()
    assert readers("N20", start) == {side.fellow.email, side.visa_officer.email}
    assert readers("N19", start) == set()
    end = dt.datetime.combine(stay.end_on, dt.time(3), tzinfo=dt.UTC)
    assert readers("N25", end - 30 * DAY) == {side.host_researcher.email, side.fellow.email}
    assert readers("N26", end - 30 * DAY) == {side.host_researcher.email, side.export_officer.email}


def test_the_last_steps_into_japan(world):
    side = world.north
    long = {"end_requested": world.today + 300 * DAY, "start_requested": world.today + 120 * DAY}
    stay = journeys.stay_before_arrival(side, **long)
    now = timezone.now()
    assert readers("N12", now) == {side.fellow.email, side.visa_officer.email}
    assert superiors("N12", now) == {side.home_office.email}
    journeys.tick_off(side, stay, anchor="start", blocking=True)
    stays.confirm_arrival(stay=stay, arrived_on=stay.start_on, actor=side.host_researcher, today=stay.start_on)
    arrival = dt.datetime.combine(stay.start_on, dt.time(3), tzinfo=dt.UTC)
    assert readers("N19", arrival) == {side.fellow.email}


def test_the_report_is_asked_for_until_it_is_in_and_alumni_only_with_consent(world):
    side = world.north
    stay = journeys.report_due(side)
    later = dt.datetime.combine(stay.departed_on, dt.time(3), tzinfo=dt.UTC) + 14 * DAY
    assert readers("N27", later) == {side.fellow.email}
    stays.save_report(stay=stay, values={"body": "All.", "summary_ja": "要約"}, actor=side.fellow)
    stays.submit_report(stay=stay, actor=side.fellow, now=timezone.now())
    assert readers("N27", later) == set()
    journeys.tick_off(side, stay, item_code__in=stays.SETTLEMENT)
    stays.accept_report(stay=stay, actor=side.manager, now=timezone.now())
    assert readers("N29", later) == set()
    give_consents(person=side.fellow.person, codes={"alumni"}, language="en", actor=side.fellow)
    assert readers("N29", later) == {side.fellow.email}


def test_only_stays_at_kek_hear_of_the_dormitory_and_the_first_of_april(world):
    side, now = world.north, timezone.now()
    stay = journeys.stay_before_arrival(side)
    assert readers("N16", now) == set()
    assert readers("N21", now) == set()
    kek = OrganisationFactory(code="kek", name_en="KEK")
    first = dt.date(now.year + 1, 4, 1)
    Stay.objects.filter(pk=stay.pk).update(host_organisation=kek, start_on=first - 10 * DAY, end_on=first + 10 * DAY)
    assert readers("N16", now) == {side.fellow.email}
    assert readers("N21", now) == {side.fellow.email, side.host_researcher.email}


def test_six_months_in_japan_and_the_end_of_a_decision_reach_the_export_office(world):
    side, today = world.north, world.today
    application = side.application("selected")
    stay = side.stay("active", application=application, start_on=today, arrived_on=today, end_on=today + 300 * DAY)
    screening = ScreeningFactory(
        application=application, organisation=side.host, state="cleared", valid_until=today + 200 * DAY
    )
    now = timezone.now()
    assert readers("N22", now) == {side.export_officer.email, side.host_researcher.email}
    assert readers("N23", now) == {side.export_officer.email}
    (due,) = provider_of("N22")(now=now, pk=str(screening.pk))
    assert (due.anchor.month - today.month) % 12 == 6
    Stay.objects.filter(pk=stay.pk).update(end_on=today + 90 * DAY)
    assert readers("N22", now) == readers("N23", now) == set()


@pytest.mark.parametrize("code", ["N04", "N11"])
def test_a_rule_becomes_mails_in_the_readers_language_once(world, code):
    side = world.north
    if code == "N04":
        draft = side.application("draft")
        Application.objects.filter(pk=draft.pk).update(created_at=world.now - 90 * DAY)
        now = draft.call.closes_at - dt.timedelta(hours=24)
    else:
        offer = side.offer(side.application("selected"), "sent", sent_at=world.now - 90 * DAY)
        now = offer.answer_by - 2 * DAY
    rule = ReminderRule.objects.get(code=code)
    plan_rule(rule, now=now)
    plan_rule(rule, now=now)
    mails = OutboxMessage.objects.filter(kind="reminder", recipient_email=side.fellow.email)
    assert len({mail.dedupe_key for mail in mails}) == mails.count() >= 1
    assert {mail.language for mail in mails} == {"ja"}
    assert all(
        not mail.dedupe_key.startswith(f"{code}:") or "：" in mail.subject or "を" in mail.subject for mail in mails
    )
