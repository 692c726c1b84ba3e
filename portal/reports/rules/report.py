"""Who reads the figures of an alliance or a programme as a whole, and who asks for its reports."""

from django.db.models import Model, Q

from portal.alliances.models import Alliance, AllianceMember
from portal.core.scoping import scope_of
from portal.programmes.models import Programme
from portal.reports.models import DIRECTORS, REPORTERS, ReportRun


def alliances_of(user, roles: frozenset[str] = DIRECTORS):
    """Alliances that the person's seats cover: led or joined by her organisation, or named in her seat."""
    scope, rows = scope_of(user), Alliance.objects.visible_to(user)
    if scope.is_global:
        return rows
    own = scope.organisation_ids(roles)
    joined = AllianceMember.objects.visible_to(user).filter(organisation__in=own, until_on=None)
    return rows.filter(
        Q(pk__in=scope.alliance_ids(roles)) | Q(lead__in=own) | Q(pk__in=joined.values("alliance"))
    )


def programmes_of(user, roles: frozenset[str] = DIRECTORS):
    """Programmes that the person's seats cover: owned by her organisation, or named in her seat."""
    scope, rows = scope_of(user), Programme.objects.visible_to(user)
    if scope.is_global:
        return rows
    return rows.filter(
        Q(pk__in=scope.programme_ids(roles))
        | Q(owner__in=scope.organisation_ids(roles))
        | Q(alliance__in=scope.alliance_ids(roles))
        | Q(alliance__lead__in=scope.organisation_ids(roles))
    )


def directs(user, subject: Model, roles: frozenset[str] = DIRECTORS) -> bool:
    """Whether a seat of one of the roles covers the alliance or programme."""
    covered = alliances_of(user, roles) if isinstance(subject, Alliance) else programmes_of(user, roles)
    return covered.filter(pk=subject.pk).exists()


def requests_reports(user, subject: Model) -> bool:
    return directs(user, subject, REPORTERS)


def stops_report(user, run: ReportRun) -> bool:
    """Whoever asked for it, and whoever could have."""
    return run.requested_by_id == user.pk or requests_reports(user, run.subject)
