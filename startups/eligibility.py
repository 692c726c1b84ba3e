"""The rules of eligibility for a cohort; the engine runs them and keeps what they said."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.applications.eligibility import papers_complete
from portal.applications.kinds import Answer, Rule
from startups.models import CohortApplication, Startup

RULES_VERSION = "2026-11"
SUPPORTED = (Startup.State.ADMITTED, Startup.State.ACTIVE, Startup.State.PAUSED)


def _founded(application: CohortApplication, today: dt.date) -> Answer:
    if application.is_incorporated and not application.founded_on:
        return None, _("The day of the founding is not known.")
    return not application.founded_on or application.founded_on <= today, _("The founding does not lie in the future.")


def _founding_proved(application: CohortApplication, today: dt.date) -> Answer:
    if not application.founded_on:
        return True, _("Not founded yet: nothing has to be proved.")
    return bool(application.founding_evidence.strip()), _("The day of the founding has its evidence.")


def _origin_known(application: CohortApplication, today: dt.date) -> Answer:
    if application.origin_kind in ("", Startup.Origin.UNKNOWN):
        return None, _("It is not known what the venture came out of.")
    return bool(application.origin_evidence.strip()), _("The origin has its evidence.")


def _within_reach(application: CohortApplication, today: dt.date) -> Answer:
    if application.origin_organisation_id is None:
        return None, _("A person has to judge whether the venture belongs to the alliance.")
    return True, _("The venture came out of an institution that the portal knows.")


def _owners_asked(application: CohortApplication, today: dt.date) -> Answer:
    if application.has_foreign_owners:
        return None, _("There are foreign owners: the export office has to look.")
    return application.has_foreign_owners is False, _("There are no foreign owners.")


def _not_supported_yet(application: CohortApplication, today: dt.date) -> Answer:
    same = Startup.objects.filter(name__iexact=application.venture_name, state__in=SUPPORTED)
    return not same.exclude(pk=application.startup_id).exists(), _("The venture is not supported already.")


RULES: tuple[tuple[str, bool, Rule], ...] = (
    ("founded_by_today", True, _founded),
    ("founding_proved", False, _founding_proved),
    ("origin_known", False, _origin_known),
    ("belongs_to_alliance", False, _within_reach),
    ("owners_asked", False, _owners_asked),
    ("papers_complete", True, papers_complete),
    ("not_supported_yet", False, _not_supported_yet),
)
