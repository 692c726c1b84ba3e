"""“Look now”: a message to the workers after a commit. It may be lost or doubled without harm, and never hurts a request."""

import logging

from django.db import connection, transaction

from portal.celery import app

logger = logging.getLogger(__name__)

DELIVER = "portal.outbox.tasks.deliver_due"
# The hint is worth nothing once the periodic sweep has run.
EXPIRES_AFTER_SECONDS = 60


def after_commit() -> None:
    """Hint once when the transaction commits, however many mails it queues."""
    waiting = (callback for _savepoints, callback, _robust in connection.run_on_commit)
    if not any(callback is send_hint for callback in waiting):
        transaction.on_commit(send_hint, robust=True)


def send_hint() -> None:
    """Tell the workers, trying once and briefly: with the broker down the sweep finds the rows a minute later."""
    try:
        with app.connection_for_write(connect_timeout=1) as broker:
            broker.transport_options = {**broker.transport_options, "socket_connect_timeout": 1, "socket_timeout": 1}
            app.send_task(DELIVER, connection=broker, retry=False, expires=EXPIRES_AFTER_SECONDS)
    except Exception:
        logger.warning("The broker does not answer; mail waits for the next sweep.", exc_info=True)
