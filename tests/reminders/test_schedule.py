"""From offsets to the mails that are due."""

import datetime as dt

from portal.reminders.offsets import parse
from portal.reminders.schedule import Occurrence, applicable, escalation, occurrences, to_send

DAY = dt.timedelta(days=1)
ANCHOR = dt.date(2026, 6, 17)  # a Wednesday
UNTIL = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)


def steps(text, *, zone="UTC", until=UNTIL, anchor=ANCHOR):
    return [(found.step, found.at.date()) for found in occurrences(parse(text), anchor, zone, until=until)]


def test_occurrences_come_in_time_order_whatever_the_order_written():
    assert [step for step, _day in steps("+1d, -7d, 0d")] == ["-7d", "0d", "+1d"]


def test_what_lies_beyond_the_horizon_is_not_listed():
    assert steps("-7d, +30d", until=dt.datetime(2026, 6, 20, tzinfo=dt.UTC)) == [("-7d", dt.date(2026, 6, 10))]


def test_every_31_nights_counts_from_the_offset_before():
    until = dt.datetime(2026, 8, 1, tzinfo=dt.UTC)
    # 45 days before is Sunday 3 May: the first mail leaves on Friday 1 May, and the series counts from that mail.
    assert steps("-45d; then every 31 nights", until=until) == [
        ("-45d", dt.date(2026, 5, 1)),
        ("every 31d ×1", dt.date(2026, 6, 1)),
        ("every 31d ×2", dt.date(2026, 7, 2)),
    ]


def test_monthly_counts_from_the_date_and_is_quiet_before_it():
    until = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    assert steps("monthly", until=until) == [
        ("every 1m ×1", dt.date(2026, 7, 17)),
        ("every 1m ×2", dt.date(2026, 8, 17)),
    ]
    assert steps("monthly", anchor=dt.date(2027, 6, 17), until=until) == []


def test_offsets_of_another_date_or_variant_of_the_subject_are_left_out():
    offsets = parse("-90d (long), -30d (short); departure +7d")
    assert [str(each) for each in applicable(offsets, trigger="", variant="short")] == ["-30d (short)"]
    assert [str(each) for each in applicable(offsets, trigger="departure", variant="")] == ["departure +7d"]


def test_the_escalation_follows_on_the_working_day_after_the_last_offset():
    # -2d is Monday 15 June; then Tuesday.
    assert escalation(parse("-7d, -2d"), ANCHOR, "UTC").at == dt.datetime(2026, 6, 16, 9, tzinfo=dt.UTC)
    # +2d is Friday 19 June; then Monday.
    assert escalation(parse("+2d"), ANCHOR, "UTC").at == dt.datetime(2026, 6, 22, 9, tzinfo=dt.UTC)


def test_a_rule_that_repeats_without_end_never_escalates():
    assert escalation(parse("monthly"), ANCHOR, "UTC") is None
    assert escalation((), ANCHOR, "UTC") is None


def test_after_downtime_one_mail_is_sent_not_seven():
    now = dt.datetime(2026, 6, 17, tzinfo=dt.UTC)
    found = [Occurrence(now - number * DAY, f"-{number}d") for number in range(7, 0, -1)] + [
        Occurrence(now + DAY, "+1d")
    ]
    assert [each.step for each in to_send(found, now=now, not_before=now - 30 * DAY)] == ["-1d", "+1d"]


def test_what_is_too_old_is_never_sent():
    now = dt.datetime(2026, 6, 17, tzinfo=dt.UTC)
    assert to_send([Occurrence(now - 20 * DAY, "-20d")], now=now, not_before=now - 14 * DAY) == []
