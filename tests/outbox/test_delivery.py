"""Claim, mark, send, settle: against a real mail server."""

import datetime as dt
import uuid

import pytest
from django.core.mail import get_connection
from django.db import IntegrityError, connection, transaction

from portal.core.models.audit import AppendOnlyError
from portal.outbox import delivery, rechecks
from portal.outbox.models import DeliveryAttempt, OutboxMessage, State
from tests.outbox.conftest import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(minutes=10)
MINUTE = dt.timedelta(minutes=1)


def state_of(mail):
    mail.refresh_from_db()
    return mail.state


def test_a_due_mail_reaches_the_server_once(sink, a_mail):
    mail = a_mail("ada@example.org", name="エイダ Lovelace")
    assert delivery.deliver(now=LATER) == {"sent": 1}
    assert delivery.deliver(now=LATER + MINUTE) == {}
    (received,) = sink.mails
    assert received["Message-ID"] == mail.message_id
    assert str(received["To"]) == "エイダ Lovelace <ada@example.org>"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received.get_body(("plain",)).get_content().startswith("Hello.")
    assert received.get_body(("html",)).get_content_type() == "text/html"
    assert (state_of(mail), mail.sent_at, mail.attempts, mail.settled_by) == (State.SENT, LATER, 1, "worker")
    assert [(each.number, each.outcome, each.smtp_code) for each in mail.tries.all()] == [(1, "sent", 250)]


def test_nothing_leaves_before_its_time(sink, a_mail):
    mail = a_mail(next_try_at=LATER + MINUTE)
    assert delivery.deliver(now=LATER) == {}
    assert state_of(mail) == State.QUEUED and sink.mails == []


def test_one_connection_carries_a_whole_run(sink, a_mail):
    for number in range(delivery.BATCH + 5):
        a_mail(f"reader{number}@example.org")
    assert delivery.deliver(now=LATER) == {"sent": delivery.BATCH + 5}
    assert sink.connections == 1


def test_a_claim_is_never_larger_than_a_batch(a_mail):
    for _number in range(5):
        a_mail()
    assert len(delivery.claim(now=LATER, size=3)) == 3
    assert len(delivery.claim(now=LATER, size=3)) == 2
    assert delivery.claim(now=LATER, size=3) == []


@pytest.mark.parametrize("answer", ["421 busy", "450 try later", "452 full"])
def test_a_temporary_refusal_waits_and_tries_again(sink, a_mail, answer):
    mail = a_mail("ada@example.org")
    sink.answers["ada@example.org"] = answer
    assert delivery.deliver(now=LATER) == {"queued": 1}
    assert state_of(mail) == State.QUEUED and mail.last_code == int(answer[:3])
    assert LATER + MINUTE <= mail.next_try_at <= LATER + 3 * MINUTE
    sink.answers.clear()
    assert delivery.deliver(now=mail.next_try_at) == {"sent": 1}


def test_a_mail_is_given_up_after_eight_tries(sink, a_mail):
    mail = a_mail("ada@example.org")
    sink.answers["ada@example.org"] = "450 try later"
    for _number in range(delivery.MAX_ATTEMPTS):
        assert state_of(mail) == State.QUEUED
        delivery.deliver(now=mail.next_try_at)
    assert (state_of(mail), mail.attempts, mail.tries.count()) == (State.FAILED, 8, 8)


def test_a_final_refusal_is_final_at_once_and_concerns_nobody_else(sink, a_mail):
    bad, good = a_mail("gone@example.org"), a_mail("ada@example.org")
    sink.answers["gone@example.org"] = "550 no such reader"
    assert delivery.deliver(now=LATER) == {"failed": 1, "sent": 1}
    assert (state_of(bad), bad.last_code, bad.attempts) == (State.FAILED, 550, 1)
    assert "no such reader" in bad.last_error
    assert state_of(good) == State.SENT


def test_an_unreachable_server_costs_no_tries(no_mail_server, a_mail):
    mails = [a_mail(), a_mail()]
    assert delivery.deliver(now=LATER) == {"waiting": 1}
    assert [(state_of(mail), mail.attempts) for mail in mails] == [(State.QUEUED, 0)] * 2
    assert mails[0].next_try_at == LATER + MINUTE and mails[0].last_error


def test_a_server_that_hangs_up_between_two_mails_is_called_again(sink, a_mail):
    a_mail(), a_mail()
    line = get_connection()
    first, second = delivery.claim(now=LATER)
    delivery.send_batch([first], line, lambda: LATER)
    line.connection.sock.close()
    line.connection.close()
    assert delivery.send_batch([second], line, lambda: LATER) == {"sent": 1}
    assert sink.connections == 2


def test_a_letter_whose_answer_got_lost_waits_for_a_person(sink, a_mail):
    mail = a_mail(klass="letter")
    sink.hangs_up_after = 1
    assert delivery.deliver(now=LATER) == {"uncertain": 1}
    assert delivery.deliver(now=LATER + 60 * MINUTE) == {}
    assert state_of(mail) == State.UNCERTAIN and len(sink.mails) == 1
    assert list(OutboxMessage.objects.waiting_for_a_person()) == [mail]


def test_a_reminder_whose_answer_got_lost_is_sent_once_more_under_the_same_id(sink, a_mail):
    mail = a_mail(klass="reminder")
    sink.hangs_up_after = 1
    assert delivery.deliver(now=LATER) == {"queued": 1}
    assert delivery.deliver(now=LATER + 2 * MINUTE) == {"uncertain": 1}
    assert delivery.deliver(now=LATER + 60 * MINUTE) == {}
    assert sink.message_ids == [mail.message_id] * 2


