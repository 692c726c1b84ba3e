"""Walks the table as one person and tells what is not as it should be."""

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection, models, transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.timezone import localdate

from portal.applications.models import BaseDocument
from portal.outbox.models import OutboxMessage
from tests.permissions.canaries import CANARY
from tests.permissions.cast import SIGNED_OUT
from tests.permissions.matrix import EVERYBODY, SIGNED_IN, TODAY, Line
from workshops.models import Meeting, Session

# Pages of an event, which its code names.
BY_CODE = tuple(
    f"workshops:{name}"
    for name in (
        "alliance_feed",
        "badges",
        "calendar",
        "door",
        "event",
        "mail_link",
        "participants",
        "programme",
        "register",
        "registered",
        "report",
        "walk_in",
    )
)
LAST_ZONE = ZoneInfo("Etc/GMT+12")  # where a day begins last
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CODE = re.compile(
    r"(never|north|south|call|startup)-[\w-]+|(?:ranking|delegation|timetable|session|invite)/\d+|figures/\w[\w-]*"
)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.IGNORECASE)
SESSIONS = {"django_session", "usersessions_usersession"}
# Reading a file of somebody else, or taking a table out, is itself an act that leaves a trace.
TRACED = {"documents:download": {"core_auditentry"}, "admin:transfers_export": {"core_auditentry"}}


@dataclass(frozen=True)
class Answer:
    status: int
    goes_to: str
    body: str
    written: frozenset[str]  # tables, beside the session's

    @property
    def kind(self) -> str:
        if self.status == 302 and self.goes_to.startswith(("/accounts/login/", "/admin/login/")):
            return "sign-in"
        return {403: "refused", 404: "missing", 405: "no such method"}.get(self.status, "open")

    @property
    def without_names(self) -> tuple:
        """What is left to compare once identifiers are removed."""
        clean = [CODE.sub("#", UUID.sub("#", text)) for text in (self.goes_to, TOKEN.sub("", self.body))]
        return (self.status, *clean)


def patterns() -> Iterator[tuple[str, str]]:
    """(name, module of the view) of every address, through all includes."""

    def walk(found, names):
        for pattern in found:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, (*names, pattern.namespace) if pattern.namespace else names)
            else:
                yield ":".join((*names, pattern.name or "")), pattern.callback.__module__

    yield from walk(get_resolver().url_patterns, ())


def address(line: Line, row: models.Model | None) -> str:
    if row is None:
        return reverse(line.name, kwargs=dict(line.more))
    if isinstance(row, BaseDocument):
        application = row.application.public_id if row.application_id else uuid.uuid4()
        return reverse(line.name, kwargs={"public_id": application, "document": row.public_id})
    if line.name.startswith("workshops:me"):
        return reverse(line.name, kwargs=_in_mission(row))
    if line.name == "admin:workshops_delegation_schedule":
        return reverse(line.name, kwargs={"object_id": row.pk})
    if line.name.startswith(("admin:workshops_session_", "admin:workshops_eventperson_")):
        by = "session_id" if isinstance(row, Session) else "event_id"
        return reverse(line.name, kwargs={by: row.pk})
    if line.name.endswith("_ranking"):
        return reverse(line.name, kwargs={"call_id": row.pk})
    by_code = ("home:", "exchanges:start", "startups:start", "startups:page", "admin:reports_figure", *BY_CODE)
    by = "code" if line.name.startswith(by_code) else "public_id"
    return reverse(line.name, kwargs={by: getattr(row, by), **line.more})


def _in_mission(row: models.Model) -> dict:
    """The invited one's own page of a meeting, and a delegate's page about somebody of the other side."""
    if isinstance(row, Meeting):
        own = row.invitee.mission_roles.first().public_id if row.invitee_id else uuid.uuid4()
        return {"public_id": own, "meeting": row.public_id}
    others = row.delegation.delegates.filter(role="host") if row.delegation_id else []
    return {"public_id": row.public_id, "other": others[0].public_id if others else uuid.uuid4()}


