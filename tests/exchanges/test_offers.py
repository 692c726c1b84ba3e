"""Offers: letter, days to answer, late answers, and what an acceptance starts."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from pypdf import PdfReader

from exchanges.models import Offer
from exchanges.services import offers
from portal.core.dates import plain_date
from portal.core.workflow import IllegalTransition, StepError
from portal.outbox.models import OutboxMessage
from tests.factories import ScreeningFactory

DAY = dt.timedelta(days=1)


def prepared(side, today, **fields) -> Offer:
    return offers.prepare(application=side.application("selected"), actor=side.manager, today=today, **fields)


def sent(side, world) -> Offer:
    return offers.send(offer=prepared(side, world.today), actor=side.manager, now=world.now)


def letter_text(offer: Offer) -> str:
    pages = PdfReader(offer.letter.file.file).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_an_offer_starts_from_application_programme_and_screening(world):
    side = world.north
    application = side.application("selected")
    ScreeningFactory(application=application, organisation=side.host, state="cleared", conditions="Room 3 only")
    offer = offers.prepare(application=application, actor=side.manager, today=world.today)
    assert (offer.start_on, offer.end_on) == (application.start_requested, application.end_requested)
    assert (offer.support_ja, offer.conditions_en) == (side.programme.support_ja, "Room 3 only")
    again = offers.prepare(application=application, actor=side.manager, today=world.today, duties_en="One talk")
    assert (again.pk, again.duties_en) == (offer.pk, "One talk")


def test_an_offer_keeps_to_the_days_that_were_approved(world):
    side = world.north
    application = side.application("selected")
    prepare = {"application": application, "actor": side.manager, "today": world.today}
    with pytest.raises(StepError, match="approved"):
        offers.prepare(**prepare, end_on=application.end_requested + DAY)
    with pytest.raises(StepError, match="approved"):
        offers.prepare(**prepare, start_on=application.start_requested - DAY)
    with pytest.raises(ValidationError):
        offers.prepare(**prepare, end_on=application.start_requested - DAY)
    with pytest.raises(ValidationError):
        offers.prepare(**prepare, state="accepted")
    assert not Offer.objects.exists()


@pytest.mark.parametrize("state", ["recommended", "withdrawn", "waitlisted"])
def test_only_the_selected_get_an_offer(world, state):
    with pytest.raises(StepError):
        offers.prepare(application=world.north.application(state), actor=world.north.manager, today=world.today)


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_where_there_is_a_stay_nothing_is_offered_any_more(world, state):
    side = world.north
    application = side.application("selected")
    side.stay(state, application=application)
    with pytest.raises(StepError, match="stay"):
        offers.prepare(application=application, actor=side.manager, today=world.today)
    assert not Offer.objects.exists()


def test_sending_issues_the_letter_in_the_fellows_language_and_counts_in_her_zone(world):
    side = world.north
    offer = sent(side, world)
    local = offer.answer_by.astimezone(ZoneInfo(side.fellow.timezone))
    expected = world.now.astimezone(ZoneInfo(side.fellow.timezone)).date() + 14 * DAY
    assert (local.date(), local.time()) == (expected, dt.time(23, 59))
    text = letter_text(offer)
    with translation.override("ja"):
        assert plain_date(offer.start_on) in text
    assert "往復航空券" in text
    assert offer.letter.language == "ja"
    mail = OutboxMessage.objects.get(kind="offer_sent")
    assert (mail.recipient_email, mail.language) == (side.fellow.email, "ja")
    english = sent(world.south, world)
    assert "Round-tripticket" in letter_text(english)


def test_accepting_in_the_last_second_counts_and_later_does_not(world):
    side = world.north
    offer = sent(side, world)
    with pytest.raises(PermissionDenied):
        offers.accept(offer=offer, actor=side.manager, now=world.now)
    with pytest.raises(StepError, match="time to answer"):
        offers.accept(offer=offer, actor=side.fellow, now=offer.answer_by + dt.timedelta(minutes=1))
    stay = offers.accept(offer=offer, actor=side.fellow, now=offer.answer_by + dt.timedelta(seconds=59))
    assert (stay.state, stay.start_on, stay.application) == ("pre_arrival", offer.start_on, offer.application)
    told = set(OutboxMessage.objects.filter(kind="offer_accepted").values_list("recipient_email", flat=True))
    assert told == {side.manager.email, side.host_researcher.email, side.home_office.email}


def test_an_offer_is_answered_once(world):
    side = world.north
    offer = sent(side, world)
    offers.decline(offer=offer, actor=side.fellow, now=world.now, comment="Another place")
    with pytest.raises(IllegalTransition):
        offers.accept(offer=offer, actor=side.fellow, now=world.now)
    mail = OutboxMessage.objects.get(kind="offer_not_taken")
    assert "Another place" in mail.body_text


def test_an_offer_lapses_after_its_last_minute_and_both_are_told(world):
    side = world.north
    offer = sent(side, world)
    assert offers.expire_overdue(now=offer.answer_by + dt.timedelta(minutes=1)) == 0
    assert offers.expire_overdue(now=offer.answer_by + dt.timedelta(minutes=2)) == 1
    assert offers.expire_overdue(now=offer.answer_by + DAY) == 0
    offer.refresh_from_db()
    assert offer.state == "expired"
    kinds = set(OutboxMessage.objects.exclude(kind="offer_sent").values_list("kind", "recipient_email"))
    assert kinds == {("offer_expired", side.fellow.email), ("offer_not_taken", side.manager.email)}


def test_rescinding_an_accepted_offer_cancels_the_stay_that_has_not_begun(world):
    side = world.north
    offer = sent(side, world)
    stay = offers.accept(offer=offer, actor=side.fellow, now=world.now)
    with pytest.raises(PermissionDenied):
        offers.rescind(offer=offer, reason="Visa refused", actor=side.manager, today=world.today)
    offers.rescind(offer=offer, reason="Visa refused", actor=side.alliance_admin, today=world.today)
    stay.refresh_from_db()
    assert stay.state == "cancelled"
    assert not stay.tasks.open().exists()


def test_a_stay_that_has_begun_keeps_its_offer(world):
    side = world.north
    application = side.application("selected")
    offer = side.offer(application, "accepted")
    side.stay("active", application=application)
    with pytest.raises(StepError, match="begun"):
        offers.rescind(offer=offer, reason="x", actor=side.alliance_admin, today=world.today)


def test_an_offer_of_a_withdrawn_application_is_not_sent(world):
    side = world.north
    offer = prepared(side, world.today)
    type(offer.application).objects.filter(pk=offer.application_id).update(state="withdrawn")
    with pytest.raises(StepError, match="not selected"):
        offers.send(offer=offer, actor=side.manager, now=world.now)
    assert not OutboxMessage.objects.exists()
