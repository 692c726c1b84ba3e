"""Where one may go with a call, and to whom: host institutions and the researchers who receive people there.

Applicants choose a host by name although people records are not theirs to read: a host's seat makes the name known.
"""

import datetime as dt

from django.db.models import Q
from django.utils.timezone import localdate

from portal.accounts.models import Person, Seat
from portal.accounts.roles import Role
from portal.alliances.models import AllianceMember, Organisation


def host_organisations(call):
    """The programme's owner, the members of its alliance, and their units."""
    programme = call.programme
    roots = {programme.owner.lineage}
    if programme.alliance_id:
        members = AllianceMember.objects.filter(alliance=programme.alliance_id, until_on=None)
        roots |= set(members.values_list("organisation__lineage", flat=True))
    within = Q()
    for lineage in roots:
        within |= Q(lineage__startswith=lineage)
    return Organisation.objects.filter(within).order_by("name_en")


def are_one_institution(one: Organisation, other: Organisation) -> bool:
    """Whether two organisations are the same one, or units of the same one."""
    return _root(one) == _root(other)


def receives_at(person: Person, organisation: Organisation, today: dt.date) -> bool:
    """Whether a researcher is with the institution, in whichever unit: by her own record, or by a host's seat."""
    if person.organisation is not None and are_one_institution(person.organisation, organisation):
        return True
    seats = Seat.objects.in_force(today).filter(role=Role.HOST_RESEARCHER, user=person.user_id)
    return seats.filter(organisation__lineage__startswith=f"/{_root(organisation)}/").exists()


def _root(organisation: Organisation) -> str:
    return organisation.lineage.split("/")[1]


def host_researchers(organisations, applicant=None):
    """People with a host's seat in force at one of these institutions; nobody is her own host."""
    at = organisations.order_by().values("pk")
    seats = Seat.objects.in_force(localdate()).filter(role=Role.HOST_RESEARCHER, organisation__in=at)
    people = Person.objects.filter(user__in=seats.values("user")).select_related("organisation")
    return people.exclude(pk=applicant.pk) if applicant else people
