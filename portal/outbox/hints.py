"""“Look now”: a message to the workers after a commit. Lost or doubled it does no harm, and no request waits for it."""

import logging
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

from portal.celery import app

logger = logging.getLogger(__name__)

DELIVER = "portal.outbox.tasks.deliver_due"
# The hint is worth nothing once the periodic sweep has run.
EXPIRES_AFTER_SECONDS = 60
PATIENCE_SECONDS = 0.5
REDIS_PORT = 6379


def after_commit() -> None:
    """Hint once when the transaction commits, however many mails it queues."""
    waiting = (callback for _savepoints, callback, _robust in connection.run_on_commit)
    if not any(callback is send_hint for callback in waiting):
        transaction.on_commit(send_hint, robust=True)


def send_hint(task: str = DELIVER) -> None:
    """Tell the workers; with the broker down the sweep finds the rows a minute later."""
    try:
        _knock()
        app.send_task(task, retry=False, expires=EXPIRES_AFTER_SECONDS)
    except Exception as error:
        logger.warning("The broker does not answer (%s); %s waits for the next sweep.", error, task)


def _knock() -> None:
    """Fail at once where nobody listens: the clients of the broker would try again and again while a person waits."""
    broker = urlsplit(settings.REDIS_URL)
    if broker.hostname:
        socket.create_connection((broker.hostname, broker.port or REDIS_PORT), timeout=PATIENCE_SECONDS).close()
