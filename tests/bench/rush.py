"""The last minute of a call: three hundred people with complete drafts hand them in, as many at once as a rush has."""

import threading
import time

from django.db import connections
from django.test import Client
from django.urls import reverse

from exchanges.models import Application
from tests.bench.measure import Row, limit_row, p95
from tests.bench.pages import client_of
from tests.factories import PersonFactory, UserFactory
from tests.factories.journeys import CONSENTS, filled_in
from tests.factories.world import CHICAGO, TOKYO, build_side

PEOPLE, WORKERS = 300, 16
SLOWEST, LONGEST = 1.5, 60.0  # seconds: of 95 in 100 answers, and of all together


def measure_rush() -> list[Row]:
    """Target 9 of the handbook: nothing is lost, nobody sees an error, p95 within its limit."""
    side = build_side("rush", home=("US", CHICAGO), host=("JP", TOKYO), direction="inbound", fellow=CHICAGO)
    drafts = []
    for number in range(PEOPLE):
        user = UserFactory(email=f"rush-{number}@example.org")
        PersonFactory(user=user, career_stage="doctoral_student")
        drafts.append((client_of(user.email), filled_in(side, user)))
    started = time.perf_counter()
    answers = hand_in(drafts)
    taken = time.perf_counter() - started
    keys = [draft.pk for _client, draft in drafts]
    lost = Application.objects.filter(pk__in=keys, submitted_at=None).count()
    return [
        limit_row(f"{PEOPLE} submissions: lost", lost, "applications", 0),
        limit_row(f"{PEOPLE} submissions: answers that were errors", sum(not ok for ok, _t in answers), "answers", 0),
        limit_row(f"{PEOPLE} submissions: p95", round(p95([seconds for _ok, seconds in answers]), 3), "s", SLOWEST),
        limit_row(f"{PEOPLE} submissions: all together", round(taken, 1), "s", LONGEST),
    ]


def hand_in(drafts: list[tuple[Client, Application]]) -> list[tuple[bool, float]]:
    """Whether each answer was right, and after how many seconds it came."""
    gate, answers = threading.Barrier(WORKERS), []

    def work(mine: list[tuple[Client, Application]]) -> None:
        gate.wait()
        for client, draft in mine:
            started = time.perf_counter()
            address = reverse("exchanges:submit", args=[draft.public_id])
            answer = client.post(address, {"consents": sorted(CONSENTS)})
            right = answer.status_code == 302 and answer.url == reverse("exchanges:receipt", args=[draft.public_id])
            answers.append((right, time.perf_counter() - started))
        connections.close_all()

    threads = [threading.Thread(target=work, args=(drafts[first::WORKERS],)) for first in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
