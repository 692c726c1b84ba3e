"""Mails that carry a calendar entry, and mails that leave in turn."""

import datetime as dt
import threading
from collections import Counter
from dataclasses import replace

import pytest
import vobject
from django.db import IntegrityError, connection, connections
from django.urls import reverse

from portal.core.calendars import Entry, calendar_file, calendar_stream
from portal.outbox import delivery
from portal.outbox.models import DevMail, OutboxMessage, State
from portal.outbox.services import Draft, Recipient, queue, queue_many
from tests.outbox.conftest import NOON
from tests.outbox.test_services import WORDS

ADA = Recipient("ada@example.org", "Ada Lovelace", "en", "Europe/London")
LATER = NOON + dt.timedelta(minutes=10)
EVENING = Entry(
    uid="1@alliance-portal", summary="量子の夕べ", starts_at=NOON, ends_at=LATER, zone="Asia/Tokyo",
    organiser=("Host", "portal@example.org"),
)  # fmt: skip
INVITATION = calendar_file([EVENING], method="REQUEST")


def in_turn(a_mail, key="event:1", **changes):
    return a_mail(order_key=key, **changes)


@pytest.mark.django_db
def test_an_entry_goes_along_as_a_part_of_the_mail_and_as_a_file(sink, a_mail):
    a_mail(calendar=INVITATION, calendar_method="REQUEST")
    assert delivery.deliver(now=LATER) == {"sent": 1}
    (received,) = sink.mails
    assert [part.get_content_type() for part in received.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    part = next(part for part in received.walk() if part.get_content_type() == "text/calendar")
    assert (part.get_param("method"), part.get_content_charset()) == ("REQUEST", "utf-8")
    assert vobject.readOne(part.get_content()).vevent.summary.value == "量子の夕べ"
    (file,) = received.iter_attachments()
    assert file.get_filename() == "invite.ics" and file.get_content().decode() == INVITATION


@pytest.mark.django_db
def test_several_entries_are_files_of_one_uid_each_and_the_first_is_the_part_that_programs_read(sink, a_mail):
    entries = [replace(EVENING, uid=f"{number}@alliance-portal") for number in (1, 2, 3)]
    a_mail(calendar=calendar_stream(entries, method="CANCEL"), calendar_method="CANCEL")
    delivery.deliver(now=LATER)
    (received,) = sink.mails
    files = [(file.get_filename(), file.get_content().decode()) for file in received.iter_attachments()]
    assert [name for name, _content in files] == ["invite.ics", "invite-2.ics", "invite-3.ics"]
    read = [vobject.readOne(content) for _name, content in files]
    assert [(file.method.value, len(file.vevent_list)) for file in read] == [("CANCEL", 1)] * 3
    assert [file.vevent.uid.value for file in read] == [entry.uid for entry in entries]
    (part,) = (part for part in received.walk() if part.get_content_type() == "text/calendar")
    assert vobject.readOne(part.get_content()).vevent.uid.value == entries[0].uid


@pytest.mark.django_db
def test_a_mail_keeps_its_entry_and_its_turn():
    values = {"calendar": INVITATION, "calendar_method": "REQUEST", "order_key": "a"}
    stored = queue(kind="reminder", to=ADA, context=WORDS, **values)
    assert {name: getattr(stored, name) for name in values} == values


@pytest.mark.django_db
def test_many_mails_at_once_carry_their_entries_and_their_turn():
    drafts = [
        Draft(kind="reminder", to=ADA, context=WORDS, calendar=INVITATION, calendar_method="REQUEST", order_key="a")
    ]
    assert queue_many(drafts) == 1
    stored = OutboxMessage.objects.get()
    assert (stored.calendar, stored.calendar_method, stored.order_key) == (INVITATION, "REQUEST", "a")


@pytest.mark.django_db
def test_an_entry_without_method_is_refused(a_mail):
    mail = a_mail()
    with pytest.raises(IntegrityError):
        OutboxMessage.objects.filter(pk=mail.pk).update(calendar=INVITATION)


@pytest.mark.django_db
def test_the_development_mailbox_keeps_and_shows_the_entry(settings, client, a_mail):
    settings.EMAIL_BACKEND = "portal.outbox.mailbox.MailboxBackend"
    settings.DEV_MAILBOX, settings.PORTAL_DEMO = True, True
    a_mail(calendar=INVITATION, calendar_method="REQUEST")
    delivery.deliver(now=LATER)
    kept = DevMail.objects.get()
    assert "METHOD:REQUEST" in client.get(reverse("outbox:mail", args=[kept.public_id])).content.decode()
    file = client.get(reverse("outbox:mail_calendar", args=[kept.public_id]))
    assert file["Content-Type"] == "text/calendar; charset=utf-8" and file.content.decode() == INVITATION


@pytest.mark.django_db
def test_a_mail_without_entry_has_no_calendar_file(settings, client, a_mail):
    settings.EMAIL_BACKEND = "portal.outbox.mailbox.MailboxBackend"
    settings.DEV_MAILBOX, settings.PORTAL_DEMO = True, True
    a_mail()
    delivery.deliver(now=LATER)
    assert client.get(reverse("outbox:mail_calendar", args=[DevMail.objects.get().public_id])).status_code == 404


@pytest.mark.django_db
def test_mails_in_turn_leave_in_the_order_they_were_written_whatever_their_hour(sink, a_mail):
    request = in_turn(a_mail, next_try_at=LATER)
    cancel = in_turn(a_mail, next_try_at=NOON)
    assert delivery.claim(now=LATER - dt.timedelta(seconds=1)) == []
    assert delivery.deliver(now=LATER) == {"sent": 2}
    assert sink.message_ids == [request.message_id, cancel.message_id]


@pytest.mark.django_db
def test_while_one_is_on_its_way_the_next_is_not_claimed(a_mail):
    first, _second = in_turn(a_mail), in_turn(a_mail)
    other, free = in_turn(a_mail, key="event:2"), a_mail()
    assert delivery.claim(now=LATER) == [first, other, free]
    assert delivery.claim(now=LATER) == []


@pytest.mark.django_db
def test_a_refusal_for_now_holds_the_next_one_back(sink, a_mail):
    first, second = in_turn(a_mail, email="ada@example.org"), in_turn(a_mail, email="ada@example.org")
    sink.answers["ada@example.org"] = "450 try later"
    assert delivery.deliver(now=LATER) == {"queued": 1}
    sink.answers.clear()
    assert delivery.deliver(now=LATER) == {}
    first.refresh_from_db()
    assert delivery.deliver(now=first.next_try_at) == {"sent": 2}
    assert sink.message_ids == [first.message_id, second.message_id]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.WITHHELD, State.UNCERTAIN, State.CANCELLED])
