"""Mails at the desk: each desk its own, read as the recipient reads them, decided by steps."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from portal.outbox.models import DeliveryAttempt, OutboxMessage, State
from portal.outbox.services import Recipient, queue, queue_rendered
from tests.outbox.test_services import WORDS

pytestmark = pytest.mark.django_db
LIST = "admin:outbox_outboxmessage_changelist"
HOUR = dt.datetime(2030, 1, 1, 9, tzinfo=dt.UTC)


def a_mail(side, **words):
    reader = Recipient("ada@example.org", "Ada <b>Lovelace</b>", "en", "Europe/London")
    return queue(
        kind="reminder", to=reader, about=side.call, context={**WORDS, **words}, organisation=side.host, not_before=HOUR
    )


@pytest.fixture
def desk(client, settings):
    """Work in the admin as somebody; the demo sign-in needs no second factor."""
    settings.PORTAL_DEMO = True

    def sign_in(user):
        client.force_login(user, backend="portal.accounts.backends.SignInBackend")
        session = client.session
        session["demo_sign_in"] = True
        session.save()
        return client

    return sign_in


def page(mail):
    return reverse("admin:outbox_outboxmessage_change", args=[mail.pk])


def step(mail, name):
    return reverse("admin:outbox_outboxmessage_step", args=[mail.pk, name])


def test_a_desk_lists_its_own_mails_only(desk, world):
    a_mail(world.north, line="Northern news"), a_mail(world.south, line="Southern news")
    listed = desk(world.north.manager).get(reverse(LIST)).content.decode()
    assert "Northern news" in listed and "Southern news" not in listed
    found = desk(world.south.manager).get(reverse(LIST), {"q": "Northern"}).content.decode()
    assert "Northern news" not in found.replace('value="Northern"', "")


def test_a_mail_is_shown_as_its_recipient_sees_it_and_cannot_do_anything(desk, world):
    mail = a_mail(world.north)
    DeliveryAttempt.objects.create(
        message=mail, number=1, at=HOUR, outcome="deferred", smtp_text="busy", host="a", pid=1
    )
    shown = desk(world.north.manager).get(page(mail)).content.decode()
    with translation.override(world.north.manager.language):
        assert f"{gettext('try later')} busy" in shown
    assert "<iframe sandbox srcdoc=" in shown and "Ada <b>" not in shown
    assert "Ada &amp;lt;b&amp;gt;Lovelace" in shown


def test_codes_are_shown_to_nobody(desk, world):
    mail = queue_rendered(to="ada@example.org", subject="Your code", body_text="123456")
    OutboxMessage.objects.filter(pk=mail.pk).update(organisation=world.north.host)
    assert "123456" not in desk(world.north.manager).get(page(mail)).content.decode()


def test_a_foreign_mail_does_not_exist(desk, world):
    mail = a_mail(world.south)
    client = desk(world.north.manager)
    assert client.get(page(mail)).status_code == 404
    assert client.get(step(mail, "send_now")).status_code == 404
    assert client.post(step(mail, "withhold"), {"reason": "x"}).status_code == 404
    client.post(reverse(LIST), {"action": "step_send_now", "confirmed": "yes", "_selected_action": [mail.pk]})
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at) == (State.QUEUED, HOUR)


def test_a_mail_cannot_be_edited_made_or_deleted(desk, world):
    mail = a_mail(world.north)
    client = desk(world.north.manager)
    client.post(page(mail), {"subject": "changed", "state": "sent"})
    assert client.get(reverse("admin:outbox_outboxmessage_add")).status_code in (403, 404)
    assert client.post(reverse("admin:outbox_outboxmessage_delete", args=[mail.pk]), {"post": "yes"}).status_code in (
        403,
        404,
    )
    mail.refresh_from_db()
    assert (mail.subject, mail.state) == (WORDS["line"], State.QUEUED)


def test_a_manager_withholds_with_a_reason_and_releases_again(desk, world):
    mail = a_mail(world.north)
    client = desk(world.north.manager)
    assert client.get(step(mail, "withhold")).status_code == 200
    mail.refresh_from_db()
    assert mail.state == State.QUEUED
    assert client.post(step(mail, "withhold"), {"reason": ""}).status_code == 200
    assert client.post(step(mail, "withhold"), {"reason": "wrong date"}).status_code == 302
    mail.refresh_from_db()
    assert (mail.state, mail.last_error) == (State.WITHHELD, "wrong date")
    assert client.post(step(mail, "release")).status_code == 302
    mail.refresh_from_db()
    assert mail.state == State.QUEUED


def test_many_mails_are_sent_at_once_and_each_row_says_how_it_went(desk, world):
    mails = [a_mail(world.north) for _number in range(3)]
    OutboxMessage.objects.filter(pk=mails[0].pk).update(state=State.SENT, sent_at=HOUR)
    client = desk(world.north.manager)
    chosen = {"action": "step_send_now", "_selected_action": [mail.pk for mail in mails]}
    assert client.post(reverse(LIST), chosen).status_code == 200
    assert not OutboxMessage.objects.filter(next_try_at__lt=HOUR).exists()
    client.post(reverse(LIST), {**chosen, "confirmed": "yes"})
    assert OutboxMessage.objects.filter(state=State.QUEUED, next_try_at__lt=HOUR).count() == 2


def test_an_office_that_only_reads_gets_no_buttons(desk, world):
    mail = queue(kind="reminder", to=Recipient("a@example.org", "A"), context=WORDS, organisation=world.north.home)
    client = desk(world.north.home_office)
    shown = client.get(page(mail)).content.decode()
    assert WORDS["line"] in shown and step(mail, "send_now") not in shown
    assert client.post(step(mail, "send_now")).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_thirty_mails(desk, world, django_assert_max_num_queries):
    client = desk(world.north.manager)
    a_mail(world.north)
    client.get(reverse(LIST))
    for number in (1, 30):
        for _more in range(number - 1):
            a_mail(world.north)
        with django_assert_max_num_queries(15):
            client.get(reverse(LIST))
