"""Every mail of an exchange can be written in both languages, leads somewhere, and speaks to its reader."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader_tags import BlockNode
from django.utils import timezone

from exchanges import emails
from exchanges.models import StayReport
from exchanges.services import approvals
from portal.accounts.models import Person, User
from portal.applications import emails as mails
from portal.outbox.models import OutboxMessage
from portal.outbox.rendering import engine
from tests.factories import ScreeningFactory

FILES = {
    path.stem: path
    for app in ("exchanges", "portal/applications")
    for path in (Path(settings.BASE_DIR) / app / "templates" / "mails").glob("*.txt")
}
TEMPLATES = sorted(FILES)


def write_every_mail(side, today) -> None:
    """One of each kind, in the languages that the people have at the moment."""
    now = timezone.now()
    application = side.application("returned", returned_items="A newer CV", returned_until=today, rank=2)
    for write in (
        mails.application_received, mails.application_arrived, mails.application_returned,
        mails.application_declined, mails.application_waitlisted, mails.application_expired,
        mails.draft_lapsed, emails.approvals_complete,
    ):  # fmt: skip
        write(application)
    for write in (
        mails.application_ineligible,
        mails.application_withdrawn,
        mails.call_cancelled,
    ):
        write(application, "the reason")
    screening = ScreeningFactory(application=application, organisation=side.host, submitted_at=now)
    for write in (emails.screening_asked, emails.screening_submitted, emails.screening_referred):
        write(screening)
    for approval in approvals.ask(application=side.application("host_and_home"), actor=None, now=now):
        emails.approval_refused(approval)
    review = side.review(application, submitted_at=now)
    mails.review_assigned(review)
    mails.review_cancelled(review)
    mails.review_reopened(review, "the reason")
    mails.review_declined(review, "the reason")
    offer = side.offer(application, "sent")
    for write in (
        emails.offer_sent,
        emails.offer_expired,
        emails.offer_rescinded,
        emails.offer_accepted,
        emails.offer_declined,
    ):
        write(offer)
    stay = side.stay("arrived", application=application, arrived_on=today, report_due_on=today)
    stay.report = StayReport.objects.create(stay=stay, submitted_at=now)
    for write in (
        emails.checklist_started, emails.arrival_confirmed, emails.stay_suspended, emails.stay_resumed,
        emails.exit_started, emails.report_asked, emails.report_submitted,
    ):  # fmt: skip
        write(stay)
    for write in (emails.stay_stopped, emails.stay_shortened, emails.report_returned):
        write(stay, "the reason")
    before = {"start_on": today, "end_on": today}
    emails.stay_moved(stay, before=before, letter=None, reason="the reason", at=now)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_mail_can_be_written_and_leads_somewhere(world, language):
    User.objects.update(language=language)
    Person.objects.update(ui_language=language)
    side = type(world.north)(**{**vars(world.north)})
    for name, user in world.north.users.items():
        setattr(side, name, User.objects.get(pk=user.pk))
    write_every_mail(side, world.today)
    mails = OutboxMessage.objects.all()
    # The certificate's mail needs an issued letter; the main job's test reads it.
    assert set(TEMPLATES) - set(mails.values_list("kind", flat=True)) == {"certificate_issued"}
    for mail in mails:
        assert mail.subject.strip()
        assert mail.context["action_url"].startswith("http"), mail.kind
        assert "\n\n\n" not in mail.body_text, mail.kind
        assert "None" not in mail.subject + mail.body_text, mail.kind
        assert mail.organisation == side.host
    assert {mail.language for mail in mails if mail.user_id} == {language}


def test_a_japanese_reader_gets_japanese_dates_and_names(world):
    side = world.north
    application = side.application("returned", returned_items="履歴書", returned_until=world.today)
    mails.application_returned(application)
    mail = OutboxMessage.objects.get()
    assert mail.language == "ja"
    assert f"{world.today.year}年{world.today.month}月{world.today.day}日" in mail.body_text
    assert "北の募集" in mail.body_text


def test_deadlines_show_both_zones_where_they_differ(world):
    side = world.south  # the fellow lives in Tokyo, the call runs by the clock of Chicago
    mails.application_received(side.application())
    body = OutboxMessage.objects.get().body_text
    assert "Tokyo" in body
    assert "Chicago" in body


def test_the_same_event_is_told_once(world):
    application = world.north.application()
    mails.application_received(application)
    mails.application_received(application)
    assert OutboxMessage.objects.count() == 1


def test_whoever_has_no_address_is_left_out(world):
    Person.objects.filter(pk=world.north.host_researcher.person.pk).update(user=None, email="")
    stay = world.north.stay()
    stay.host_person.refresh_from_db()
    emails.checklist_started(stay)
    assert set(OutboxMessage.objects.values_list("kind", flat=True)) == {"checklist_started"}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_has_subject_and_body_and_says_who_writes(kind):
    template = engine().get_template(f"mails/{kind}.txt")
    assert {block.name for block in template.nodelist.get_nodes_by_type(BlockNode)} == {"subject", "body"}
    source = FILES[kind].read_text(encoding="utf-8")
    assert "{{ sender }}" in source
    assert "{{ recipient_name }}" in source
