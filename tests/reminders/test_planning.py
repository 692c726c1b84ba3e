"""Rules become mails: each once, in time, in the reader's language, and no longer when the step is done."""

import datetime as dt

import pytest

from portal.outbox import delivery
from portal.outbox.models import OutboxMessage, State
from portal.outbox.rendering import MissingPlaceholder
from portal.outbox.services import Recipient, withhold
from portal.reminders.models import ReminderRule, Silence
from portal.reminders.planning import NOT_TRUE_ANY_MORE, SWITCHED_OFF, plan, plan_rule
from portal.reminders.services import switch_off, switch_on
from tests.reminders.conftest import ADA, ANCHOR, BOSS, NOW, TARO, a_rule, running

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
# Seven days before the anchor is the 17th at 09:00 in Tokyo; two days before it is the 22nd.
FIRST = dt.datetime(2026, 6, 17, 0, tzinfo=dt.UTC)
SECOND = dt.datetime(2026, 6, 22, 0, tzinfo=dt.UTC)
LAST = dt.datetime(2026, 6, 23, 0, tzinfo=dt.UTC)


def steps():
    return [(mail.context["step"], mail.recipient_email, mail.state) for mail in OutboxMessage.objects.order_by("pk")]


def test_a_reminder_is_planned_a_day_ahead_for_its_hour(open_step):
    assert plan(now=FIRST - 2 * DAY) == {"queued": 0, "revived": 0, "cancelled": 0}
    assert plan(now=FIRST - DAY / 2)["queued"] == 1
    mail = OutboxMessage.objects.get()
    assert (mail.not_before, mail.next_try_at, mail.klass) == (FIRST, FIRST, "reminder")
    assert (mail.about_text, mail.organisation) == (str(open_step.subjects[0]), open_step.fields["organisation"])


def test_planning_again_adds_nothing(open_step):
    for minutes in range(0, 60, 10):
        plan(now=NOW + dt.timedelta(minutes=minutes))
    assert steps() == [("-7d", ADA.email, State.QUEUED)]


def test_each_offset_comes_once_and_the_superior_last(open_step):
    open_step.fields["escalate_to"] = [BOSS]
    hour = FIRST - DAY
    while hour < LAST + 10 * DAY:
        plan(now=hour)
        hour += dt.timedelta(hours=6)
    assert [(step, who) for step, who, _state in steps()] == [
        ("-7d", ADA.email),
        ("-2d", ADA.email),
        ("escalation", BOSS.email),
    ]
    assert [mail.not_before for mail in OutboxMessage.objects.order_by("pk")] == [FIRST, SECOND, LAST]


def test_after_downtime_only_the_latest_step_is_sent(open_step):
    open_step.fields["escalate_to"] = [BOSS]
    plan(now=LAST + DAY)
    assert [(step, who) for step, who, _state in steps()] == [("-2d", ADA.email), ("escalation", BOSS.email)]


def test_what_was_planned_before_the_downtime_gives_way_to_the_later_step(open_step):
    plan(now=FIRST)
    plan(now=SECOND)
    assert steps() == [("-7d", ADA.email, State.CANCELLED), ("-2d", ADA.email, State.QUEUED)]


def test_long_past_dates_stay_silent(open_step):
    plan(now=LAST + 30 * DAY)
    assert steps() == []


def test_offsets_before_the_step_was_opened_stay_silent(open_step):
    open_step.fields["since"] = FIRST + DAY / 4
    plan(now=NOW)
    assert steps() == []


def test_a_step_that_is_done_strikes_its_planned_mails_and_brings_them_back_when_it_reopens(open_step):
    plan(now=FIRST - DAY / 2)
    subjects, open_step.subjects = open_step.subjects, []
    assert plan(now=FIRST - DAY / 4)["cancelled"] == 1
    assert OutboxMessage.objects.get().last_error == NOT_TRUE_ANY_MORE
    open_step.subjects = subjects
    assert plan(now=FIRST)["revived"] == 1
    assert steps() == [("-7d", ADA.email, State.QUEUED)]


