"""The development mailbox: who sees it, and that a mail in it cannot do anything."""

from email.utils import formataddr

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.urls import reverse

from portal.outbox.models import DevMail

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(settings):
    """Two mails sent by anybody in the portal."""
    settings.EMAIL_BACKEND = "portal.outbox.mailbox.MailboxBackend"
    settings.DEV_MAILBOX, settings.PORTAL_DEMO = True, True
    letter = EmailMultiAlternatives("Offer <b>", "See https://portal.example/a", None, ["Ada <ada@example.org>"])
    letter.attach_alternative("<p>Offer <script>alert(1)</script></p>", "text/html")
    letter.send()
    send_mail("Code", "123456", None, ["bob@example.org"])
    return DevMail.objects.get(subject="Offer <b>")


def addresses(mail):
    return [
        reverse("outbox:mailbox"),
        reverse("outbox:mail", args=[mail.public_id]),
        reverse("outbox:mail_html", args=[mail.public_id]),
    ]


def test_every_mail_of_the_portal_is_kept(kept):
    assert (kept.recipients, kept.body_text) == ("Ada <ada@example.org>", "See https://portal.example/a")
    assert "<script>" in kept.body_html
    assert DevMail.objects.count() == 2


def test_names_are_shown_as_people_read_them(db, settings):
    settings.EMAIL_BACKEND = "portal.outbox.mailbox.MailboxBackend"
    send_mail("Offer", "x", None, [formataddr(("原型 空", "sora@example.org"))])
    assert DevMail.objects.get().recipients == "原型 空 <sora@example.org>"


def test_the_backend_refuses_what_a_mail_server_would_refuse(kept):
    with pytest.raises(ValueError):
        send_mail("two\nlines", "x", None, ["ada@example.org"])
    assert DevMail.objects.count() == 2


def test_the_list_shows_all_mails_and_finds_those_to_one_recipient(kept, client):
    everything = client.get(reverse("outbox:mailbox")).content.decode()
    assert "Offer &lt;b&gt;" in everything and "bob@example.org" in everything
    found = client.get(reverse("outbox:mailbox"), {"to": "ADA@"}).content.decode()
    assert "ada@example.org" in found and "bob@example.org" not in found


def test_one_mail_shows_its_text_with_links_and_its_html_locked_away(kept, client):
    page = client.get(reverse("outbox:mail", args=[kept.public_id])).content.decode()
    assert 'href="https://portal.example/a"' in page and "<script>alert" not in page
    assert f'<iframe src="{reverse("outbox:mail_html", args=[kept.public_id])}" sandbox' in page
    part = client.get(reverse("outbox:mail_html", args=[kept.public_id]))
    assert part["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert part["X-Frame-Options"] == "SAMEORIGIN"


def test_in_a_demo_only_people_at_the_machine_see_it(kept, client):
    for address in addresses(kept):
        assert client.get(address).status_code == 200
        assert client.get(address, REMOTE_ADDR="::1").status_code == 200
        assert client.get(address, REMOTE_ADDR="192.0.2.7").status_code == 404


def test_outside_a_demo_only_staff_sees_it(kept, client, world, settings):
    settings.PORTAL_DEMO = False
    for address in addresses(kept):
        assert client.get(address).status_code == 404
    client.force_login(world.north.fellow, backend="portal.accounts.backends.SignInBackend")
    for address in addresses(kept):
        assert client.get(address).status_code == 404


def test_with_a_mail_server_it_does_not_exist(kept, client, settings):
    settings.DEV_MAILBOX = False
    for address in addresses(kept):
        assert client.get(address).status_code == 404


def test_nothing_can_be_posted(kept, client):
    for address in addresses(kept):
        assert client.post(address).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_mails(kept, client, django_assert_max_num_queries):
    for number in range(30):
        send_mail(f"Mail {number}", "x", None, ["ada@example.org"])
    with django_assert_max_num_queries(2):
        client.get(reverse("outbox:mailbox"))
