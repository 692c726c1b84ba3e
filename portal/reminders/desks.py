"""For whose mails a rule is switched off, and for whose a person may switch it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db.models import Q, QuerySet

from portal.core.once import once
from portal.core.scoping import scope_of
from portal.outbox.models import MAIL_KEEPERS
from portal.reminders.models import ReminderRule, Silence


def is_silent(rule: ReminderRule, organisation) -> bool:
    """Whether the organisation, or one that it is part of, has switched the rule off. Mails in no name always go."""
    if organisation is None:
        return False
    return not _silent_organisations().get(rule.pk, set()).isdisjoint(_line([organisation.lineage]))


def desks_of(user) -> QuerySet:
    """The organisations for whose mails a person decides, whole houses before their units."""
    rows, scope = _organisations().order_by("lineage"), scope_of(user)
    return rows if scope.is_global else rows.filter(pk__in=scope.organisation_ids(MAIL_KEEPERS))


def speaking(user, rule: ReminderRule | None) -> QuerySet:
    """Of these the ones for which the rule can be switched off; all where no rule is named."""
    silenced = Q()
    for lineage in rule.silences.values_list("organisation__lineage", flat=True) if rule else ():
        silenced |= Q(lineage__startswith=lineage)
    return desks_of(user).exclude(silenced) if silenced else desks_of(user)


def silent(user, rule: ReminderRule | None) -> QuerySet:
    """Of these the ones for which the rule can be switched on again; all where no rule is named."""
    return desks_of(user).filter(pk__in=rule.silences.values("organisation")) if rule else desks_of(user)


def concerning(user) -> set[int]:
    """Keys of the organisations whose switches count at this person's desks: her own, their units, what is above."""
    own = scope_of(user).organisation_ids()
    return _line(_organisations().filter(pk__in=own).values_list("lineage", flat=True)) | own


def silences_concerning(user) -> QuerySet[Silence]:
    rows = Silence.objects.select_related("organisation").order_by("organisation__lineage")
    return rows if scope_of(user).is_global else rows.filter(organisation__in=concerning(user))


@once
def _silent_organisations() -> Mapping[int, set[int]]:
    """Keys of organisations by the key of the rule that they have switched off."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for rule, organisation in Silence.objects.values_list("rule", "organisation"):
        found[rule].add(organisation)
    return found


def _line(lineages: Iterable[str]) -> set[int]:
    """The organisations on the way from the root to these, both included."""
    return {int(pk) for lineage in lineages for pk in lineage.strip("/").split("/") if pk}


def _organisations() -> QuerySet:
    return apps.get_model("alliances", "Organisation")._default_manager.all()
