"""The report of a programme."""

from django.utils.translation import gettext_lazy as _

from portal.reports.definitions.sections import ReportDefinition, Section

PROGRAMME = ReportDefinition(
    title=_("Programme report"),
    headline=("X01", "X02", "X03", "X04", "X08", "X14"),
    picture="fellows",
    sections=(
        Section(
            "people",
            _("People and stays"),
            _("Who came and went, and for how long."),
            ("X01", "X02", "X03", "X04", "X05", "X06", "X07", "X12", "X16", "X17"),
            ("flows",),
        ),
        Section(
            "selection",
            _("Calls and selection"),
            _("How many applied, how the places were given, and how long that took."),
            ("X08", "X09", "X11", "C13", "C14"),
            ("pipeline",),
        ),
        Section(
            "results",
            _("Results"),
            _("What became of the stays: reports, papers, links that went on."),
            ("X13", "X14", "C15"),
        ),
        Section(
            "startups",
            _("Startups"),
            _("The cohorts of the programme and what became of them."),
            ("S02", "S03", "S04", "S07"),
        ),
    ),
)
