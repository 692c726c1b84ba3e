"""A thousand people and fifty places: the form sent through the real page by as many threads as a rush has."""

import threading
import time

from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.bench.measure import Row, limit_row, p95
from workshops.models import Event, Registration, RegistrationRules

PEOPLE, PLACES, WORKERS = 1000, 50, 16
SLOWEST = 3.0  # seconds, of 95 in 100 answers
EVENT = "demo-ctqa-ws-2027"


def measure_registrations() -> list[Row]:
    """Target 9 of the handbook: nobody sees an error, exactly as many places as there are, p95 within its limit."""
    event = Event.objects.get(code=EVENT)
    held = Registration.objects.filter(event=event).holding(pending_too=False)
    taken = held.exclude(attendance_mode="online").count()
    Event.objects.filter(pk=event.pk).update(capacity=None)
    RegistrationRules.objects.filter(event=event).update(seats_on_site=taken + PLACES, tour="")
    answers = rush(event)
    rows = Registration.objects.filter(event=event, email__endswith="@rush.example.org")
    placed = rows.filter(state="confirmed").count()
    return [
        limit_row(f"{PEOPLE} registrations: answers that were errors", sum(not ok for ok, _t in answers), "answers", 0),
        limit_row(f"{PEOPLE} registrations: places beyond {PLACES}", abs(placed - PLACES), "places", 0),
        limit_row(f"{PEOPLE} registrations: p95", round(p95([seconds for _ok, seconds in answers]), 3), "s", SLOWEST),
    ]


def rush(event: Event) -> list[tuple[bool, float]]:
    """Whether each answer was right, and after how many seconds it came."""
    address, gate, answers = reverse("workshops:register", args=[event.code]), threading.Barrier(WORKERS), []

    def work(mine: range) -> None:
        visitor = Client()
        gate.wait()
        for number in mine:
            visitor.cookies.clear()
            started = time.perf_counter()
            home = f"10.0.{number // 250}.{number % 250 + 1}"
            status = visitor.post(address, answer(number), REMOTE_ADDR=home).status_code
            answers.append((status == 302, time.perf_counter() - started))
        connections.close_all()

    threads = [threading.Thread(target=work, args=(range(first, PEOPLE, WORKERS),)) for first in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def answer(number: int) -> dict[str, str]:
    return {
        "person_name": f"Visitor {number}",
        "email": f"visitor-{number}@rush.example.org",
        "affiliation": "Somewhere",
        "affiliation_country": "JP",
        "career_stage": "postdoc",
        "timezone": "Asia/Tokyo",
        "attendance_mode": "on_site",
    }