def test_what_no_machine_will_touch_again_holds_nobody_back(a_mail, state):
    """A person may settle the first one days later; the withdrawal must not wait for that."""
    in_turn(a_mail, state=state, sent_at=NOON if state == State.SENT else None)
    second = in_turn(a_mail)
    assert delivery.claim(now=LATER) == [second]


def order_of_leaving(a_mail, sweep):
    """Keys and numbers in the order in which two workers, sweeping at once, marked mails as being sent."""
    keys = [f"event:{number}" for number in range(6)]
    mails = {in_turn(a_mail, key=key).pk: key for _round in range(4) for key in keys}
    left: list[tuple[str, int]] = []
    start = threading.Barrier(2)

    def work():
        try:
            start.wait(5)
            while batch := sweep():
                for message in batch:
                    left.append((mails[message.pk], message.pk))
                    OutboxMessage.objects.filter(pk=message.pk).update(
                        state=State.CANCELLED, claim_token=None, lease_until=None
                    )
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    return left


several_processes = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="the SQLite of the tests lies in the memory of one process"
)


@several_processes
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_keep_every_turn(a_mail):
    left = order_of_leaving(a_mail, lambda: delivery.claim(now=LATER, size=4))
    assert max(Counter(left).values()) == 1
    for key in {key for key, _pk in left}:
        numbers = [pk for each, pk in left if each == key]
        assert numbers == sorted(numbers)


@several_processes
@pytest.mark.django_db(transaction=True)
def test_the_order_is_the_claims_doing_without_it_a_later_mail_leaves_first(a_mail):
    """Positive control: the newest first, as a claim that asks nobody could give it."""

    def careless():
        newest = OutboxMessage.objects.filter(state=State.QUEUED).order_by("-pk")[:1]
        return list(newest)

    left = order_of_leaving(a_mail, careless)
    numbers = [pk for key, pk in left if key == "event:0"]
    assert numbers != sorted(numbers)


@pytest.mark.django_db
def test_a_claim_with_turns_costs_as_many_queries_as_one_without(a_mail, django_assert_max_num_queries):
    for number in range(10):
        in_turn(a_mail, key=f"event:{number}")
    with django_assert_max_num_queries(5):
        assert len(delivery.claim(now=LATER)) == 10


@pytest.mark.django_db
def test_a_lost_line_puts_mails_in_turn_back_in_turn(no_mail_server, a_mail):
    first, second = in_turn(a_mail), in_turn(a_mail)
    assert delivery.deliver(now=LATER) == {"waiting": 1}
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state, second.attempts) == (State.QUEUED, State.QUEUED, 0)
