"""Lists, the day and one's own desk over a long history: the same pages before and after the tables have grown."""

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from tests.bench.figures import build
from tests.bench.measure import Row, median, milliseconds, time_row
from tests.bench.pages import client_of

ROUNDS = 12
GROWTH = 1.3
COORDINATOR, FELLOW = "ken.karina@example.org", "camille.exemple@example.org"

LISTS = (
    ("applications", "exchanges_application", ""),
    ("applications of one state", "exchanges_application", "?state__exact=under_review"),
    ("applications searched", "exchanges_application", "?q=kasou"),
    ("stays", "exchanges_stay", ""),
    ("people", "accounts_person", ""),
    ("people searched in kanji", "accounts_person", "?q=仮想"),
    ("events", "workshops_event", ""),
    ("registrations", "workshops_registration", ""),
    ("startups", "startups_startup", ""),
)


def pages() -> list[tuple[str, str, str | None]]:
    """name, address, who."""
    return [
        ("public events", reverse("workshops:index"), None),
        ("public startups", reverse("startups:index"), None),
        ("today", reverse("admin:index"), COORDINATOR),
        ("my desk", reverse("home:desk"), FELLOW),
        *((name, reverse(f"admin:{label}_changelist") + query, COORDINATOR) for name, label, query in LISTS),
    ]


def measure_scale() -> list[Row]:
    """Against the first measurement of the same page; what was added is taken back."""
    before = {name: _median(url, who) for name, url, who in pages()}
    with transaction.atomic():
        build()
        cache.clear()
        rows = [
            time_row(f"long history: {name}", _median(url, who), "ms", before[name], GROWTH)
            for name, url, who in pages()
        ]
        transaction.set_rollback(True)
    cache.clear()
    return rows


def _median(url: str, who: str | None) -> float:
    client = client_of(who)
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return median(milliseconds(lambda: client.get(url), ROUNDS))
