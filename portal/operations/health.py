"""Can this machine do its work now? Each question is asked of the real thing, and briefly."""

import datetime as dt
import logging
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from portal.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

BROKER_PATIENCE = 2  # seconds
LONGEST_OUTBOX_LAG = dt.timedelta(minutes=15)


class Unhealthy(Exception):
    """Something answers, but not as it should. The words are shown to whoever asks: no names, no addresses."""


@dataclass(frozen=True)
class Question:
    """One thing to ask. Without what is `needed_by_pages` no page can be shown; the rest makes things late."""

    name: str
    ask: Callable[[], None]
    needed_by_pages: bool
    needs_database: bool = False


@dataclass(frozen=True)
class Answer:
    """How it went; `problem` is None where all is well."""

    name: str
    problem: str | None
    milliseconds: float


def ask_all(questions: Iterable[Question]) -> list[Answer]:
    """Ask in order; what needs the database is not asked once the database is known to be away."""
    answers: list[Answer] = []
    for question in questions:
        database_is_away = any(answer.name == "database" and answer.problem for answer in answers)
        if question.needs_database and database_is_away:
            answers.append(Answer(question.name, "not asked: no database", 0.0))
        else:
            answers.append(_ask(question))
    return answers


def _ask(question: Question) -> Answer:
    started = time.perf_counter()
    problem = None
    try:
        question.ask()
    except Unhealthy as unhealthy:
        problem = str(unhealthy)
    except Exception:
        logger.exception("Readiness: %s does not answer", question.name)
        problem = "does not answer"
    return Answer(question.name, problem, round((time.perf_counter() - started) * 1000, 1))


def database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def migrations() -> None:
    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Unhealthy(f"{len(missing)} not applied")


def storage() -> None:
    """A file can be written and deleted: a full disk or an expired key shows only then."""
    private = storages["private"]
    private.delete(private.save("readiness/probe", ContentFile(b"")))


def broker() -> None:
    if not settings.REDIS_URL:
        if not os.access(settings.BROKER_DIR, os.W_OK):
            raise Unhealthy("folder is not writable")
        return
    with current_app.connection_for_write(connect_timeout=BROKER_PATIENCE) as link:
        link.transport_options = {
            **link.transport_options,
            "socket_connect_timeout": BROKER_PATIENCE,
            "socket_timeout": BROKER_PATIENCE,
        }
        link.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)


def outbox() -> None:
    """Mail that is due and does not leave: no worker, no scheduler, or no mail server."""
    lag = OutboxMessage.objects.lag(timezone.now())
    if lag > LONGEST_OUTBOX_LAG:
        raise Unhealthy(f"mail has been waiting for {lag // dt.timedelta(minutes=1)} minutes")


QUESTIONS = (
    Question("database", database, needed_by_pages=True),
    Question("migrations", migrations, needed_by_pages=True, needs_database=True),
    Question("storage", storage, needed_by_pages=True),
    Question("broker", broker, needed_by_pages=False),
    Question("outbox", outbox, needed_by_pages=False, needs_database=True),
)
