"""The kinds of records as the published tables name them, in words."""

from django.utils.translation import gettext_lazy as _

ENTITIES = {
    "agreement": _("agreement"),
    "alliance": _("alliance"),
    "application": _("application"),
    "booking": _("booking"),
    "call": _("call"),
    "cohort": _("cohort"),
    "data_request": _("request about personal data"),
    "enquiry": _("enquiry"),
    "entity": _("legal entity"),
    "event": _("event"),
    "extension": _("extension"),
    "ip_item": _("IP item"),
    "kpi": _("figure"),
    "meeting": _("meeting"),
    "milestone": _("milestone"),
    "offer": _("offer"),
    "outcome": _("outcome"),
    "payment": _("payment"),
    "programme": _("programme"),
    "project": _("project"),
    "registration": _("registration"),
    "retention": _("data kept for a time"),
    "review": _("review"),
    "screening": _("screening case"),
    "startup": _("startup"),
    "stay": _("stay"),
}