def test_a_moved_date_cancels_the_old_mails_and_makes_new_ones(open_step):
    plan(now=FIRST - DAY / 2)
    open_step.fields["anchor"] = ANCHOR + DAY / 24
    plan(now=FIRST - DAY / 4)
    assert sorted(state for _step, _who, state in steps()) == [State.CANCELLED, State.QUEUED]


def test_what_a_person_withheld_stays_withheld(open_step, world):
    plan(now=FIRST - DAY / 2)
    withhold(message=OutboxMessage.objects.get(), actor=world.north.manager, reason="told her myself")
    assert plan(now=FIRST) == {"queued": 0, "revived": 0, "cancelled": 0}
    assert steps() == [("-7d", ADA.email, State.WITHHELD)]


def test_the_same_reader_twice_gets_one_mail(open_step):
    open_step.fields["recipients"] = [ADA, ADA]
    plan(now=NOW)
    assert len(steps()) == 1


def test_one_broken_rule_does_not_silence_the_others(open_step, caplog):
    a_rule(code="T00", subject_en="{unknown}")
    with running("T00", open_step):
        tally = plan(now=NOW)
    assert (tally["broken"], tally["queued"]) == (1, 1)
    assert OutboxMessage.objects.get().context["code"] == "T01"
    assert "T00 could not be planned" in caplog.text


# -- the words -------------------------------------------------------------------------------------------------------


def test_english_and_japanese_readers_get_their_own_words_and_zones(open_step):
    open_step.fields["recipients"] = [ADA, TARO]
    plan(now=NOW)
    english, japanese = OutboxMessage.objects.order_by("recipient_email")
    assert english.subject == "Answer by 24 June 2026 (Wed) 17:00 Tokyo time (UTC+09:00)"
    assert japanese.subject.startswith("2026年6月24日(") and japanese.subject.endswith("までに回答を")
    assert "17:00" in japanese.subject
    # The text has both clocks where they differ.
    assert "24 June 2026 (Wed) 03:00 Chicago time (UTC-05:00)" in english.body_text
    assert "Chicago" not in japanese.body_text
    for mail in (english, japanese):
        # The parties differ, so each sees the other one's line too.
        assert "までに回答を" in mail.body_text and "Answer by" in mail.body_text
        assert "/calls/1/" in mail.body_text
    assert "North host" in english.body_text and "北host" in japanese.body_text


def test_parties_of_one_language_are_not_bothered_with_the_other(open_step):
    plan(now=NOW)
    assert "までに回答を" not in OutboxMessage.objects.get().body_text


def test_the_escalation_says_who_was_reminded(open_step):
    open_step.fields["escalate_to"] = [BOSS]
    plan(now=LAST)
    mail = OutboxMessage.objects.get(recipient_email=BOSS.email)
    assert mail.subject.startswith("Still open: Answer by") and "Ada Lovelace" in mail.body_text


def test_placeholders_come_from_the_subject_and_lazily_in_the_readers_language(open_step, rule):
    from django.utils.translation import get_language

    rule.subject_en, rule.subject_ja = "{n} places left ({who})", "残り{n}名（{who}）"
    rule.save()
    open_step.fields |= {"recipients": [TARO], "context": {"n": 3, "who": get_language}}
    plan(now=NOW)
    assert OutboxMessage.objects.get().subject == "残り3名（ja）"


def test_a_placeholder_without_value_is_an_error(open_step, rule):
    rule.subject_en = "{n} places left"
    rule.save()
    with pytest.raises(MissingPlaceholder, match="“n”"):
        plan_rule(rule, now=NOW)


def test_a_deadline_other_than_the_anchor_is_the_one_shown(open_step, rule):
    rule.subject_en = "Completion is due on {date}"
    rule.save()
    open_step.fields["deadline"] = dt.date(2026, 7, 1)
    plan(now=NOW)
    assert OutboxMessage.objects.get().subject == "Completion is due on 1 July 2026 (Wed)"


