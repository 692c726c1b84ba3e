"""The door: who comes in, who does not and why, slips, people who just came, and who attended in the end."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.accounts.services import set_language
from portal.core.links import token_of
from portal.core.workflow import StepError
from portal.documents.models import Letter
from portal.outbox.models import OutboxMessage
from tests.desk import sign_in
from tests.factories.registrations import RegistrationFactory, open_event
from workshops.letters.registration import badges
from workshops.models import CheckIn, Registration, SeatOffer, TourCheck
from workshops.services import attendance
from workshops.services.attendance import Verdict
from workshops.services.registration import decisions, ending

LIST = CheckIn.Way.LIST


@pytest.fixture
def event(world):
    """An event of today."""
    return open_event(world.north, seats=3, days=0)


@pytest.fixture
def staff_client(client, world, settings):
    """An organiser at the door, who reads English."""
    set_language(user=world.north.manager, language="en")
    return sign_in(client, world.north.manager, settings)


def url(name, *args):
    return reverse(f"workshops:{name}", args=args)


def let_in(world, registration, now=None):
    return attendance.check_in(registration=registration, way=LIST, actor=world.north.manager, now=now or world.now)


def test_the_second_scan_says_when_the_first_one_was(world, event):
    row = RegistrationFactory(event=event)
    assert let_in(world, row).verdict == Verdict.WELCOME
    again = let_in(world, row, world.now + dt.timedelta(minutes=8))
    assert (again.verdict, again.check_in.at) == (Verdict.INSIDE, world.now)
    assert CheckIn.objects.count() == 1


def test_the_door_of_an_event_that_is_over_says_when_it_ended_and_counts_who_came(staff_client, world):
    past = open_event(world.north, days=-3, state="held")
    for state in ("attended", "attended", "no_show"):  # from records: nobody passed this door
        RegistrationFactory(event=past, state=state)
    RegistrationFactory(event=past, state="attended", attendance_mode="online")
    page = staff_client.get(url("door", past.code)).content.decode()
    assert "The event ended on" in page and "The event is not today" not in page
    assert "2 of 3 came" in page


def test_a_slip_is_taken_back_and_leaves_its_trace(world, event):
    row = RegistrationFactory(event=event)
    let_in(world, row)
    attendance.undo(registration=row, actor=world.north.manager, now=world.now)
    entry = CheckIn.objects.get()
    assert (entry.undone_by, attendance.count_inside(event)) == (world.north.manager, 0)
    assert let_in(world, row).verdict == Verdict.WELCOME
    assert CheckIn.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("submitted", Verdict.UNAPPROVED),
        ("waitlisted", Verdict.WAITING),
        ("pending_screening", Verdict.UNCLEARED),
        ("cancelled", Verdict.CANCELLED),
        ("refused", Verdict.REFUSED),
    ],
)
def test_who_has_no_place_does_not_come_in_and_each_reason_is_another(world, event, state, verdict):
    row = RegistrationFactory(event=event, state=state)
    assert let_in(world, row).verdict == verdict
    assert not CheckIn.objects.exists()


def test_another_event_another_day_and_an_event_that_is_off_are_told_apart(world, event):
    row = RegistrationFactory(event=event)
    assert attendance.answer_for(row, world.now, door="another-event").verdict == Verdict.WRONG_EVENT
    later = RegistrationFactory(event=open_event(world.north, days=9))
    assert attendance.answer_for(later, world.now).verdict == Verdict.WRONG_DAY
    off = RegistrationFactory(event=open_event(world.north, days=0, state="cancelled"))
    assert attendance.answer_for(off, world.now).verdict == Verdict.NO_EVENT
    assert len({attendance.TONES[verdict] for verdict in Verdict}) == 5


def test_into_a_laboratory_only_cleared_people_come(world):
    event = open_event(world.north, days=0, rules={"tour": "everybody"})
    row = RegistrationFactory(event=event, joins_tour=True)
    check = TourCheck.objects.create(registration=row)
    assert attendance.answer_for(row, world.now).verdict == Verdict.UNCLEARED
    TourCheck.objects.filter(pk=check.pk).update(result="cleared")
    assert attendance.answer_for(row, world.now).verdict == Verdict.WELCOME


@pytest.mark.parametrize(
    "text", ["mihon", "MIHON hana", "みほん", "ミホン", "見本", "見本花子", "見本　花子", "Ｍｉｈｏｎ"]
)
def test_a_name_is_found_in_roman_letters_kana_and_kanji(event, text):
    row = RegistrationFactory(
        event=event, person_name="Hanako Mihon", name_native="見本 花子", name_kana="ミホン ハナコ"
    )
    RegistrationFactory(event=event, person_name="Sam Placeholder")
    assert [found.pk for found in attendance.find_people(event, text)] == [row.pk]


def test_who_has_come_in_or_could_have_gives_no_place_back_afterwards(world, event):
    inside, missed = RegistrationFactory(event=event), RegistrationFactory(event=event)
    let_in(world, inside)
    after = event.ends_at + dt.timedelta(minutes=1)
    for row, when in ((inside, world.now), (inside, after), (missed, after)):
        with pytest.raises(StepError, match="nothing to cancel any more"):
            ending.cancel(registration=row, now=when)
        with pytest.raises(StepError, match="nothing to cancel any more"):
            decisions.dismiss(registration=row, reason="A slip", actor=world.north.manager, now=when)
    attendance.settle(now=after)
    assert {row.state for row in Registration.objects.filter(pk=inside.pk)} == {"attended"}
    assert Registration.objects.get(pk=missed.pk).state == "no_show"


def test_a_slip_at_the_door_taken_back_and_an_event_put_off_leave_the_place_to_be_given_up(world, event):
    row = RegistrationFactory(event=event)
    let_in(world, row)
    attendance.undo(registration=row, actor=world.north.manager, now=world.now)
    assert ending.cancel(registration=row, now=world.now).state == "cancelled"
    put_off = RegistrationFactory(event=open_event(world.north, days=-3, state="postponed"))
    assert ending.cancel(registration=put_off, now=world.now).state == "cancelled"


def test_after_the_event_no_button_cancels(client, world):
    for days, is_offered in ((9, True), (-3, False)):
        row = RegistrationFactory(event=open_event(world.north, days=days))
        page = client.get(url("registration_link", token_of(row)), follow=True).content.decode()
        assert ("Cancel my registration" in page) == is_offered


def test_who_cancelled_and_registered_again_stands_at_the_door_once_and_comes_in_by_either_badge(
    staff_client, world, event
):
    old = RegistrationFactory(event=event, email="anna@example.org", state="cancelled", ended_by="participant")
    gone = RegistrationFactory(event=event, state="cancelled", ended_by="participant")
    new = RegistrationFactory(event=event, email="anna@example.org")
    elsewhere = RegistrationFactory(event=open_event(world.north, days=0), email=gone.email)
    assert {row.pk for row in attendance.find_people(event, "")} == {new.pk, gone.pk}
    staff_client.post(url("ticket", old.public_id))
    assert [entry.registration for entry in CheckIn.objects.all()] == [new]
    staff_client.post(url("ticket", gone.public_id))
    assert not elsewhere.check_ins.exists() and CheckIn.objects.count() == 1


@pytest.mark.parametrize("text", ["高崎", "髙﨑"])
@pytest.mark.parametrize("written", ["高崎 斉", "髙﨑 齋"])
def test_kanji_are_found_whichever_shape_the_family_writes(event, written, text):
    RegistrationFactory(event=event, person_name="Hitoshi Takasaki", name_native=written)
    assert len(attendance.find_people(event, text)) == 1


def test_who_just_came_counts_and_beyond_the_last_chair_somebody_says_so(world, event):
    def come(name, **more):
        return attendance.walk_in(event=event, person_name=name, actor=world.north.manager, now=world.now, **more)

    for number in range(3):
        come(f"Guest {number}")
    with pytest.raises(StepError, match="All places are taken"):
        come("Guest 4")
    row = come("Guest 4", over_capacity=True)
    assert (row.state, row.is_walk_in, attendance.count_inside(event)) == ("confirmed", True, 4)


def test_the_door_belongs_to_the_organisers_of_the_event(client, world, event, settings):
    row = RegistrationFactory(event=event)
    addresses = [url("door", event.code), url("ticket", row.public_id), url("walk_in", event.code)]
    for user in (world.south.manager, world.north.fellow, world.north.stranger):
        sign_in(client, user, settings)
        assert [client.get(address).status_code for address in addresses] == [404] * 3
        assert client.post(url("ticket", row.public_id)).status_code == 404
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [302] * 3
    assert not CheckIn.objects.exists()


def test_a_scan_only_shows_and_the_button_lets_in(staff_client, event):
    row = RegistrationFactory(event=event)
    page = staff_client.get(url("ticket", row.public_id)).content.decode()
    assert "Has a place" in page and not CheckIn.objects.exists()
    page = staff_client.post(url("ticket", row.public_id), {"way": "ticket"}, follow=True).content.decode()
    assert "Welcome, come in" in page
    page = staff_client.get(url("ticket", row.public_id)).content.decode()
    assert "Already in at" in page
    staff_client.post(url("ticket_undo", row.public_id))
    assert attendance.count_inside(event) == 0


def test_a_badge_of_another_event_is_recognised_at_this_door(staff_client, world, event):
    other = RegistrationFactory(event=open_event(world.north, days=0))
    staff_client.post(url("door_here", event.code))
    assert "Badge of another event" in staff_client.get(url("ticket", other.public_id)).content.decode()


def test_lists_at_the_door_cost_the_same_however_many_come(staff_client, event, django_assert_max_num_queries):
    for _n in range(25):
        RegistrationFactory(event=event)
    with django_assert_max_num_queries(25):
        staff_client.get(url("door", event.code))


# -- afterwards --------------------------------------------------------------------------------------------------------
def over(event):
    return event.ends_at + dt.timedelta(minutes=1)


def test_when_the_event_is_over_who_came_attended_and_who_did_not_is_a_no_show(world, event):
    came, missed = RegistrationFactory(event=event), RegistrationFactory(event=event)
    online = RegistrationFactory(event=event, attendance_mode="online")
    waited = RegistrationFactory(event=event, state="waitlisted")
    let_in(world, came)
    assert attendance.settle(now=world.now) == 0, "not before the end"
    assert attendance.settle(now=over(event)) == 2
    assert attendance.settle(now=over(event)) == 0
    found = {row.pk: row.state for row in Registration.objects.all()}
    assert found == {came.pk: "attended", missed.pk: "no_show", online.pk: "confirmed", waited.pk: "waitlisted"}


def test_where_the_door_was_not_used_nothing_is_known(world, event):
    row = RegistrationFactory(event=event)
    let_in(world, row)
    attendance.undo(registration=row, actor=world.north.manager, now=world.now)
    assert attendance.settle(now=over(event)) == 0
    assert Registration.objects.get().state == "confirmed"


def test_only_who_attended_gets_a_certificate_once_in_each_language(client, world, event):
    came, missed = RegistrationFactory(event=event, name_native="見本 花子"), RegistrationFactory(event=event)
    let_in(world, came)
    attendance.settle(now=over(event))
    assert OutboxMessage.objects.filter(kind="attendance_certificate").count() == 1
    with pytest.raises(StepError):
        attendance.make_certificate(registration=missed, language="en", now=timezone.now())
    client.get(url("registration_link", token_of(came)))
    for language in ("en", "ja"):
        assert client.get(url("registration_certificate", language)).status_code == 404
        for _again in range(2):
            response = client.post(url("registration_certificate", language), follow=True)
            assert response.content.startswith(b"%PDF")
    letters = Letter.objects.order_by("number")
    assert [letter.language for letter in letters] == ["en", "ja"]
    assert {letter.context["recipient_name"] for letter in letters} == {came.person_name}
    checked = client.get(reverse("documents:verify", args=[letters[0].verification_code])).content.decode()
    assert "genuine and current" in checked and came.email not in checked
    # Initials and the event only: the code stands on a paper that is shown around.
    initials = " ".join(f"{part[0]}." for part in came.person_name.split())
    assert initials in checked and came.person_name not in checked and event.title_en in checked


def test_badges_are_for_people_with_a_place_on_site_only(world, event):
    has = RegistrationFactory(event=event, person_name="Ａｎａ Şuđık", name_native="見本 花子")
    for state in ("waitlisted", "submitted", "pending_screening", "cancelled", "no_show"):
        RegistrationFactory(event=event, state=state)
    RegistrationFactory(event=event, attendance_mode="online")
    people = list(attendance.people_with_badges(event))
    assert people == [has]
    for language in ("en", "ja"):
        assert badges(event, people * 9, language=language, now=world.now).startswith(b"%PDF")


# -- clocks at the door ------------------------------------------------------------------------------------------------
def test_the_hour_of_a_scan_is_told_by_the_clock_of_the_door_and_not_of_the_reader(world, event, staff_client):
    event.timezone = "America/Chicago"
    event.starts_on = timezone.localdate(timezone=ZoneInfo(event.timezone))
    event.save()
    row = RegistrationFactory(event=event)
    let_in(world, row)
    world.north.manager.timezone = "Asia/Tokyo"
    world.north.manager.save()
    shown = staff_client.get(url("ticket", row.public_id)).content.decode()
    assert f"Already in at {world.now.astimezone(ZoneInfo('America/Chicago')):%H:%M}" in shown


@pytest.mark.parametrize(("days", "sentence"), [(9, "The event begins on"), (-9, "The event ended on")])
def test_on_a_wrong_day_the_door_says_when_it_is_or_was(world, staff_client, days, sentence):
    row = RegistrationFactory(event=open_event(world.north, days=days))
    assert sentence in staff_client.get(url("ticket", row.public_id)).content.decode()


# -- the waiting list at the door --------------------------------------------------------------------------------------
def test_who_waits_gets_a_free_place_at_the_door_under_her_own_number(staff_client, event):
    row = RegistrationFactory(event=event, state="waitlisted", attendance_mode="online")
    page = staff_client.get(url("ticket", row.public_id)).content.decode()
    assert "Give a place and let in" in page
    page = staff_client.post(url("ticket", row.public_id), {"place": "free"}, follow=True).content.decode()
    assert "Welcome, come in" in page
    row.refresh_from_db()
    assert (row.state, row.attendance_mode, row.is_walk_in) == ("confirmed", "on_site", False)
    assert CheckIn.objects.get().registration == row and Registration.objects.count() == 1


def test_in_a_full_hall_the_people_at_the_door_decide(staff_client, event):
    for _number in range(3):
        RegistrationFactory(event=event)
    row = RegistrationFactory(event=event, state="waitlisted")
    page = staff_client.get(url("ticket", row.public_id)).content.decode()
    assert "All places are taken" in page and "Let in all the same" in page
    staff_client.post(url("ticket", row.public_id), {"place": "free"})
    assert not CheckIn.objects.exists() and Registration.objects.get(pk=row.pk).state == "waitlisted"
    staff_client.post(url("ticket", row.public_id), {"place": "beyond"})
    assert CheckIn.objects.get().registration == row


def test_a_place_that_is_kept_for_her_is_hers_at_the_door(world, event):
    for _number in range(2):
        RegistrationFactory(event=event)
    row = RegistrationFactory(event=event, state="waitlisted")
    answer_by = world.now + dt.timedelta(hours=1)
    SeatOffer.objects.create(registration=row, round=1, offered_at=world.now, answer_by=answer_by)
    attendance.let_in_waiting(registration=row, actor=world.north.manager, now=world.now)
    assert row.offers.get().answer == "taken"


def test_nobody_gets_a_place_at_the_door_of_a_laboratory_uncleared_nor_before_its_day_nor_from_a_stranger(world):
    gated = open_event(world.north, days=0, rules={"tour": "everybody"})
    later = open_event(world.north, days=9)
    for where in (gated, later):
        row = RegistrationFactory(event=where, state="waitlisted")
        with pytest.raises(StepError):
            attendance.let_in_waiting(registration=row, actor=world.north.manager, now=world.now)
        with pytest.raises(PermissionDenied):
            attendance.let_in_waiting(registration=row, actor=world.south.manager, now=world.now)
    assert not CheckIn.objects.exists()
    assert set(Registration.objects.values_list("state", flat=True)) == {"waitlisted"}
