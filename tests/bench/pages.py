"""Every page of the journeys: time, queries and bytes beside the floor of the same kind."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchanges.models import Application, Review, Stay
from exchanges.sections import SECTIONS
from portal.accounts.models import User
from portal.programmes.models import Call
from startups.models import Cohort, FounderUpdate, Showcase, Startup
from tests.bench.measure import Row, compressed, limit_row, median, milliseconds, p95, time_row
from workshops.models import Delegate, Event

ROUNDS = 40
APPLICANT, REVIEWER = "luz.ensayo@example.org", "jonas.muster@example.org"
FOUNDER, DELEGATE = "sora.genkei@example.org", "nao.hyouhon@example.org"
OFFICE = "taro.kakuu@example.org"
PUBLIC_TARGET, SIGNED_IN_TARGET, ADMIN_TARGET = 6, 8, 25
MAX_QUERIES, MAX_LIST_QUERIES, MAX_BYTES = 12, 15, 100_000


def client_of(email: str | None) -> Client:
    client = Client(HTTP_HOST="localhost")
    if email:
        client.force_login(User.objects.get(email=email), backend="portal.accounts.backends.SignInBackend")
        session = client.session
        session["demo_sign_in"] = True
        session.save()
    return client


def pages() -> list[tuple[str, str, str | None, float, int]]:
    """name, address, who, target ratio, most queries."""
    fellow, host, manager = (
        "camille.exemple@example.org",
        "sakura.shisaku@example.org",
        "ken.karina@example.org",
    )
    call = Call.objects.get(code="demo-ctqa-lab-rolling")
    application = Application.objects.get(code="a03")
    stay = Stay.objects.get(code="s03")
    event = Event.objects.filter(state="registration_open", was_announced=True).earliest("starts_on")
    startup = Showcase.objects.shown().earliest("pk").startup
    cohort = Cohort.objects.filter(state="call_open").earliest("pk")
    public = [
        ("home", reverse("home:index")),
        ("calls", reverse("home:calls")),
        ("call", reverse("home:call", args=[call.code])),
        ("programmes", reverse("home:programmes")),
        ("sign-in", reverse("account_login")),
    ]
    draft = Application.objects.get(code="a14")
    review = Review.objects.get(application__code="a12", reviewer__email=REVIEWER)
    sections = [
        (key, reverse("exchanges:section", args=[draft.public_id, key]))
        for key in [section.key for section in SECTIONS]
    ]
    public += [
        ("programme", reverse("home:programme", args=["qupip"])),
        ("check of a letter", reverse("documents:verify_form")),
        ("impact", reverse("reports:impact")),
        ("alliance", reverse("home:alliance", args=["ctqa"])),
        ("events", reverse("workshops:index")),
        ("event", reverse("workshops:event", args=[event.code])),
        ("registration form", reverse("workshops:register", args=[event.code])),
        ("startups", reverse("startups:index")),
        ("startup", reverse("startups:page", args=[startup.code])),
        ("call of a cohort", reverse("home:call", args=[cohort.call.code])),
    ]
    own = [
        ("my desk", reverse("home:desk")),
        ("one application", application_url(application)),
        ("one stay", stay_url(stay)),
    ]
    founded = Startup.objects.get(code="demo-aoba-qubits")
    update = FounderUpdate.objects.waiting().filter(startup=founded).earliest("pk")
    delegate = Delegate.objects.filter(person__user__email=DELEGATE).earliest("pk")
    ventures = [
        ("my desk", reverse("home:desk")),
        ("my startup", reverse("startups:mine", args=[founded.public_id])),
        ("update of a quarter", reverse("startups:update", args=[update.public_id])),
    ]
    alliance_desk = [
        ("event at the desk", reverse("admin:workshops_event_change", args=[event.pk])),
        ("registrations", reverse("admin:workshops_registration_changelist")),
        ("timetable", reverse("admin:workshops_session_timetable", args=[event.pk])),
        ("figures by year", reverse("admin:reports_figures")),
        ("reports", reverse("reports:reports")),
        ("the next seven days", reverse("admin:reminders_outlook")),
    ]
    desk = [
        ("today", reverse("admin:index")),
        ("applications", reverse("admin:exchanges_application_changelist")),
        ("one application at the desk", reverse("admin:exchanges_application_change", args=[application.pk])),
        ("stays", reverse("admin:exchanges_stay_changelist")),
        ("people", reverse("admin:accounts_person_changelist")),
        ("people searched", reverse("admin:accounts_person_changelist") + "?q=kasou"),
        ("calls at the desk", reverse("admin:programmes_call_changelist")),
        ("outbox", reverse("admin:outbox_outboxmessage_changelist")),
        ("one stay at the desk", reverse("admin:exchanges_stay_change", args=[stay.pk])),
        ("import", reverse("admin:transfers_upload")),
        ("imports", reverse("admin:transfers_importjob_changelist")),
        ("reminder rules", reverse("admin:reminders_reminderrule_changelist")),
    ]
    return [
        *((f"public: {name}", url, None, PUBLIC_TARGET, MAX_QUERIES) for name, url in public),
        *((f"fellow: {name}", url, fellow, SIGNED_IN_TARGET, MAX_QUERIES) for name, url in own),
        *((f"applicant: {name}", url, APPLICANT, SIGNED_IN_TARGET, MAX_QUERIES) for name, url in sections),
        ("fellow: profile", reverse("accounts:profile"), fellow, SIGNED_IN_TARGET, MAX_QUERIES),
        ("fellow: consents", reverse("accounts:consents"), fellow, SIGNED_IN_TARGET, MAX_QUERIES),
        ("host: my desk", reverse("home:desk"), host, SIGNED_IN_TARGET, MAX_QUERIES),
        ("host: people I host", reverse("exchanges:hosting"), host, SIGNED_IN_TARGET, MAX_QUERIES),
        ("reviewer: queue", reverse("exchanges:reviews"), REVIEWER, SIGNED_IN_TARGET, MAX_QUERIES),
        (
            "reviewer: one application",
            reverse("exchanges:review", args=[review.public_id]),
            REVIEWER,
            SIGNED_IN_TARGET,
            MAX_QUERIES,
        ),
        *((f"founder: {name}", url, FOUNDER, SIGNED_IN_TARGET, MAX_QUERIES) for name, url in ventures),
        (
            "delegate: day of a mission",
            reverse("workshops:mission", args=[delegate.public_id]),
            DELEGATE,
            SIGNED_IN_TARGET,
            MAX_QUERIES,
        ),
        *((f"alliance office: {name}", url, OFFICE, ADMIN_TARGET, MAX_LIST_QUERIES) for name, url in alliance_desk),
        *((f"coordinator: {name}", url, manager, ADMIN_TARGET, MAX_LIST_QUERIES) for name, url in desk),
    ]


def application_url(application) -> str:
    return reverse("exchanges:application", args=[application.public_id])


def stay_url(stay) -> str:
    return reverse("exchanges:stay", args=[stay.public_id])


def measure_pages() -> list[Row]:
    visitor = client_of(None)
    public_floor = median(milliseconds(lambda: visitor.get("/floor/public/"), ROUNDS))
    signed_in = client_of("camille.exemple@example.org")
    signed_in_floor = median(milliseconds(lambda: signed_in.get("/floor/signed-in/"), ROUNDS))
    rows = []
    for name, url, who, target, most_queries in pages():
        client = client_of(who)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(url)
            count = len(connection.queries_log) - queries.initial_queries
        if response.status_code != 200:
            raise RuntimeError(f"{name}: {url} answered {response.status_code}")
        taken = milliseconds(lambda client=client, url=url: client.get(url), ROUNDS)
        floor = signed_in_floor if who else public_floor
        rows += [
            time_row(f"{name}: median", median(taken), "ms", floor, target),
            time_row(f"{name}: p95", p95(taken), "ms", floor, target * 2),
            limit_row(f"{name}: queries", count, "queries", most_queries),
            limit_row(f"{name}: page", compressed(response.content), "bytes gz", MAX_BYTES),
        ]
    return rows