# -- asked again before it leaves ------------------------------------------------------------------------------------


def send(now):
    delivery.deliver(now=now)
    return [state for _step, _who, state in steps()]


def test_a_reminder_that_still_holds_leaves_and_only_its_subject_was_asked_for(open_step):
    plan(now=NOW)
    assert send(NOW) == [State.SENT]
    assert open_step.asked_for == [None, str(open_step.subjects[0].pk)]


@pytest.mark.parametrize(
    "change",
    [
        {"anchor": ANCHOR + DAY},
        {"recipients": [TARO]},
        {"since": NOW},
    ],
)
def test_a_reminder_that_no_longer_holds_is_withheld(open_step, change):
    plan(now=NOW)
    open_step.fields |= change
    assert send(NOW) == [State.WITHHELD]
    assert OutboxMessage.objects.get().last_error == NOT_TRUE_ANY_MORE


def test_a_step_done_between_plan_and_delivery_sends_nothing(open_step):
    plan(now=NOW)
    open_step.subjects = []
    assert send(NOW) == [State.WITHHELD]


def test_a_reminder_of_a_rule_switched_off_is_withheld_even_if_it_was_due(open_step, rule):
    plan(now=NOW)
    ReminderRule.objects.update(is_active=False)
    assert send(NOW) == [State.WITHHELD]
    assert OutboxMessage.objects.get().last_error == SWITCHED_OFF


def test_an_earlier_step_gives_way_when_the_later_one_is_due(open_step):
    plan(now=FIRST)
    assert send(SECOND) == [State.WITHHELD]


def test_a_superior_reads_the_names_of_those_reminded_in_her_own_language(open_step):
    hanako = Recipient(
        "hanako@example.jp", "見本 花子", "ja", "Asia/Tokyo", names=(("en", "Hanako Mihon"), ("ja", "見本 花子"))
    )
    open_step.fields |= {"recipients": [hanako], "escalate_to": [BOSS]}
    plan(now=LAST)
    assert OutboxMessage.objects.get(recipient_email=BOSS.email).context["reminded"] == "Hanako Mihon"


# -- switching -------------------------------------------------------------------------------------------------------


def test_switching_a_rule_off_strikes_its_mails_and_on_brings_them_back(open_step, rule, world):
    plan(now=NOW)
    switch_off(rule=rule, organisation=world.north.host, actor=world.north.manager, reason="holiday")
    assert [state for *_rest, state in steps()] == [State.CANCELLED]
    plan(now=NOW)
    assert [state for *_rest, state in steps()] == [State.CANCELLED]
    switch_on(rule=rule, organisation=world.north.host, actor=world.north.manager)
    plan(now=NOW)
    assert [state for *_rest, state in steps()] == [State.QUEUED]


def test_who_switches_a_rule_off_silences_nobody_else(open_step, rule, world):
    plan(now=NOW)
    switch_off(rule=rule, organisation=world.south.host, actor=world.south.manager, reason="not for us")
    assert [state for *_rest, state in steps()] == [State.QUEUED]
    assert plan(now=NOW) == {"queued": 0, "revived": 0, "cancelled": 0}
    assert send(NOW) == [State.SENT]


def test_a_mail_that_was_brought_forward_is_withheld_when_its_desk_is_silent(open_step, rule, world):
    plan(now=NOW)
    Silence.objects.create(rule=rule, organisation=world.north.host)
    assert send(NOW) == [State.WITHHELD]
    assert OutboxMessage.objects.get().last_error == SWITCHED_OFF


def test_the_number_of_queries_does_not_grow_with_the_subjects(open_step, world, django_assert_max_num_queries):
    open_step.subjects = [world.north.call, world.south.call, *world.north.users.values(), *world.south.users.values()]
    with django_assert_max_num_queries(14):
        assert plan(now=NOW)["queued"] == len(open_step.subjects)
