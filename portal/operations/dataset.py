"""The data set that comes with the portal: its files in the order in which they refer to each other."""

import hashlib
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "portal" / "data"

IMPORT_ORDER = (
    # the alliances and what they have and do
    "organisations", "alliances", "alliance_members", "agreements", "org_roles", "facilities", "programmes", "calls",
    "events", "event_people", "startups", "cohorts", "outcomes", "kpi_definitions", "kpi_targets", "kpi_observations",
    # how the work is done
    "glossary", "lifecycle_transitions", "screening_questions", "screening_rules", "checklist_templates",
    "checklist_items", "reminder_rules", "retention_rules", "consent_purposes",
    # invented people and what they do
    "demo_people", "demo_applications", "demo_stays", "demo_registrations", "demo_meetings", "demo_milestones",
    "demo_ip_items",
)  # fmt: skip


def files() -> list[Path]:
    return [FOLDER / f"{table}.csv" for table in IMPORT_ORDER]


def digest() -> str:
    """Changes whenever a file of the data set does."""
    whole = hashlib.sha256()
    for file in files():
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()
