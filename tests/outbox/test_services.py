"""Putting mails into the outbox, and what people decide about them."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal.core.audit import timeline
from portal.core.workflow import IllegalTransition, ReasonMissing
from portal.outbox import hints, services
from portal.outbox.models import OutboxMessage, State
from portal.outbox.preview import mails_written_by
from portal.outbox.rendering import MissingPlaceholder
from portal.outbox.services import Draft, Recipient, queue, queue_many, queue_rendered
from portal.outbox.workflows import MAIL

pytestmark = pytest.mark.django_db
ADA = Recipient("ada@example.org", "Ada Lovelace", "en", "Europe/London")
HANAKO = Recipient("hanako@example.jp", "山田花子", "ja", "Asia/Tokyo")
WORDS = {
    "code": "N00",
    "step": "-7d",
    "line": "Answer the offer",
    "other_lines": [],
    "what": "Offer 1",
    "when": "1 April 2027",
    "is_escalation": False,
    "reminded": "",
    "sender": "",
    "action_url": "/offers/1/",
}


def test_a_mail_is_stored_as_its_reader_will_see_it(world):
    mail = queue(
        kind="reminder",
        to=HANAKO,
        about=world.north.call,
        context=WORDS,
        organisation=world.north.host,
        klass="reminder",
    )
    assert (mail.language, mail.timezone, mail.recipient_name) == ("ja", "Asia/Tokyo", "山田花子")
    assert (mail.about_label, mail.about_pk) == ("programmes.call", str(world.north.call.pk))
    assert mail.about_text == str(world.north.call)
    assert mail.subject == "Answer the offer" and "山田花子" in mail.body_text and mail.body_html
    assert (mail.state, mail.attempts, mail.context["code"]) == (State.QUEUED, 0, "N00")
    assert list(OutboxMessage.objects.about(world.north.call)) == [mail]


def test_the_same_key_twice_gives_the_first_mail_again():
    first = queue(kind="reminder", to=ADA, context=WORDS, dedupe_key="a")
    again = queue(kind="reminder", to=ADA, context={**WORDS, "line": "changed"}, dedupe_key="a")
    assert again == first and again.subject == "Answer the offer"
    assert OutboxMessage.objects.count() == 1


def test_long_keys_are_shortened_without_becoming_the_same():
    keys = ["k" * 400 + "a", "k" * 400 + "b", "k" * 400 + "a"]
    first, second, again = (queue(kind="reminder", to=ADA, context=WORDS, dedupe_key=key) for key in keys)
    assert first == again and first != second
    assert len(first.dedupe_key) == len(second.dedupe_key) == 255


def test_a_key_that_appears_in_the_same_moment_gives_the_other_ones_mail():
    first = queue(kind="reminder", to=ADA, context=WORDS, dedupe_key="a")
    draft = Draft(kind="reminder", to=ADA, context=WORDS, dedupe_key="a")
    late = services._row(draft, services.written(draft))
    assert services._store(late) == first


def test_mails_without_key_are_separate_and_have_ids_of_their_own():
    one, two = (queue(kind="reminder", to=ADA, context=WORDS) for _number in range(2))
    assert one != two and one.message_id != two.message_id


def test_the_message_id_follows_from_the_key(settings):
    settings.DEFAULT_FROM_EMAIL = "Portal <portal@portal.example>"
    mail = queue(kind="reminder", to=ADA, context=WORDS, dedupe_key="a")
    assert mail.message_id == services.message_id_of("a")
    assert re.fullmatch(r"<[0-9a-f]{40}@portal\.example>", mail.message_id)


def test_a_missing_value_refuses_the_mail_and_with_it_the_change():
    with pytest.raises(MissingPlaceholder), transaction.atomic():
        queue(kind="reminder", to=ADA, context={"line": "x"})
    assert OutboxMessage.objects.count() == 0


def test_a_mail_rolls_back_with_what_it_tells_of():
    with pytest.raises(RuntimeError), transaction.atomic():
        queue(kind="reminder", to=ADA, context=WORDS)
        raise RuntimeError
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize("email", ["", "nobody", "a@b\nBcc: x@y.example", "a b@example.org"])
def test_an_address_must_be_one(email):
    with pytest.raises(ValidationError):
        queue(kind="reminder", to=Recipient(email, "x"), context=WORDS)


def test_a_name_cannot_add_headers():
    mail = queue(kind="reminder", to=Recipient("ada@example.org", "Ada\r\nBcc: x@y.example"), context=WORDS)
    assert mail.recipient_name == "Ada Bcc: x@y.example"


def test_a_mail_for_later_waits_for_its_hour():
    hour = dt.datetime(2030, 1, 1, 9, tzinfo=dt.UTC)
    mail = queue(kind="reminder", to=ADA, context=WORDS, not_before=hour)
    assert mail.not_before == mail.next_try_at == hour


def test_many_mails_are_stored_once_each(django_assert_max_num_queries):
    drafts = [Draft(kind="reminder", to=ADA, context=WORDS, dedupe_key=f"k{number}") for number in range(40)]
    with django_assert_max_num_queries(8):
        assert queue_many(drafts) == 40
    assert queue_many([*drafts, Draft(kind="reminder", to=ADA, context=WORDS, dedupe_key="new")]) == 1
    assert OutboxMessage.objects.count() == 41


def test_a_key_that_stands_twice_among_many_is_one_mail():
    drafts = [Draft(kind="reminder", to=ADA, context=WORDS, dedupe_key=key) for key in ("a", "b", "a")]
    queue_many(drafts)
    assert sorted(OutboxMessage.objects.values_list("dedupe_key", flat=True)) == ["a", "b"]


def test_words_are_looked_for_only_where_a_mail_is_new():
    asked = []

    def words():
        asked.append("words")
        return WORDS

    for _round in range(2):
        queue_many([Draft(kind="reminder", to=ADA, context=words, dedupe_key="a")])
    assert asked == ["words"] and OutboxMessage.objects.count() == 1


def test_a_mail_written_elsewhere_is_laid_out_and_signed_like_every_mail():
    mail = queue_rendered(to="ada@example.org", subject="Your code\n", body_text="Code: 123456\r\n")
    assert (mail.klass, mail.subject, mail.organisation) == ("security", "Your code", None)
    assert mail.body_text.startswith("Code: 123456\n") and "\n-- \nAlliance Portal\n" in mail.body_text
    assert "123456" in mail.body_html and "Alliance Portal" in mail.body_html


def test_a_link_in_a_mail_written_elsewhere_becomes_its_button():
    link = "https://portal.example/confirm/abc/"
    mail = queue_rendered(to=ADA, subject="Confirm", body_text=f"Please confirm:\n\n{link}\n", action_url=link)
    assert f'href="{link}"' in mail.body_html and mail.body_html.count(link) == 1
    assert link in mail.body_text


def test_one_hint_follows_the_commit_however_many_mails_there_are(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for number in range(3):
            queue(kind="reminder", to=ADA, context=WORDS, dedupe_key=str(number))
    assert callbacks == [hints.send_hint]


def test_a_hint_names_a_task_that_exists():
    import portal.outbox.tasks  # noqa: F401
    from portal.celery import app

    assert hints.DELIVER in app.tasks


# -- what people decide ----------------------------------------------------------------------------------------------


@pytest.fixture
def mail(world):
    return queue(
        kind="reminder",
        to=ADA,
        context=WORDS,
        organisation=world.north.host,
        not_before=dt.datetime(2030, 1, 1, 9, tzinfo=dt.UTC),
    )


def put(mail, state, **changes):
    OutboxMessage.objects.filter(pk=mail.pk).update(state=state, **changes)
    mail.refresh_from_db()
    return mail


def test_a_coordinator_sends_at_once_what_waits_for_its_hour(world, mail):
    services.send_now(message=mail, actor=world.north.manager)
    mail.refresh_from_db()
    assert mail.state == State.QUEUED and mail.next_try_at < mail.not_before
    assert timeline(mail).get().verb == "mail.send_now"


def test_withholding_keeps_the_reason_and_releasing_the_hour(world, mail):
    services.withhold(message=mail, actor=world.north.manager, reason="wrong date")
    mail.refresh_from_db()
    assert (mail.state, mail.last_error, mail.settled_by) == (State.WITHHELD, "wrong date", "person")
    services.release(message=mail, actor=world.north.alliance_admin)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, mail.last_error) == (State.QUEUED, mail.not_before, "")
    assert [entry.reason for entry in timeline(mail)] == ["", "wrong date"]


def test_withholding_needs_a_reason(world, mail):
    with pytest.raises(ReasonMissing):
        services.withhold(message=mail, actor=world.north.manager, reason=" ")


def test_a_failed_mail_gets_fresh_tries(world, mail):
    put(mail, State.FAILED, attempts=8, is_resent=True, last_error="550")
    services.requeue(message=mail, actor=world.north.manager)
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.is_resent, mail.last_error) == (State.QUEUED, 0, False, "")


def test_a_doubtful_mail_is_settled_by_who_asked_the_reader(world, mail):
    put(mail, State.UNCERTAIN)
    services.confirm_sent(message=mail, actor=world.north.manager)
    mail.refresh_from_db()
    assert mail.state == State.SENT and mail.sent_at is not None


PEOPLE = ("manager", "alliance_admin", "home_office", "fellow")
DOERS = {
    "send_now": lambda mail, actor: services.send_now(message=mail, actor=actor),
    "withhold": lambda mail, actor: services.withhold(message=mail, actor=actor, reason="because"),
    "release": lambda mail, actor: services.release(message=mail, actor=actor),
    "requeue": lambda mail, actor: services.requeue(message=mail, actor=actor),
    "confirm_sent": lambda mail, actor: services.confirm_sent(message=mail, actor=actor),
}
IN_STATE = {
    State.CLAIMED: {
        "claim_token": "5e0c3f0e-3d5e-4d0c-9d8c-1b1f5f4b2a10",
        "lease_until": dt.datetime(2030, 1, 1, tzinfo=dt.UTC),
    },
    State.SENDING: {
        "claim_token": "5e0c3f0e-3d5e-4d0c-9d8c-1b1f5f4b2a10",
        "lease_until": dt.datetime(2030, 1, 1, tzinfo=dt.UTC),
    },
    State.SENT: {"sent_at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)},
}


def test_every_step_in_every_state_by_everybody(world, mail):
    """Only the keepers of the organisation's own mail, only from the states in the table."""
    assert {step.name for step in MAIL.transitions} == set(DOERS)
    people = [getattr(side, who) for side in (world.north, world.south) for who in PEOPLE]
    keepers = {world.north.manager, world.north.alliance_admin}
    for state in State:
        for step in MAIL.transitions:
            for person in people:
                put(mail, State.QUEUED, claim_token=None, lease_until=None, sent_at=None)
                put(mail, state, **IN_STATE.get(state, {}))
                if state not in step.sources:
                    expected = IllegalTransition
                elif person not in keepers:
                    expected = PermissionDenied
                else:
                    DOERS[step.name](mail, person)
                    mail.refresh_from_db()
                    assert mail.state == step.target
                    continue
                with pytest.raises(expected):
                    DOERS[step.name](mail, person)
                mail.refresh_from_db()
                assert mail.state == state


