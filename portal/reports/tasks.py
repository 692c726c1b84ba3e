"""The sweeps of the reports."""

from celery import shared_task
from django.utils import timezone

from portal.reports.services import reports


@shared_task(soft_time_limit=1500, time_limit=1600)
def write_reports() -> int:
    """Write what waits; also what a worker left behind."""
    return reports.write_waiting_reports()


@shared_task
def schedule_reports() -> int:
    """Have the yearly reports of the fiscal year that is over written, once for each period."""
    return reports.request_yearly_reports(today=timezone.localdate())
