"""Every mail about startups is written in the reader's language and leads to a page that exists."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

import startups
from portal.outbox.models import OutboxMessage
from startups.models import FounderUpdate, Mentor
from startups.services import lifecycle, milestones, people, showcase, updates
from startups.services.updates import Answers

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
TODAY = NOW.date()
TEMPLATES = {path.stem for path in Path(startups.__path__[0]).glob("templates/mails/*.txt")}
OF_THE_ENGINE = ("venture_", "cohort_", "application_", "call_", "draft_")


def write_every_mail(venture) -> None:
    now = dt.datetime(2026, 10, 2, tzinfo=dt.UTC)
    updates.ask_everybody(now=now)
    update = FounderUpdate.objects.get()
    updates.remind(today=update.due_on)
    updates.submit(update=update, answers=Answers({"people": Decimal(3)}), actor=None, now=now)
    updates.correct(
        update=update, answers=Answers({"people": Decimal(4)}), actor=venture.manager, now=now, reason="Typing error"
    )
    row = milestones.hand_in(milestone=venture.milestone(), evidence="Report", actor=venture.founder, today=TODAY)
    row = milestones.send_back(milestone=row, actor=venture.manager, reason="Page 2")
    row = milestones.hand_in(milestone=row, evidence="Report", actor=venture.founder, today=TODAY)
    milestones.verify(milestone=row, actor=venture.manager, today=TODAY)
    showcase.write(startup=venture.startup, texts={"one_liner_en": "A", "description_en": "B"}, actor=venture.founder)
    showcase.consent(startup=venture.startup, actor=venture.founder, today=TODAY)
    showcase.withdraw(startup=venture.startup, actor=venture.founder, today=TODAY)
    mentor = Mentor.objects.create(startup=venture.startup, person=venture.side.reviewer.person)
    people.confirm_mentor(mentor=mentor, actor=venture.manager, today=TODAY)
    lifecycle.leave(startup=venture.startup, reason="We move on", actor=venture.founder, today=TODAY)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_mail_is_written_in_the_readers_language_and_leads_somewhere(venture, language):
    for user in (venture.founder, venture.manager, venture.mentor, venture.side.reviewer):
        type(user).objects.filter(pk=user.pk).update(language=language)
    write_every_mail(venture)
    mails = OutboxMessage.objects.all()
    mine = {kind for kind in TEMPLATES if not kind.startswith(OF_THE_ENGINE)}
    assert mine <= set(mails.values_list("kind", flat=True))
    for mail in mails.filter(kind__in=mine):
        assert mail.subject.strip() and "%(" not in mail.body_text and "{{" not in mail.body_text, mail.kind
        assert resolve(urlsplit(mail.context["action_url"]).path), mail.kind
        if mail.language == "ja":
            assert "北センシング" in f"{mail.subject}{mail.body_text}", mail.kind


def test_each_event_writes_each_mail_once(venture):
    write_every_mail(venture)
    sent = list(OutboxMessage.objects.values_list("kind", "recipient_email", "dedupe_key"))
    assert len(sent) == len(set(sent))
    asked = [row for row in sent if row[0] == "founder_update_asked"]
    assert len(asked) == 1
