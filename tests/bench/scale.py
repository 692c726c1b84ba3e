"""Lists, the day and one's own desk over a long history: the same pages with a thousand rows and with two hundred.

What is added lives in a transaction that is rolled back.
"""

from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from exchanges.models import Application, Stay
from portal.accounts.models import Person
from startups.models import Startup
from tests.bench.figures import multiply, one_of
from tests.bench.measure import Row, median, milliseconds, time_row
from tests.bench.pages import client_of
from workshops.models import Event, Registration

ROUNDS = 24
FEW, MANY = 1_000, 200_000  # stays, and people, applications and registrations in proportion
GROWTH = 1.3
# A programme manager for exchanges, the office of the alliance for events and startups with their managers.
EXCHANGES, EVENTS, VENTURES = "ken.karina@example.org", "taro.kakuu@example.org", "yui.kensho@example.org"
FELLOW = "camille.exemple@example.org"

LISTS = (
    ("applications", "exchanges_application", "", EXCHANGES),
    ("applications of one state", "exchanges_application", "?state__exact=declined", EXCHANGES),
    ("applications searched", "exchanges_application", "?q=bench", EXCHANGES),
    ("applications, deep page", "exchanges_application", "?p=15", EXCHANGES),
    ("stays", "exchanges_stay", "", EXCHANGES),
    ("stays, deep page", "exchanges_stay", "?p=15", EXCHANGES),
    ("people", "accounts_person", "", EXCHANGES),
    ("people searched in roman letters", "accounts_person", "?q=example", EXCHANGES),
    ("people searched in kana", "accounts_person", "?q=%E3%82%AB%E3%82%BD%E3%82%A6", EXCHANGES),
    ("people searched in kanji", "accounts_person", "?q=%E4%BB%AE%E6%83%B3", EXCHANGES),
    ("people, deep page", "accounts_person", "?p=15", EXCHANGES),
    ("events", "workshops_event", "", EVENTS),
    ("registrations", "workshops_registration", "", EVENTS),
    ("startups", "startups_startup", "", VENTURES),
)


def pages() -> list[tuple[str, str, str | None]]:
    """name, address, who."""
    return [
        ("public events", reverse("workshops:index"), None),
        ("public startups", reverse("startups:index"), None),
        ("today", reverse("admin:index"), EXCHANGES),
        ("my desk", reverse("home:desk"), FELLOW),
        *((name, reverse(f"admin:{label}_changelist") + query, who) for name, label, query, who in LISTS),
    ]


def measure_scale() -> list[Row]:
    with transaction.atomic():
        grow("few", FEW)
        before = {name: _median(url, who) for name, url, who in pages()}
        grow("many", MANY - FEW)
        rows = [
            time_row(f"long history: {name}", _median(url, who), "ms", before[name], GROWTH)
            for name, url, who in pages()
        ]
        transaction.set_rollback(True)
    cache.clear()
    return rows


def grow(prefix: str, stays: int) -> None:
    """So many stays more, most of them over, with the people, applications, events and startups around them."""
    code, people, applications, events = f"'{prefix}-' || n", max(stays // 5, FEW), max(stays // 4, FEW), stays // 100
    person = multiply(
        Person.objects.get(code="p08"), people, code=code, email=f"{code} || '@example.org'", orcid="''",
        user_id="NULL", family_name="'Example' || (n * 7919) % 100003",
        search_key="'example' || (n * 7919) % 100003 || ' robin ' || n",
    )  # fmt: skip
    somebody = f"{person} + n % {people}"
    day = "date '2019-04-01' + (n * 7) % 2400"
    application = multiply(
        Application.objects.get(code="a01"), applications, code=code, applicant_id=somebody, decided_on=day,
        submitted_at=f"({day})::timestamptz",
        state=one_of(["selected", "declined", "declined", "waitlisted", "ineligible", "withdrawn"]),
    )  # fmt: skip
    multiply(
        Stay.objects.get(code="s01"), stays, code=code, person_id=somebody, start_on=day, end_on=f"{day} + n % 120",
        application_id=f"CASE WHEN n < {applications} THEN {application} + n END", certificate_id="NULL",
        state=one_of(["closed", "closed", "closed", "departed", "cancelled"]),
    )  # fmt: skip
    event = multiply(
        Event.objects.get(code="ctqa-ws-2023"), max(events, 100), code=code, starts_on=day, ends_on=day, last_on=day,
        starts_at="NULL", ends_at="NULL", state=one_of(["held", "reported"]),
    )  # fmt: skip
    multiply(
        Registration.objects.get(code="r01"), applications, code=code, event_id=f"{event} + n % {max(events, 100)}",
        person_id=somebody, email=f"{code} || '@example.org'", email_key=f"{code} || '@example.org'", token_hash="''",
        state=one_of(["attended", "attended", "confirmed", "no_show", "cancelled"]),
    )  # fmt: skip
    multiply(
        Startup.objects.get(code="demo-aoba-qubits"), max(stays // 40, 200), code=code, name=f"'Startup ' || {code}",
        state=one_of(["graduated", "closed_down"]), admitted_on=day, left_on=f"{day} + 300",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("CHECKPOINT")  # or writing all that down would be measured with the first pages
    cache.clear()


def _median(url: str, who: str | None) -> float:
    client = client_of(who)
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return median(milliseconds(lambda: client.get(url), ROUNDS))
