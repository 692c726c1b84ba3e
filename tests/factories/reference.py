"""The reference tables of the data set, read straight from its files."""

import csv
from functools import cache
from pathlib import Path

from django.conf import settings

from exchanges.models import ChecklistItem, ChecklistTemplate
from portal.accounts.models import ConsentPurpose, CountrySystem
from portal.reminders.models import ReminderRule
from portal.screening.models import Question, Rule

DATA = Path(settings.BASE_DIR) / "portal" / "data"


@cache
def rows(table: str) -> list[dict[str, str]]:
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kept(row: dict[str, str], *names: str) -> dict[str, str]:
    return {name: row[name] for name in names}


def load_reference() -> None:
    """Fill the reference tables (one insert for each)."""
    ConsentPurpose.objects.bulk_create(
        ConsentPurpose(
            **_kept(
                row, "code", "text_en", "text_ja", "wording_en", "wording_ja", "legal_basis", "kind", "withdrawable"
            )
        )
        for row in rows("consent_purposes")
    )
    CountrySystem.objects.bulk_create(
        CountrySystem(**_kept(row, "country", "text_en", "text_ja")) for row in rows("country_systems")
    )
    Question.objects.bulk_create(
        Question(
            **_kept(
                row,
                "code",
                "regime",
                "stage",
                "asked_to",
                "answer_type",
                "hit_when",
                "effect_on_hit",
                "text_en",
                "text_ja",
            )
        )
        for row in rows("screening_questions")
    )
    Rule.objects.bulk_create(
        Rule(**_kept(row, "code", "regime", "condition_en", "result", "action_en", "text_ja"))
        for row in rows("screening_rules")
    )
    ReminderRule.objects.bulk_create(
        ReminderRule(
            **_kept(
                row, "code", "entity", "trigger_en", "offsets", "recipients", "escalate_to", "time_zone_rule",
                "subject_en", "subject_ja",
            )
        )
        for row in rows("reminder_rules")
    )  # fmt: skip
    ChecklistTemplate.objects.bulk_create(
        ChecklistTemplate(
            **_kept(row, "code", "name_en", "name_ja", "direction_from_jp_view", "host_country", "status_en"),
            min_days=row["min_days"] or None,
            max_days=row["max_days"] or None,
        )
        for row in rows("checklist_templates")
    )
    templates = {template.code: template for template in ChecklistTemplate.objects.all()}
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            **_kept(
                row, "item_code", "sort_order", "anchor", "offset", "offset_unit", "owner_role", "text_en", "text_ja"
            ),
            template=templates[row["template_code"]],
            blocking=row["blocking"] == "yes",
            applies_if=row["applies_if"],
        )
        for row in rows("checklist_items")
    )
