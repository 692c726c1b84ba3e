"""The yearly report of an alliance."""

from django.utils.translation import gettext_lazy as _

from portal.reports.definitions.sections import ReportDefinition, Section

ALLIANCE = ReportDefinition(
    title=_("Yearly report"),
    headline=("X01", "X03", "W01", "C09", "S02", "C01"),
    picture="flows",
    sections=(
        Section(
            "exchanges",
            _("Exchanges"),
            _("Who came and went, for how long, and how the places were given."),
            tuple(f"X{number:02d}" for number in range(1, 18)),
            ("fellows", "pipeline"),
        ),
        Section(
            "events",
            _("Workshops and events"),
            _("What was held, who took part, and from how many countries."),
            tuple(f"W{number:02d}" for number in range(1, 11)),
        ),
        Section(
            "startups",
            _("Startups"),
            _("Which firms the alliance supported and what became of them."),
            tuple(f"S{number:02d}" for number in range(1, 9)),
        ),
        Section(
            "foundations",
            _("Agreements, research and safeguards"),
            _("What the work stands on: agreements, shared facilities, results, export control, languages."),
            tuple(f"C{number:02d}" for number in range(1, 18)),
        ),
        Section(
            "targets",
            _("Targets"),
            _("Where the alliance stands on the way to what has been promised in public."),
            (),
            ("targets",),
        ),
    ),
)
