"""Under which status of residence or visa a person stays, as stays and their tables name it."""

from django.utils.translation import gettext_lazy as _

STATUSES = {
    "none": _("none needed"),
    "jp_temporary_visitor": _("Japan: Temporary Visitor"),
    "jp_cultural_activities": _("Japan: Cultural Activities"),
    "jp_researcher": _("Japan: Researcher"),
    "jp_professor": _("Japan: Professor"),
    "jp_highly_skilled_professional": _("Japan: Highly Skilled Professional"),
    "jp_student": _("Japan: Student"),
    "jp_other": _("Japan: another status"),
    "us_visa_waiver": _("US: visa waiver"),
    "us_b1": _("US: B-1"),
    "us_j1_short_term_scholar": _("US: J-1, short-term scholar"),
    "us_j1_research_scholar": _("US: J-1, research scholar"),
    "us_j1_professor": _("US: J-1, professor"),
    "us_j1_student_non_degree": _("US: J-1, student without degree"),
    "us_j1_student_intern": _("US: J-1, student intern"),
    "us_f1": _("US: F-1"),
    "us_h1b": _("US: H-1B"),
    "us_o1": _("US: O-1"),
    "us_other": _("US: another visa"),
    "other": _("another country's status"),
}
