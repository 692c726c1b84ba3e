"""Lists, the day and the dashboards over a long history: the same pages before and after the tables have grown."""

from dataclasses import dataclass, field

from django.db import connection, models
from django.urls import reverse

from exchanges.models import Application, Stay
from portal.accounts.models import Person
from startups.models import Startup
from tests.bench.measure import Row, limit_row, median, milliseconds, time_row
from tests.bench.pages import client_of
from workshops.models import Registration

ROUNDS = 12
GROWTH, ADMIN_TARGET = 1.3, 25
COORDINATOR, FELLOW = "ken.karina@example.org", "camille.exemple@example.org"
SOMEBODY = "(SELECT id FROM accounts_person WHERE code = 'bench-p' || (n %% 50000 + 1))"
# Spread over thirty years that lie behind us, so that what is near today stays what it is in a real office.
LONG_AGO = "date '1995-04-01' + (n %% 10000)"


@dataclass(frozen=True)
class Growth:
    """So many copies of one row of a table; `values` are SQL expressions over the running number `n`."""

    model: type[models.Model]
    template: dict
    number: int
    values: dict[str, str] = field(default_factory=dict)


GROWN = (
    Growth(
        Person,
        {"code": "p10"},
        50_000,
        {
            "code": "'bench-p' || n",
            "user_id": "NULL",
            "email": "'bench' || n || '@example.org'",
            "orcid": "''",
            "search_key": "'bench person ' || n",
        },
    ),
    Growth(
        Application,
        {"code": "a03"},
        200_000,
        {
            "code": "'bench-a' || n",
            "state": "'declined'",
            "submitted_at": LONG_AGO,
            "applicant_id": SOMEBODY,
            "host_person_id": "NULL",
        },
    ),
    Growth(
        Stay,
        {"code": "s03"},
        200_000,
        {
            "code": "'bench-s' || n",
            "state": "'closed'",
            "application_id": "NULL",
            "person_id": SOMEBODY,
            "host_person_id": "NULL",
            "start_on": LONG_AGO,
            "end_on": f"{LONG_AGO} + 60",
            "arrived_on": LONG_AGO,
            "departed_on": f"{LONG_AGO} + 60",
        },
    ),
    Growth(
        Registration,
        {"code": "r01"},
        50_000,
        {
            "code": "'bench-r' || n",
            "person_id": "NULL",
            "email": "'bench' || n || '@example.org'",
            "email_key": "'bench' || n || '@example.org'",
        },
    ),
    Growth(Startup, {"code": "demo-aoba-qubits"}, 5_000, {"code": "'bench-v' || n", "name": "'Venture ' || n"}),
)

LISTS = (
    ("applications", "exchanges_application", ""),
    ("applications of one state", "exchanges_application", "?state__exact=under_review"),
    ("applications searched", "exchanges_application", "?q=kasou"),
    ("stays", "exchanges_stay", ""),
    ("stays, deep page", "exchanges_stay", "?p=900"),
    ("people", "accounts_person", ""),
    ("people searched in kanji", "accounts_person", "?q=仮想"),
    ("registrations", "workshops_registration", ""),
    ("startups", "startups_startup", ""),
)


def pages() -> list[tuple[str, str, str]]:
    """name, address, who."""
    return [
        ("today", reverse("admin:index"), COORDINATOR),
        ("my desk", reverse("home:desk"), FELLOW),
        *((name, reverse(f"admin:{label}_changelist") + query, COORDINATOR) for name, label, query in LISTS),
    ]


def measure_scale() -> list[Row]:
    before = {name: _median(url, who) for name, url, who in pages() if "p=900" not in url}
    for growth in GROWN:
        multiply(growth)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = []
    for name, url, who in pages():
        after = _median(url, who)
        rows.append(time_row(f"long history: {name}", after, "ms", before.get(name, before["stays"]), GROWTH))
    total = sum(growth.number for growth in GROWN)
    rows.append(limit_row("long history: rows added", total, "rows", total))
    return rows


def multiply(growth: Growth) -> None:
    """Insert the copies in one statement."""
    meta = growth.model._meta
    template = growth.model._base_manager.get(**growth.template)
    columns = [f for f in meta.concrete_fields if not f.primary_key]
    values = {"public_id": "gen_random_uuid()", **growth.values}
    expressions = [values.get(f.column, f'template."{f.column}"') for f in columns]
    names = ", ".join(f'"{f.column}"' for f in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({names}) SELECT {", ".join(expressions)} '
            f'FROM "{meta.db_table}" AS template, generate_series(1, %s) AS n WHERE template.id = %s',
            [growth.number, template.pk],
        )


def _median(url: str, who: str) -> float:
    client = client_of(who)
    answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    return median(milliseconds(lambda: client.get(url), ROUNDS))
