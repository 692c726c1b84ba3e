"""Words of the published questions and rules of the export-control check, which come in codes and short English."""

from django.utils.translation import gettext_lazy as _

# What a rule proposes; the portal's own proposals are among them.
RESULTS = {
    "stop": _("stop"),
    "expert_review": _("expert review"),
    "clear": _("cleared without a licence"),
    "licence_required": _("licence required"),
    "goods_or_transfer_line": _("goods and transfers abroad apart"),
    "maximum": _("the most severe result counts"),
    "rescreen_needed": _("to be screened again"),
}
# Answers that count.
HITS = {
    "any technology": _("any technology"),
    "any restricted facility": _("any restricted facility"),
    "embargoed or officer list": _("embargoed, or on the officer's list"),
    "H-1B, H-1B1, L-1, O-1A": "H-1B, H-1B1, L-1, O-1A",
    "list is incomplete": _("the list is incomplete"),
    "more than 10 business days": _("more than 10 business days"),
    "never shown outside the module": _("none: only the export offices read the answer"),
    "no": _("no"),
    "no or unknown": _("no, or unknown"),
    "non_resident or unknown": _("non-resident, or unknown"),
    "yes": _("yes"),
    "yes or unknown": _("yes, or unknown"),
}
# What follows when an answer counts.
EFFECTS = {
    "I-129 Part 6 attestation": _("attestation in Part 6 of Form I-129"),
    "appointment needed": _("an appointment is needed"),
    "block closing": _("the stay cannot be closed"),
    "exclusion lost": _("the exclusion is lost"),
    "expert": _("expert review"),
    "expert and reporting": _("expert review, and reports"),
    "expert or conditions": _("expert review, or conditions"),
    "goods and technology check": _("check of goods and technology"),
    "goods check": _("check of goods"),
    "input": _("used for the decision"),
    "licence analysis": _("analysis of the licence"),
    "licence or stop": _("licence, or stop"),
    "list-controlled": _("controlled by a list"),
    "no deemed export": _("no deemed export"),
    "no exclusion": _("no exclusion"),
    "no exemption": _("no exemption"),
    "opens the case": _("opens the case"),
    "rescreen": _("to be screened again"),
    "separate approval": _("approval of its own"),
    "specific category 1": _("specific category 1"),
    "specific category 2": _("specific category 2"),
    "specific category 3": _("specific category 3"),
    "stop, expert": _("stop, and expert review"),
    "transfer abroad": _("transfer abroad"),
    "transfer is regulated": _("the transfer is regulated"),
}


def hit_words(text: str) -> str:
    return str(HITS.get(text, text))


def effect_words(text: str) -> str:
    return str(EFFECTS.get(text, text))
