"""Rows for tests: factories of single records, and a small world of two alliances that know nothing of each other."""

from tests.factories.exchanges import ApplicationFactory, OfferFactory, ReviewFactory, StayFactory
from tests.factories.organisations import (
    AgreementFactory,
    AllianceFactory,
    OrganisationFactory,
    OutcomeFactory,
)
from tests.factories.people import PersonFactory, SeatFactory, UserFactory, user_with_seat
from tests.factories.programmes import CallFactory, CriterionFactory, ProgrammeFactory, RequestedDocumentFactory
from tests.factories.reference import load_reference
from tests.factories.screening import ScreeningFactory
from tests.factories.world import Side, World, build_world

__all__ = [
    "AgreementFactory",
    "AllianceFactory",
    "ApplicationFactory",
    "CallFactory",
    "CriterionFactory",
    "OfferFactory",
    "OrganisationFactory",
    "OutcomeFactory",
    "PersonFactory",
    "ProgrammeFactory",
    "RequestedDocumentFactory",
    "ReviewFactory",
    "ScreeningFactory",
    "SeatFactory",
    "Side",
    "StayFactory",
    "UserFactory",
    "World",
    "build_world",
    "load_reference",
    "user_with_seat",
]
