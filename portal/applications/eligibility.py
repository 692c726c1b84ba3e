"""Rules of eligibility that hold for every kind of application."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.applications.kinds import Answer


def papers_complete(application, today: dt.date) -> Answer:
    there = set(application.documents.filter(replaced_at=None).values_list("kind", flat=True))
    wanted = {paper.kind for paper in application.call.requested_documents.all() if paper.is_required}
    return wanted <= there, _("All required papers are there.")
