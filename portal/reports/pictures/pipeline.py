"""How far the applications to a call have come."""

from django.db.models import Count, QuerySet
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from portal.ui import charts

# The way of an application in the words of a director; drafts are nobody's business yet.
STAGES = (
    ("checked", gettext_lazy("being checked"), ("submitted", "eligibility_check", "returned"), "accent"),
    ("agree", gettext_lazy("consents, export check"), ("export_precheck", "expert_review", "host_and_home"), "accent"),
    ("reviewed", gettext_lazy("under review"), ("under_review", "shortlisted", "recommended"), "accent"),
    ("waitlisted", gettext_lazy("on the waiting list"), ("waitlisted",), "waiting"),
    ("selected", gettext_lazy("selected"), ("selected",), "done"),
    ("refused", gettext_lazy("declined or not eligible"), ("declined", "ineligible"), "stopped"),
    ("gone", gettext_lazy("withdrawn or lapsed"), ("withdrawn", "expired"), "quiet"),
)  # fmt: skip
STILL_OPEN = ("checked", "agree", "reviewed", "waitlisted")


def gather(applications: QuerySet) -> dict:
    """How many applications stand at each stage."""
    numbers = dict(applications.exclude(state="draft").order_by().values_list("state").annotate(Count("pk")))
    return {"call": None, "stages": _stages(numbers)}


def gather_busiest(applications: QuerySet) -> dict | None:
    """The same for the one call that has the most of these applications; None where there are none."""
    rows = (
        applications.exclude(state="draft")
        .order_by()
        .values_list("call", "call__title_en", "call__title_ja", "state")
        .annotate(Count("pk"))
    )
    calls: dict[tuple, dict[str, int]] = {}
    for *call, state, number in rows:
        calls.setdefault(tuple(call), {})[state] = number
    if not calls:
        return None
    (key, en, ja), numbers = max(calls.items(), key=lambda item: (sum(item[1].values()), item[0][0]))
    return {"call": {"key": key, "en": en, "ja": ja}, "stages": _stages(numbers)}


def _stages(numbers: dict[str, int]) -> dict[str, int]:
    return {key: sum(numbers.get(state, 0) for state in states) for key, _label, states, _tone in STAGES}


def draw(data: dict, *, urls: dict[str, str] | None = None) -> charts.Picture:
    stages, call = data["stages"], data["call"]
    if not any(stages.values()):
        return charts.Picture(_("No application was handed in"), "")
    japanese = (get_language() or "").startswith("ja")
    name = "" if call is None else call["ja"] if japanese and call["ja"] else call["en"]
    return charts.bars(
        message(stages, name),
        [
            charts.Bar(str(label), stages[key], url=(urls or {}).get(key, ""), tone=tone)
            for key, label, _states, tone in STAGES
        ],
        header=(_("Stage"), _("Applications")),
    )


def message(stages: dict[str, int], call: str) -> str:
    total, still_open = sum(stages.values()), sum(stages[key] for key in STILL_OPEN)
    values = {"count": total, "open": still_open, "call": call}
    if call:
        text = ngettext(
            "%(call)s: %(count)d application, %(open)d still to decide",
            "%(call)s: %(count)d applications, %(open)d still to decide",
            total,
        )
    else:
        text = ngettext(
            "%(count)d application, %(open)d still to decide",
            "%(count)d applications, %(open)d still to decide",
            total,
        )
    return text % values


def states_of(stage: str) -> tuple[str, ...]:
    """The states of an application at this stage, for the list behind a bar."""
    return next(states for key, _label, states, _tone in STAGES if key == stage)
