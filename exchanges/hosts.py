"""Where one may go with a call, and to whom: host institutions and the researchers who receive people there.

Applicants choose a host by name although people records are not theirs to read: a host's seat makes the name known.
"""

from django.db.models import Q
from django.utils.timezone import localdate

from portal.accounts.models import Person, Seat
from portal.accounts.roles import Role
from portal.alliances.models import Organisation


def host_organisations(call):
    """The programme's owner, the members of its alliance, and their units."""
    programme = call.programme
    roots = {programme.owner.lineage}
    if programme.alliance_id:
        members = programme.alliance.members.filter(until_on=None).select_related("organisation")
        roots |= {member.organisation.lineage for member in members}
    within = Q()
    for lineage in roots:
        within |= Q(lineage__startswith=lineage)
    return Organisation.objects.filter(within).order_by("name_en")


def host_researchers(call, applicant=None):
    """People with a host's seat in force at one of these institutions; nobody is her own host."""
    at = host_organisations(call).values("pk")
    seats = Seat.objects.in_force(localdate()).filter(role=Role.HOST_RESEARCHER, organisation__in=at)
    people = Person.objects.filter(user__in=seats.values("user")).select_related("organisation")
    return people.exclude(pk=applicant.pk) if applicant else people
