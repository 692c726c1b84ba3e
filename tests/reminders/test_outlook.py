"""The next seven days at the desk: rows and plans, what is held back and why, one reminder decided before its time."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exchanges.models import Offer
from portal.outbox.models import OutboxMessage, State
from portal.outbox.services import queue, withhold
from portal.reminders import planning
from portal.reminders.models import ReminderRule
from portal.reminders.outlook import outlook
from tests.desk import sign_in
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
WEEK = reverse("admin:reminders_outlook")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def as_user(client, settings):
    return lambda user: sign_in(client, user, settings)


def planned_for(side, now, user=None):
    return [one for one in outlook(user or side.manager, now=now).coming if one.message is None]


def open_offer(side, now, **fields):
    """An offer that waits for its answer; its reader is reminded two days before, within the week."""
    application = side.application("selected", applicant=fields.pop("applicant", side.fellow.person))
    sent = {"sent_at": now - dt.timedelta(days=20), "answer_by": now + dt.timedelta(days=6)}
    return side.offer(application, "sent", **{**sent, **fields})


def test_reminders_of_the_week_stand_there_without_being_written(world, now):
    open_offer(world.north, now)
    before = OutboxMessage.objects.count()
    planned = planned_for(world.north, now)
    assert planned and all(now <= one.at <= now + dt.timedelta(days=7) for one in planned)
    assert OutboxMessage.objects.count() == before


def test_what_the_outlook_says_is_what_the_plan_writes_later(world, now):
    open_offer(world.north, now)
    (one, *_more) = planned_for(world.north, now)
    planning.plan(now=one.at - dt.timedelta(hours=1))
    assert OutboxMessage.objects.get(dedupe_key=one.key).subject == one.subject


def test_a_reminder_in_the_outbox_is_shown_once(world, now):
    open_offer(world.north, now)
    keys = {one.key for one in planned_for(world.north, now)}
    planning.plan(now=now + dt.timedelta(days=5))
    coming = outlook(world.north.manager, now=now).coming
    shown = [one.message.dedupe_key if one.message else one.key for one in coming]
    assert len(shown) == len(set(shown)) and keys & set(shown)


def test_the_other_alliance_sees_nothing_of_it(world, now, as_user):
    open_offer(world.north, now)
    assert planned_for(world.south, now) == []
    (one, *_more) = planned_for(world.north, now)
    assert as_user(world.south.manager).get(reverse("admin:reminders_planned", args=[one.key])).status_code == 404
    assert as_user(world.north.manager).get(reverse("admin:reminders_planned", args=[one.key])).status_code == 200


def test_offices_without_mails_have_no_outlook(world, as_user):
    for user in (world.north.export_officer, world.north.signatory):
        assert as_user(user).get(WEEK).status_code == 404


def test_a_planned_reminder_is_sent_now_and_nothing_withdraws_it(world, now, as_user):
    open_offer(world.north, now)
    (one, *_more) = planned_for(world.north, now)
    as_user(world.north.manager).post(reverse("admin:reminders_planned", args=[one.key]), {"send": ""})
    row = OutboxMessage.objects.get(dedupe_key=one.key)
    assert row.state == State.QUEUED and row.next_try_at <= timezone.now()
    planning.plan(now=now)
    row.refresh_from_db()
    assert row.state == State.QUEUED and planning.objection(row, timezone.now()) == ""


def test_a_planned_reminder_is_withheld_with_a_reason_and_the_plan_leaves_it(world, now, as_user):
    open_offer(world.north, now)
    (one, *_more) = planned_for(world.north, now)
    client, address = as_user(world.north.manager), reverse("admin:reminders_planned", args=[one.key])
    assert client.post(address, {"withhold": "", "reason": ""}).status_code == 422
    assert client.post(address, {"reason": ""}).status_code == 422  # no button: nothing leaves unasked
    client.post(address, {"withhold": "", "reason": "She is at the dentist"})
    planning.plan(now=now + dt.timedelta(days=6))
    assert OutboxMessage.objects.get(dedupe_key=one.key).state == State.WITHHELD
    (held,) = [row for row in outlook(world.north.manager, now=now).held if row.message]
    assert held.why == "She is at the dentist"
    history = client.get(reverse("admin:outbox_outboxmessage_history", args=[held.message.pk])).content.decode()
    assert "She is at the dentist" in history  # the trail of a mail belongs to its desk


def test_the_home_office_reads_but_does_not_decide(world, now, as_user):
    open_offer(world.north, now)
    (one, *_more) = planned_for(world.north, now)
    client, address = as_user(world.north.home_office), reverse("admin:reminders_planned", args=[one.key])
    assert client.post(address, {"send": ""}).status_code == 404
    assert not OutboxMessage.objects.filter(dedupe_key=one.key).exists()


def test_a_rule_that_is_switched_off_is_a_reason(world, now):
    open_offer(world.north, now)
    codes = {one.rule for one in planned_for(world.north, now)}
    ReminderRule.objects.filter(code__in=codes).update(is_active=False)
    found = outlook(world.north.manager, now=now)
    assert not found.coming and found.held
    assert {held.why for held in found.held} == {"The reminder rule is switched off."}


def test_a_step_that_is_done_is_a_reason(world, now):
    offer = open_offer(world.north, now)
    planning.plan(now=now + dt.timedelta(days=4))
    Offer.objects.filter(pk=offer.pk).update(state="accepted")
    planning.plan(now=now + dt.timedelta(days=4))
    held = outlook(world.north.manager, now=now).held
    assert held and {one.why for one in held} == {planning.NOT_TRUE_ANY_MORE}


def test_a_withheld_letter_is_among_what_is_held_back(world, now):
    side = world.north
    mail = queue(
        kind="reminder", to=side.fellow.as_recipient(), organisation=side.host,
        context={
            "line": "L", "other_lines": [], "what": "w", "when": "x", "is_escalation": False, "reminded": "",
            "sender": "", "action_url": "/desk/", "code": "X", "step": "",
        },
    )  # fmt: skip
    withhold(message=mail, actor=side.manager, reason="Not now")
    assert [one.why for one in outlook(side.manager, now=now).held] == ["Not now"]


def test_the_page_shows_both_zones_and_asks_the_same_for_one_open_step_and_for_many(world, now, as_user):
    open_offer(world.north, now)
    client = as_user(world.north.manager)
    client.get(WEEK)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(WEEK).status_code == 200
        return len(queries)

    one = cost()
    for _n in range(3):
        open_offer(world.north, now, applicant=PersonFactory())
    assert cost() == one  # each kind of record is asked for once, and who sits at which desk once for all of them
    text = client.get(WEEK).content.decode()
    assert "UTC+09:00" in text and ("UTC-06:00" in text or "UTC-05:00" in text)


def test_the_week_is_asked_for_in_few_queries(world, now, as_user, django_assert_max_num_queries):
    open_offer(world.north, now)
    client = as_user(world.north.manager)
    client.get(WEEK)
    with django_assert_max_num_queries(36):
        client.get(WEEK)
