"""Users sign in; persons are the people of the alliance; seats say who works where."""

from portal.accounts.models.consent import Consent, ConsentPurpose, CountrySystem
from portal.accounts.models.person import Person
from portal.accounts.models.user import Seat, User

__all__ = ["Consent", "ConsentPurpose", "CountrySystem", "Person", "Seat", "User"]