def missing(row: models.Model) -> models.Model:
    """An object like this one that never was."""
    never = type(row)()
    never.pk, never.public_id, never.code = 987654321, uuid.uuid4(), f"never-{uuid.uuid4().hex[:8]}"
    return never


@contextmanager
def tables_written() -> Iterator[set[str]]:
    """The tables that this writes to, but for the session."""
    written = set()

    def watch(execute, sql, params, many, context):
        if found := WRITES.match(sql):
            written.add(found[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield written
    written -= SESSIONS


def ask(client: Client, method: str, url: str, data) -> Answer:
    """One request whose traces are taken back; the answer with everything that left the house by it."""
    today = localdate(timezone=LAST_ZONE)  # one day for all who ask, and in nobody's future
    data = {name: today.isoformat() if value == TODAY else value for name, value in data.items()}
    cookies = {name: client.cookies[name].value for name in client.cookies}
    with transaction.atomic():
        with tables_written() as written:
            response = getattr(client, method)(url, data)
            body = b"".join(response.streaming_content) if response.streaming else response.content
        mails = "".join(OutboxMessage.objects.values_list("body_text", flat=True)) if method == "post" else ""
        transaction.set_rollback(True)
    client.cookies.clear()  # messages, language and theme would change the next answer
    client.cookies.load(cookies)
    headers = "\n".join(f"{name}: {value}" for name, value in response.items() if name != "Content-Security-Policy")
    if CANARY in headers or CANARY in mails:
        body += b" headers or mails: " + CANARY.encode()
    return Answer(
        response.status_code, response.get("Location", ""), body.decode("utf-8", "replace"), frozenset(written)
    )


def may(role: str, allowed: str, *, own: bool) -> bool:
    if allowed == EVERYBODY:
        return True
    if allowed == SIGNED_IN:
        return role not in SIGNED_OUT
    if role == "foreign_manager":
        return "foreign_manager" in allowed.split() or (not own and "manager" in allowed.split())
    return own and role in allowed.split()


def problems(client: Client, role: str, lines: Iterable[Line], north: dict, south: dict) -> Iterator[str]:
    """What this person finds that the table does not say."""
    for line in lines:
        for method in ("get", "post"):
            allowed = getattr(line, method)
            sides = [("own", north), ("foreign", south)] if line.about else [("own", {"": None})]
            never = None
            if line.about and allowed is not None:
                never = ask(client, method, address(line, missing(north[line.about])), line.data)
                if never.kind != ("sign-in" if role in SIGNED_OUT and not _is_open(line, allowed) else "missing"):
                    yield f"{role} {method} {line}: a missing one is {never.status} {never.goes_to}"
            for side, objects in sides:
                answer = ask(client, method, address(line, objects[line.about]), line.data)
                what = f"{role} {method} {line} ({side}): {answer.status} {answer.goes_to}"
                if method == "get" and not answer.written <= TRACED.get(line.name, set()):
                    yield f"{what}, and writes to {', '.join(sorted(answer.written))}"
                if CANARY in answer.body and role != "foreign_manager" and not line.shared:
                    yield f"{what}, with a canary"
                if allowed is None:
                    if answer.kind == "open":
                        yield f"{what}, but the method should not exist"
                elif may(role, allowed, own=side == "own" or line.shared):
                    if answer.kind != "open":
                        yield f"{what}, but should open"
                elif never is not None:
                    if answer.without_names != never.without_names:
                        yield f"{what}, unlike a missing one ({never.status} {never.goes_to})"
                elif answer.kind != ("sign-in" if role in SIGNED_OUT and _asks_first(line) else "missing"):
                    yield f"{what}, but should be closed"


def _asks_first(line: Line) -> bool:
    """Whether the address asks who somebody is before it looks for anything; the desk always does."""
    return not line.absent or line.name.startswith("admin:")


def _is_open(line: Line, allowed: str) -> bool:
    return allowed == EVERYBODY or line.absent