def test_mails_are_seen_by_the_desks_of_their_organisation_only(world, mail):
    queue(kind="reminder", to=ADA, context=WORDS)  # belongs to no desk
    seen = {
        who: list(OutboxMessage.objects.visible_to(user))
        for side in (world.north, world.south)
        for who, user in ((f"{side.alliance.code}.{name}", user) for name, user in side.users.items())
    }
    assert {who for who, mails in seen.items() if mails} == {"north.manager", "north.alliance_admin"}
    assert seen["north.manager"] == [mail]
    assert not OutboxMessage.objects.editable_by(world.south.manager).exists()


# -- the plan's own changes ------------------------------------------------------------------------------------------


def test_the_plan_strikes_only_what_has_not_left_and_revives_only_what_it_struck(world, mail):
    withheld = queue(kind="reminder", to=ADA, context=WORDS, dedupe_key="w", organisation=world.north.host)
    services.withhold(message=withheld, actor=world.north.manager, reason="no")
    planned = queue(kind="reminder", to=ADA, context=WORDS, dedupe_key="p", not_before=mail.not_before)
    assert services.cancel_planned({"p", "w", "unknown"}, reason="done") == 1
    planned.refresh_from_db()
    assert (planned.state, planned.last_error, planned.settled_by) == (State.CANCELLED, "done", "planner")
    assert services.revive_planned({"p", "w"}) == 1
    planned.refresh_from_db()
    withheld.refresh_from_db()
    assert (planned.state, planned.next_try_at, withheld.state) == (State.QUEUED, mail.not_before, State.WITHHELD)


def test_the_mails_of_an_act_are_read_before_it_is_done_by_those_who_may(world):
    queue(kind="reminder", to=ADA, context=WORDS, organisation=world.north.host)

    def act():
        queue(kind="reminder", to=HANAKO, context=WORDS, organisation=world.north.host)
        queue(kind="reminder", to=ADA, context=WORDS, organisation=world.south.host)

    shown = mails_written_by(act, world.north.manager)
    assert [(mail.recipient_name, mail.subject) for mail in shown.readable] == [("山田花子", "Answer the offer")]
    assert shown.others == 1
    assert OutboxMessage.objects.count() == 1


def test_an_act_that_fails_in_the_preview_fails_there_and_leaves_nothing(world):
    with pytest.raises(MissingPlaceholder):
        mails_written_by(lambda: queue(kind="reminder", to=HANAKO, context={}), world.north.manager)
    assert OutboxMessage.objects.count() == 0
