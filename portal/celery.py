"""The Celery app and the one list of everything that runs by itself.

Messages are hints ("look now"); the rows in the database are the truth, so a lost or doubled message does no harm.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MINUTE = 60.0

# name: (task, seconds between two ticks). Every task here is an idempotent sweep without arguments.
BEAT_SCHEDULE: dict[str, tuple[str, float]] = {
    "deliver mail that is due": ("portal.outbox.tasks.deliver_due", MINUTE),
    "plan reminders": ("portal.reminders.tasks.plan_reminders", 10 * MINUTE),
    "forget imports that nobody confirmed": ("portal.transfers.tasks.expire_imports", 10 * MINUTE),
    "open and close calls": ("portal.programmes.tasks.move_calls", MINUTE),
    "end applications that waited too long": ("portal.applications.tasks.expire_overdue", 10 * MINUTE),
    "complete calls": ("portal.applications.tasks.complete_calls", 30 * MINUTE),
    "let offers lapse": ("exchanges.tasks.expire_overdue", 10 * MINUTE),
    "open and close registration for events": ("workshops.tasks.move_events", MINUTE),
    "move stays on": ("exchanges.tasks.move_stays", 30 * MINUTE),
    "ask founders for updates": ("startups.tasks.keep_updates_coming", 60 * MINUTE),
    "move cohorts on": ("startups.tasks.move_cohorts", 30 * MINUTE),
    "note missed milestones": ("startups.tasks.miss_milestones", 360 * MINUTE),
    "offer free places at events": ("workshops.tasks.move_queues", MINUTE),
    "settle attendance and forget what is over": ("workshops.tasks.settle_registrations", 30 * MINUTE),
    "write reports that were asked for": ("portal.reports.tasks.write_reports", MINUTE),
    "ask for the yearly reports": ("portal.reports.tasks.schedule_reports", 360 * MINUTE),
    "end requests for meetings that nobody answered": ("workshops.tasks.move_meetings", 10 * MINUTE),
    "look for clashes in programmes": ("workshops.tasks.check_programmes", 360 * MINUTE),
    "move agreements on": ("portal.alliances.tasks.move_agreements", 360 * MINUTE),
}

app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": 120}}
    for name, (task, seconds) in BEAT_SCHEDULE.items()
}
