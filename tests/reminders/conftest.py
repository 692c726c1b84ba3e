"""A rule of the tests' own and a step that can be open or done."""

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from portal.outbox.services import Recipient
from portal.reminders import registry
from portal.reminders.models import ReminderRule
from portal.reminders.registry import Due

# A Wednesday noon; the anchor is the Wednesday after at 17:00 in Tokyo.
NOW = dt.datetime(2026, 6, 17, 12, tzinfo=dt.UTC)
ANCHOR = dt.datetime(2026, 6, 24, 8, tzinfo=dt.UTC)
TARO = Recipient("taro@example.jp", "山田太郎", "ja", "Asia/Tokyo")
ADA = Recipient("ada@example.org", "Ada Lovelace", "en", "America/Chicago")
BOSS = Recipient("boss@example.org", "The Boss", "en", "America/Chicago")


@dataclass
class Step:
    """What the provider answers; tests change it while time goes by."""

    subjects: list = field(default_factory=list)
    fields: dict = field(default_factory=dict)
    asked_for: list = field(default_factory=list)

    def __call__(self, *, now, pk=None):
        self.asked_for.append(pk)
        for subject in self.subjects:
            if pk is None or str(subject.pk) == pk:
                yield Due(
                    **{"subject": subject, "anchor": ANCHOR, "zone": "Asia/Tokyo", "recipients": [ADA], **self.fields}
                )


def a_rule(**fields) -> ReminderRule:
    return ReminderRule.objects.create(
        **{
            "code": "T01",
            "entity": "call",
            "trigger_en": "closes_at",
            "offsets": "-7d, -2d",
            "recipients": "programme_manager",
            "escalate_to": "alliance_admin",
            "time_zone_rule": "call zone",
            "subject_en": "Answer by {time}",
            "subject_ja": "{time}までに回答を",
            "source": "invented",
            **fields,
        }
    )


@contextmanager
def running(code, provider):
    """The rule has a provider for as long as this lasts."""
    registry.reminder(code)(provider)
    try:
        yield
    finally:
        del registry._providers[code]


@pytest.fixture
def rule(db):
    return a_rule()


@pytest.fixture
def open_step(rule, world):
    """The rule runs, alone, and its step is open for the call of the north."""
    ReminderRule.objects.exclude(pk=rule.pk).delete()
    step = Step([world.north.call], {"organisation": world.north.host, "action_url": "/calls/1/"})
    with running(rule.code, step):
        yield step
