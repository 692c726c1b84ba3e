"""For whom a programme or an event is, in words: the codes that are joined by “|”."""

from django.utils.translation import gettext_lazy as _

AUDIENCES = {
    "undergraduates": _("undergraduate students"),
    "students": _("students"),
    "graduate_students": _("master and doctoral students"),
    "graduate_students_overseas": _("master and doctoral students of universities outside Japan"),
    "doctoral_students": _("doctoral students"),
    "doctoral_candidates": _("doctoral candidates"),
    "postdocs": _("postdoctoral researchers"),
    "early_career": _("early-career researchers"),
    "researchers": _("researchers"),
    "faculty": _("faculty"),
    "startups": _("startups"),
    "companies": _("companies"),
    "industry": _("industry"),
    "government": _("government"),
    "elementary": _("elementary-school pupils"),
    "junior_high": _("junior-high-school students"),
    "high_school": _("high-school students"),
    "general": _("everybody"),
}


def audience_labels(codes: str) -> list:
    """The words for `graduate_students|postdocs`; a code without words stands for itself."""
    return [AUDIENCES.get(code, code.replace("_", " ")) for code in filter(None, codes.split("|"))]
