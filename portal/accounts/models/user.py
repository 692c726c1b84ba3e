"""A user signs in with an e-mail address; seats give the user work."""

import datetime as dt

from django.apps import apps
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.timezone import now as current_time
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import DESK_ROLES, Role
from portal.core.dates import validate_zone
from portal.core.models import BaseModel
from portal.core.scoping import OpenSeat, Scope, ScopedQuerySet
from portal.outbox.recipients import Recipient


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields):
        """A user with a verified-looking, lower-case address; without a password she signs in by code or passkey."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(
        _("language"), max_length=5, choices=[("en", "English"), ("ja", "日本語")], default="en"
    )
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=current_time)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    class Scoping:
        owners = ("pk",)

    def __str__(self):
        return self.display_name

    @property
    def display_name(self) -> str:
        """The person's name in the language of the moment, or the address as long as no person is claimed."""
        person = getattr(self, "person", None)
        return str(person) if person else self.email

    def get_full_name(self):
        return self.display_name

    def get_short_name(self):
        return self.display_name

    @property
    def is_staff(self) -> bool:
        """Whether the admin opens: for superusers and for everybody with a desk seat in force."""
        return self.is_active and self.scope.is_desk

    @cached_property
    def scope(self) -> Scope:
        """Two queries, once a request (the request's user object is new each time, and comes with its person)."""
        if not self.is_active:
            return Scope()
        person_id = self.person.pk if hasattr(self, "person") else None
        if self.is_superuser:
            return Scope(user_id=self.pk, person_id=person_id, is_global=True)
        seats = list(self.seats.in_force(localdate()).select_related("organisation"))
        units = self._units_of({seat.organisation.lineage for seat in seats})
        return Scope(
            user_id=self.pk,
            person_id=person_id,
            seats=tuple(
                OpenSeat(
                    role=seat.role,
                    is_desk=seat.role in DESK_ROLES,
                    organisation_ids=frozenset(pk for pk, path in units if path.startswith(seat.organisation.lineage)),
                    country=seat.organisation.country,
                    alliance_id=seat.alliance_id,
                    programme_id=seat.programme_id,
                )
                for seat in seats
            ),
        )

    @staticmethod
    def _units_of(lineages: set[str]) -> list[tuple[int, str]]:
        rows = Q()
        for lineage in lineages:
            rows |= Q(lineage__startswith=lineage)
        organisations = apps.get_model("alliances", "Organisation")._base_manager
        return list(organisations.filter(rows).values_list("pk", "lineage")) if lineages else []

    def as_recipient(self) -> Recipient:
        person = getattr(self, "person", None)
        if person is not None:
            return person.as_recipient()
        return Recipient(self.email, self.email, self.language, self.timezone, user_id=self.pk)


class SeatQuerySet(ScopedQuerySet):
    def in_force(self, today: dt.date):
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))


class Seat(BaseModel):
    """user × organisation × role, perhaps only for one alliance or one programme, from day to day (both included)."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="seats")
    organisation = models.ForeignKey(
        "alliances.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="seats"
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    alliance = models.ForeignKey(
        "alliances.Alliance", verbose_name=_("only for alliance"), null=True, blank=True, on_delete=models.CASCADE
    )
    programme = models.ForeignKey(
        "programmes.Programme", verbose_name=_("only for programme"), null=True, blank=True, on_delete=models.CASCADE
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(
                "user",
                "organisation",
                "role",
                # Two empty limits are the same limit; written so that SQLite enforces it as well.
                Coalesce("alliance", 0),
                Coalesce("programme", 0),
                name="seat_once",
                violation_error_message=_("This person already has this seat."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=models.F("ends_on")),
                name="seat_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    class Scoping:
        organisations = ("organisation",)
        owners = ("user",)
        roles = frozenset({Role.ALLIANCE_ADMIN, Role.PROGRAMME_MANAGER})

    def __str__(self):
        return f"{self.get_role_display()}, {self.organisation}"

    @property
    def audit_organisation(self):
        return self.organisation
