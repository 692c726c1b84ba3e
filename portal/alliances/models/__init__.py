"""Organisations and what binds them: alliances, agreements, dated roles, facilities, outcomes, IP."""

from portal.alliances.models.agreement import Agreement, AgreementFile, AgreementSignature
from portal.alliances.models.alliance import Alliance, AllianceMember
from portal.alliances.models.facility import Facility, TechnologyArea
from portal.alliances.models.organisation import (
    Organisation,
    OrganisationAlias,
    OrganisationRelation,
    OrganisationRole,
)
from portal.alliances.models.outcome import IPItem, Outcome

__all__ = [
    "Agreement",
    "AgreementFile",
    "AgreementSignature",
    "Alliance",
    "AllianceMember",
    "Facility",
    "IPItem",
    "Organisation",
    "OrganisationAlias",
    "OrganisationRelation",
    "OrganisationRole",
    "Outcome",
    "TechnologyArea",
]
