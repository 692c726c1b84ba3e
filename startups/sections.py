"""What an application to a cohort asks, section by section, and what of it is needed before it can be sent."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.applications.person import about_you
from portal.applications.sections import PAPERS, SENDING, MissingItem, Section
from startups.models import CohortApplication, Startup


def _about_founding(application: CohortApplication, today: dt.date) -> list[MissingItem]:
    missing = []
    if application.is_incorporated and not application.founded_on:
        missing.append(MissingItem("venture", "founded_on", _("Please say when the company was founded.")))
    if application.origin_kind in (Startup.Origin.UNIVERSITY, Startup.Origin.RESEARCH_INSTITUTE) and not (
        application.origin_organisation_id or application.origin_evidence
    ):
        message = _("Please say which institution the technology came out of.")
        missing.append(MissingItem("venture", "origin_organisation", message))
    return missing


def _about_owners(application: CohortApplication, today: dt.date) -> list[MissingItem]:
    if application.has_foreign_owners and not application.foreign_owners.strip():
        return [MissingItem("team", "foreign_owners", _("Please say who the foreign owners are and what they hold."))]
    return []


def _currencies(application: CohortApplication, today: dt.date) -> list[MissingItem]:
    """An amount without its currency is no figure; an amount that is not said needs none."""
    return [
        MissingItem("figures", f"{name}_currency", _("Please say in which currency the amount is."))
        for name in ("revenue", "raised")
        if getattr(application, name) is not None and not getattr(application, f"{name}_currency")
    ]


SECTIONS = (
    about_you("given_name"),
    Section(
        key="venture",
        title=gettext_lazy("The venture"),
        fields=(
            "venture_name", "country", "is_incorporated", "legal_form", "founded_on", "founded_precision",
            "founding_evidence", "origin_kind", "origin_organisation", "origin_evidence", "technology_area",
        ),
        required=("venture_name", "country", "is_incorporated", "origin_kind", "origin_evidence", "technology_area"),
        prose=("founding_evidence", "origin_evidence"),
        within=("founded_precision",),
        also_missing=_about_founding,
    ),
    Section(
        key="team",
        title=gettext_lazy("Team and owners"),
        fields=("founders", "has_foreign_owners", "foreign_owners", "advisers"),
        required=("founders", "has_foreign_owners"),
        also_missing=_about_owners,
    ),
    Section(
        key="plan",
        title=gettext_lazy("What you do and need"),
        heading=gettext_lazy("The business plan"),
        fields=("problem", "solution", "market", "traction", "ip_ownership", "funding_so_far", "support_wanted"),
        required=("problem", "solution", "market", "ip_ownership", "support_wanted"),
        prose=("problem", "solution", "market", "traction", "ip_ownership", "funding_so_far", "support_wanted"),
    ),
    Section(
        key="figures",
        title=gettext_lazy("Figures at the start"),
        fields=("figures_on", "headcount", "revenue", "revenue_currency", "raised", "raised_currency"),
        required=("figures_on",),
        within=("revenue_currency", "raised_currency"),
        also_missing=_currencies,
    ),
    Section(key=PAPERS, title=gettext_lazy("Papers")),
    Section(key=SENDING, title=gettext_lazy("Consents and sending")),
)  # fmt: skip