def test_a_mail_that_cannot_be_written_fails_alone(sink, a_mail):
    bad, good = a_mail(), a_mail()
    OutboxMessage.objects.filter(pk=bad.pk).update(subject="two\nlines")
    assert delivery.deliver(now=LATER) == {"failed": 1, "sent": 1}
    assert state_of(bad) == State.FAILED and state_of(good) == State.SENT


def test_a_claim_whose_owner_died_before_sending_is_free_again_after_the_lease(sink, a_mail):
    mail = a_mail()
    delivery.claim(now=LATER)
    assert delivery.deliver(now=LATER + MINUTE) == {}
    assert delivery.deliver(now=LATER + 3 * MINUTE) == {"sent": 1}
    assert state_of(mail) == State.SENT and mail.attempts == 1


def test_whoever_lost_the_claim_neither_sends_nor_settles(sink, a_mail):
    a_mail()
    (slow,) = delivery.claim(now=LATER)
    delivery.reap(now=LATER + 3 * MINUTE)
    (fast,) = delivery.claim(now=LATER + 3 * MINUTE)
    line, clock = get_connection(), delivery.clock_from(LATER + 3 * MINUTE)
    tries: list = []
    assert delivery.send_one(slow, line, clock, tries) == "lost"
    assert delivery.send_one(fast, line, clock, tries) == "sent"
    assert delivery.settle(slow, "refused", code=550, text="late", now=LATER + 4 * MINUTE, tries=tries) == "lost"
    assert len(sink.mails) == len(tries) == 1 and state_of(fast) == State.SENT


def test_a_mail_that_is_not_true_any_more_is_withheld_with_the_reason(sink, a_mail):
    mail = a_mail(kind="trial-recheck")
    rechecks.register("trial-recheck", lambda message, now: "done meanwhile")
    try:
        assert delivery.deliver(now=LATER) == {"withheld": 1}
    finally:
        del rechecks._rechecks["trial-recheck"]
    assert (state_of(mail), mail.last_error, mail.settled_by, mail.attempts) == (
        State.WITHHELD,
        "done meanwhile",
        "recheck",
        0,
    )
    assert sink.mails == []


def test_a_recheck_that_breaks_holds_up_nobody_else_and_gives_up(sink, a_mail):
    def broken(message, now):
        raise RuntimeError("no such column")

    bad, good = a_mail(kind="trial-broken"), a_mail()
    rechecks.register("trial-broken", broken)
    try:
        assert delivery.deliver(now=LATER) == {"queued": 1, "sent": 1}
        for _number in range(delivery.MAX_ATTEMPTS - 1):
            bad.refresh_from_db()
            delivery.deliver(now=bad.next_try_at)
    finally:
        del rechecks._rechecks["trial-broken"]
    assert state_of(bad) == State.FAILED and "no such column" in bad.last_error and state_of(good) == State.SENT


def test_sign_in_codes_are_forgotten_once_they_are_sent(sink, a_mail):
    mail = a_mail(klass="security")
    delivery.deliver(now=LATER)
    assert state_of(mail) == State.SENT and mail.body_text == mail.body_html == ""
    assert "Hello." in sink.mails[0].get_body(("plain",)).get_content()


def test_the_next_try_moves_away_and_never_further_than_an_hour_and_a_half():
    waits = [delivery.backoff(attempts) for attempts in range(12)]
    assert all(MINUTE / 2 <= wait <= 90 * MINUTE for wait in waits)
    assert waits[0] < waits[-1]


def test_the_lag_is_the_age_of_the_longest_waiting_mail(a_mail):
    assert OutboxMessage.objects.lag(NOON) == dt.timedelta(0)
    a_mail(next_try_at=NOON), a_mail(next_try_at=NOON + 5 * MINUTE)
    assert OutboxMessage.objects.lag(LATER) == 10 * MINUTE


def test_attempts_are_never_changed(sink, a_mail):
    a_mail()
    delivery.deliver(now=LATER)
    attempt = DeliveryAttempt.objects.get()
    with pytest.raises(AppendOnlyError):
        attempt.save()
    with pytest.raises(AppendOnlyError):
        DeliveryAttempt.objects.update(outcome="refused")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"klass": "gossip"},
        {"state": "sent"},
        {"state": "claimed"},
        {"claim_token": uuid.uuid4()},
        {"sent_at": NOON},
    ],
)
def test_the_table_refuses_rows_that_make_no_sense(a_mail, changes):
    mail = a_mail()
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.filter(pk=mail.pk).update(**changes)


def test_the_clock_is_an_aware_instant_and_goes_on():
    clock = delivery.clock_from()
    first = clock()
    assert abs(first - dt.datetime.now(dt.UTC)) < MINUTE
    assert first < clock() < first + MINUTE


def test_a_whole_run_costs_a_constant_number_of_queries_per_mail(sink, a_mail, django_assert_max_num_queries):
    for _number in range(10):
        a_mail()
    # Claim 4 (with its savepoint) and reap 3; per mail: mark, and settle with its attempt in a savepoint.
    with django_assert_max_num_queries(12 + 10 * 5, connection=connection):
        delivery.deliver(now=LATER)
