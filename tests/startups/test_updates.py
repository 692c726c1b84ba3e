"""Founders' updates: asked once, kept as versions, blank is not zero, odd figures are questions."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.admin import site
from hypothesis import given
from hypothesis import strategies as st

from portal.core.links import LinkExpired
from portal.core.workflow import StepError
from portal.outbox.models import OutboxMessage
from startups.models import FounderUpdate, MetricDefinition, UpdateVersion
from startups.periods import days_of, last_complete_quarter, quarter_of
from startups.sanity import Known, questions, runway_months
from startups.services import updates
from startups.services.updates import Answers, NeedsConfirmation

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 10, 3, tzinfo=dt.UTC)
JPY = {"people": Decimal(5), "fte": Decimal("3.5"), "revenue": Decimal(1_000_000), "cash": Decimal(30_000_000)}


def kinds() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True))


def answered(venture, period="2026-Q1", values=None, currency="JPY", **more):
    update = venture.update(period)
    updates.submit(
        update=update, answers=Answers(values or JPY, currency=currency), actor=venture.founder, now=NOW, **more
    )
    return update


# -- periods -----------------------------------------------------------------------------------------------------------
@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)))
def test_every_day_lies_in_exactly_its_quarter(day):
    first, last = days_of(quarter_of(day))
    assert first <= day <= last and quarter_of(first - dt.timedelta(days=1)) != quarter_of(day)
    assert days_of(last_complete_quarter(day))[1] == first - dt.timedelta(days=1)


def test_the_day_it_is_due_does_not_move_the_period(venture):
    """A request moved from 28 July to 2 August goes on asking about April to June."""
    for day in (dt.date(2026, 7, 28), dt.date(2026, 8, 2)):
        venture.startup.updates.all().delete()
        now = dt.datetime.combine(day, dt.time(), dt.UTC)
        update = updates.ask(startup=venture.startup, period="2026-Q2", actor=venture.manager, now=now)
        assert (update.period, update.due_on) == ("2026-Q2", day + updates.ANSWER_WITHIN)


# -- asking ------------------------------------------------------------------------------------------------------------
def test_every_running_startup_is_asked_once_about_the_last_quarter(venture, foreign):
    foreign.startup.state = "graduated"
    foreign.startup.save()
    assert updates.ask_everybody(now=NOW) == 1
    assert updates.ask_everybody(now=NOW) == 0
    update = FounderUpdate.objects.get()
    assert (update.startup, update.period, update.definition_set) == (venture.startup, "2026-Q2", "2026")
    mail = OutboxMessage.objects.get()
    assert (mail.kind, mail.recipient_email, mail.language) == ("founder_update_asked", venture.founder.email, "ja")
    assert "/startups/update/" in mail.context["action_url"]


@pytest.mark.parametrize(("admitted", "asked_now"), [("2026-06-30", 1), ("2026-07-01", 0)])
def test_nobody_is_asked_about_a_quarter_before_the_admission(venture, admitted, asked_now):
    type(venture.startup).objects.update(admitted_on=admitted)
    assert updates.ask_everybody(now=NOW) == asked_now


def test_the_one_for_figures_is_asked_before_the_first_contact(venture):
    team = venture.startup.founders
    team.create(person=venture.mentor.person, is_financial_contact=True, is_founder=False)
    assert updates.whom_to_ask(venture.startup) == venture.mentor.person
    team.filter(is_financial_contact=True).update(until_on=dt.date(2026, 1, 1))
    assert updates.whom_to_ask(venture.startup) == venture.founder.person


def test_a_quarter_that_still_runs_is_not_asked_about(venture):
    with pytest.raises(StepError):
        updates.ask(startup=venture.startup, period="2026-Q3", actor=venture.manager, now=NOW)


def test_reminders_repeat_the_same_link_and_each_goes_out_once(venture):
    update = updates.ask(startup=venture.startup, period="2026-Q2", actor=None, now=NOW)
    for day in (-6, -5, -4, 0, 2, 3, 4, 5):
        updates.remind(today=update.due_on + dt.timedelta(days=day))
    mails = OutboxMessage.objects.all()
    assert kinds() == ["founder_update_asked", "founder_update_reminder", "founder_update_reminder"]
    assert len({mail.context["action_url"] for mail in mails}) == 1


def test_an_answer_ends_the_reminders_and_silence_is_noted_as_skipped(venture):
    update = updates.ask(startup=venture.startup, period="2026-Q2", actor=None, now=NOW)
    assert updates.skip_overdue(today=update.due_on + updates.SKIPPED_AFTER) == 0
    assert updates.skip_overdue(today=update.due_on + updates.SKIPPED_AFTER + dt.timedelta(days=1)) == 1
    update.refresh_from_db()
    assert update.state == "skipped"
    updates.submit(update=update, answers=Answers(JPY, currency="JPY"), actor=None, now=NOW)
    assert update.state == "submitted" and not FounderUpdate.objects.waiting().exists()


# -- answering ---------------------------------------------------------------------------------------------------------
def test_blank_is_not_zero(venture):
    update = answered(venture, values={**JPY, "grants": Decimal(0), "raised": None})
    figures = {row.metric: row.value for row in update.latest.figures.all()}
    assert figures["grants"] == 0 and "raised" not in figures


def test_amounts_keep_their_currency_and_the_rate_of_the_last_day_of_the_quarter(venture):
    update = answered(venture, "2026-Q2", {"revenue": Decimal(100)}, "USD")
    revenue = update.latest.figures.get()
    assert (revenue.value, revenue.currency, revenue.as_of) == (100, "USD", dt.date(2026, 6, 30))
    assert (revenue.in_jpy, revenue.in_usd, revenue.rate_source) == (15_500, 100, "Example bank")


def test_an_unknown_rate_is_unknown_and_not_one(venture):
    update = answered(venture, "2026-Q2", {"revenue": Decimal(100)}, "CHF")
    assert update.latest.figures.get().in_jpy is None


def test_the_day_it_came_is_that_of_the_office_whoever_sends_it(venture):
    """By link, out of no known zone, shortly after midnight in Tokyo."""
    type(venture.startup.desk).objects.filter(pk=venture.startup.desk.pk).update(country="JP")
    update = FounderUpdate.objects.get(pk=venture.update().pk)
    midnight = dt.datetime(2026, 7, 21, 15, 30, tzinfo=dt.UTC)
    updates.submit(update=update, answers=Answers(JPY, currency="JPY"), actor=None, now=midnight)
    assert update.submitted_on == dt.date(2026, 7, 22)


def test_the_desk_sees_how_late_an_update_was_after_it_came(venture):
    admin = site._registry[FounderUpdate]
    late = venture.update(state="submitted", submitted_on=dt.date(2026, 7, 25))
    in_time = venture.update("2026-Q1", state="submitted", submitted_on=dt.date(2026, 7, 21))
    assert (admin.days_late(late), admin.days_late(in_time)) == (4, "")


def test_a_correction_is_a_new_version_and_the_old_one_stays(venture):
    update = answered(venture)
    updates.submit(update=update, answers=Answers({"people": Decimal(6)}), actor=venture.founder, now=NOW)
    assert [version.number for version in update.versions.all()] == [2, 1]
    assert update.latest.number == 2
    assert update.versions.get(number=1).figures.get(metric="people").value == 5


def test_the_same_answers_twice_are_one_version(venture):
    update = answered(venture)
    updates.submit(update=update, answers=Answers(JPY, currency="JPY"), actor=venture.founder, now=NOW)
    assert UpdateVersion.objects.count() == 1


def test_nothing_at_all_is_no_update(venture):
    with pytest.raises(StepError):
        updates.submit(update=venture.update(), answers=Answers({"people": None}), actor=None, now=NOW)


def test_asking_again_keeps_what_was_sent(venture):
    update = answered(venture)
    updates.reopen(update=update, actor=venture.manager, reason="Revenue?", now=NOW)
    update.refresh_from_db()
    assert update.state == "asked" and update.latest.number == 1
    assert updates.figures_of(update.latest)["people"].value == 5


def test_who_is_asked_again_reads_why_and_may_answer_the_same(venture):
    update = answered(venture)
    updates.reopen(update=update, actor=venture.manager, reason="Is the revenue right?", now=NOW)
    mail = OutboxMessage.objects.filter(kind="founder_update_asked").latest("pk")
    assert "Is the revenue right?" in mail.body_text
    updates.submit(update=update, answers=Answers(JPY, currency="JPY"), actor=None, now=NOW)
    update.refresh_from_db()
    assert update.state == "submitted" and not FounderUpdate.objects.waiting().exists()


def test_a_correction_by_the_office_is_marked_and_the_founder_is_told(venture):
    update = answered(venture)
    version = updates.correct(
        update=update, answers=Answers({"people": Decimal(4)}), actor=venture.manager, now=NOW, reason="Typing error"
    )
    assert version.is_staff_edit and version.made_by == venture.manager and version.number == 2
    assert kinds()[-1] == "founder_update_corrected"
    named = MetricDefinition.objects.filter(definition_set=update.definition_set, metric__in=("people", "revenue"))
    mail = OutboxMessage.objects.latest("pk").body_text  # revenue was told before and is not any more
    assert len(named) == 2 and all(definition.name_ja in mail for definition in named)
    for user in (venture.partner, venture.founder, venture.mentor):
        with pytest.raises(updates.PermissionDenied):
            updates.correct(update=update, answers=Answers({"people": Decimal(1)}), actor=user, now=NOW, reason="x")


def test_no_change_is_one_click_and_says_that_nothing_new_came_in(venture):
    answered(venture, values={**JPY, "grants": Decimal(20_000_000), "raised": Decimal(5_000_000)})
    update = venture.update("2026-Q2")
    version = updates.submit_no_change(update=update, actor=None, now=NOW)
    figures = {metric: known.value for metric, known in updates.figures_of(version).items()}
    assert version.is_no_change
    assert figures == {**JPY, "grants": 0, "raised": 0}


def test_no_change_needs_something_that_could_stay(venture):
    with pytest.raises(StepError):
        updates.submit_no_change(update=venture.update(), actor=None, now=NOW)


def test_a_mentor_or_another_firm_cannot_answer(venture, foreign):
    update = venture.update()
    for user in (venture.mentor, foreign.founder, venture.manager):
        with pytest.raises(updates.PermissionDenied):
            updates.submit(update=update, answers=Answers(JPY, currency="JPY"), actor=user, now=NOW)


# -- questions ---------------------------------------------------------------------------------------------------------
def asked(now: dict, before: dict | None = None, currency="JPY", was="JPY") -> list[str]:
    money = {"revenue", "grants", "raised", "spent", "cash"}
    known = {name: Known(Decimal(str(value)), currency if name in money else "") for name, value in now.items()}
    earlier = {name: Known(Decimal(str(value)), was if name in money else "") for name, value in (before or {}).items()}
    return [question.code for question in questions(known, earlier)]


@pytest.mark.parametrize(
    ("now", "before", "more", "codes"),
    [
        ({"revenue": 1001}, {"revenue": 100}, {}, ["revenue.jump"]),
        ({"revenue": 1000}, {"revenue": 100}, {}, []),
        ({"cash": -5}, {}, {}, ["cash.negative"]),
        ({"revenue": 100}, {"revenue": 15_000}, {}, ["revenue.currency"]),
        ({"revenue": 1_000_000}, {"revenue": 1_100_000}, {"currency": "USD"}, ["revenue.currency"]),
        ({"revenue": 7_000}, {"revenue": 1_100_000}, {"currency": "USD"}, []),
        ({"cash": 99, "spent": 300}, {}, {}, ["cash.less_than_a_month"]),
        ({"cash": 100, "spent": 300}, {}, {}, []),
        ({"people": 3, "fte": 4}, {}, {}, ["fte.more_than_people"]),
        ({"revenue": 0}, {"revenue": 100}, {}, []),
        ({"revenue": 100}, {"revenue": 0}, {}, []),
    ],
)
def test_odd_figures_are_asked_about(now, before, more, codes):
    assert asked(now, before, **more) == codes


@pytest.mark.django_db
def test_a_question_is_no_refusal_once_it_is_confirmed(venture):
    answered(venture)
    update = venture.update("2026-Q2")
    values = {**JPY, "revenue": Decimal(50_000_000)}
    with pytest.raises(NeedsConfirmation) as odd:
        updates.submit(update=update, answers=Answers(values, currency="JPY"), actor=None, now=NOW)
    assert not update.versions.exists()
    codes = frozenset(question.code for question in odd.value.questions)
    version = updates.submit(
        update=update, answers=Answers(values, currency="JPY", confirmed=codes), actor=None, now=NOW
    )
    assert version.confirmed == ["revenue.jump"]


def test_how_long_the_money_lasts_is_unknown_without_both_figures():
    assert runway_months({"cash": Known(Decimal(600), "JPY"), "spent": Known(Decimal(300), "JPY")}) == 6
    assert runway_months({"cash": Known(Decimal(600), "JPY")}) is None
    assert runway_months({"cash": Known(Decimal(600), "JPY"), "spent": Known(Decimal(3), "USD")}) is None


def test_jobs_are_the_change_since_the_first_update_and_may_be_fewer(venture):
    first = answered(venture, "2026-Q1")
    assert updates.jobs_since_first(first) is None
    later = answered(venture, "2026-Q2", {"people": Decimal(3)})
    assert updates.jobs_since_first(later) == -2
    assert updates.jobs_since_first(answered(venture, "2026-Q3", {"cash": Decimal(3)})) is None


# -- links -------------------------------------------------------------------------------------------------------------
def test_a_link_opens_its_update_until_it_is_too_old_or_replaced(venture):
    update = updates.ask(startup=venture.startup, period="2026-Q2", actor=None, now=NOW)
    token = OutboxMessage.objects.get().context["action_url"].rstrip("/").rpartition("/")[2]
    assert updates.behind_link(token=token, now=NOW) == update
    assert updates.behind_link(token="x" * 43, now=NOW) is None
    with pytest.raises(LinkExpired):
        updates.behind_link(token=token, now=NOW + updates.LINK_LIVES)
    updates.renew_link(update=update, now=NOW + updates.LINK_LIVES)
    assert updates.behind_link(token=token, now=NOW + updates.LINK_LIVES) is None
    assert update.token_hash != token
