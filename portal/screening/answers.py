"""What may be answered to the questions that are no plain yes or no."""

from django.utils.translation import gettext_lazy as _

UNKNOWN = "unknown"
YES_NO = {"yes": _("yes"), "no": _("no")}
YES_NO_UNKNOWN = {**YES_NO, UNKNOWN: _("not known")}
CHOICES: dict[str, dict] = {
    "JP-01": {"public_only": _("nothing beyond public material"), "technology": _("technology"), "goods": _("goods")},
    "JP-02": {"resident": _("resident"), "non_resident": _("non-resident"), UNKNOWN: _("not known")},
    "JP-10": {
        "group_a": _("group A"),
        "other": _("other country"),
        "embargoed": _("arms embargo or country of concern"),
        "officer_list": _("on the officer's own list"),
    },
    "JP-17": {
        "none": _("none of them"),
        "nanofab": _("nanofab"),
        "line_300mm": _("300 mm line"),
        "dilution_refrigerator": _("dilution refrigerator"),
        "qubit_process": _("qubit process"),
        "quantum_network": _("quantum network"),
    },
    "US-13": {
        "none": _("no visa needed"),
        "j_1": "J-1",
        "b_1": _("B-1 or visa waiver"),
        "f_1": "F-1",
        "h_1b": "H-1B",
        "h_1b1": "H-1B1",
        "l_1": "L-1",
        "o_1a": "O-1A",
    },
    "US-15": {
        "up_to_10_business_days": _("up to 10 business days"),
        "more_than_10_business_days": _("more than 10 business days"),
    },
}


def options(question) -> dict | None:
    """Code → label of the answers to a question; None where the answer is free text."""
    if question.answer_type == "yes_no":
        return YES_NO
    if question.answer_type == "yes_no_unknown":
        return YES_NO_UNKNOWN
    return CHOICES.get(question.code)
