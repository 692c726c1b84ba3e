"""A mission: its delegation, the companies and people in it, their itinerary, and the slots and tables for meetings."""

import datetime as dt
from itertools import chain, count
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core.bilingual import bilingual
from portal.core.countries import country_name, language_name
from portal.core.dates import validate_zone
from portal.core.links import LinkedModel
from portal.core.models import SourcedModel
from workshops.models.event import EVENT_DESKS


class DelegationScoping:
    """What hangs on a delegation is reached as its event is."""

    organisations = ("delegation__event__host_organisation", "delegation__event__alliance__lead")
    alliances = ("delegation__event__alliance",)
    roles = EVENT_DESKS


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(starts_at__lt=F("ends_at")),
        name=name,
        violation_error_message=_("The end lies before the beginning."),
    )


class Delegation(SourcedModel):
    """The mission part of an event: who travels, who receives, and the rules of their one-to-one meetings."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    event = models.OneToOneField(
        "workshops.Event", verbose_name=_("event"), on_delete=models.PROTECT, related_name="delegation"
    )
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="delegations",
    )
    name_en = models.CharField(_("name in English"), max_length=300)
    name_ja = models.CharField(_("name in Japanese"), max_length=300, blank=True)
    contact_email = models.EmailField(_("whom to ask"), blank=True)
    answer_hours = models.PositiveSmallIntegerField(
        _("hours to answer a request"), default=48, help_text=_("A request without an answer lapses then.")
    )
    request_limit = models.PositiveSmallIntegerField(
        _("open requests at a time"), default=8, help_text=_("How many unanswered requests one person may have.")
    )
    meeting_limit = models.PositiveSmallIntegerField(
        _("meetings a person"), null=True, blank=True, help_text=_("Empty: as many as there are slots.")
    )
    frozen_at = models.DateTimeField(_("schedule frozen"), null=True, blank=True, editable=False)

    name = bilingual("name", _("name"))

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ("-created_at", "pk")
        indexes = [models.Index(fields=("-created_at", "id"), name="delegation_newest")]

    class Scoping:
        organisations = ("event__host_organisation", "event__alliance__lead")
        alliances = ("event__alliance",)
        roles = EVENT_DESKS

    def __str__(self):
        return self.name

    @property
    def audit_organisation(self):
        return self.event.host_organisation

    @property
    def timezone(self) -> str:
        return self.event.timezone


class PartOfMission(SourcedModel):
    """What hangs on a delegation. Its code is made of the delegation's and of what it is, where nobody gives one."""

    delegation: Any  # each part says what happens to it with its delegation
    code = models.SlugField(
        _("code"), max_length=120, unique=True, blank=True, help_text=_("Filled in by the portal if empty.")
    )

    class Meta:
        abstract = True

    def fill_derived(self) -> None:
        super().fill_derived()
        if not self.code:
            self.code = self._free_code(f"{self.delegation.code}-{slugify(self.own_name) or self.public_id.hex[:8]}")

    def _free_code(self, stem: str) -> str:
        """The stem, numbered where it is taken: a slot keeps the code of its first day when its event moves."""
        stem = stem[:112]
        taken = set(type(self)._base_manager.filter(code__startswith=stem).values_list("code", flat=True))
        numbered = (f"{stem}-{number}" for number in count(2))
        return next(code for code in chain([stem], numbered) if code not in taken)

    @property
    def own_name(self) -> str:
        """What tells it from others of its kind in the mission; empty where nothing does."""
        return ""

    @property
    def audit_organisation(self):
        return self.delegation.audit_organisation


def _clock(instant: dt.datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%m%d-%H%M}"


class MissionCompany(PartOfMission):
    """A company or institution of a mission, travelling or receiving, with what it brings and what it looks for."""

    class Side(models.TextChoices):
        VISITING = "visiting", pgettext_lazy("mission", "travelling")
        HOST = "host", pgettext_lazy("mission", "receiving")

    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.CASCADE, related_name="companies"
    )
    organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="missions",
    )
    side = models.CharField(_("side"), max_length=10, choices=Side, default=Side.VISITING)
    name_en = models.CharField(_("name in English"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2)
    website = models.URLField(_("website"), blank=True)
    technology_areas = models.CharField(
        _("technology areas"), max_length=300, blank=True, help_text=_("Separated by “|”.")
    )
    profile_en = models.TextField(_("profile in English"), blank=True)
    profile_ja = models.TextField(_("profile in Japanese"), blank=True)
    wishes_en = models.TextField(_("looking for, in English"), blank=True)
    wishes_ja = models.TextField(_("looking for, in Japanese"), blank=True)

    name = bilingual("name", _("company"))
    profile = bilingual("profile")
    wishes = bilingual("wishes")

    class Meta:
        verbose_name = _("company of a mission")
        verbose_name_plural = _("companies of missions")
        ordering = ("delegation", "side", "name_en")
        constraints = [
            models.UniqueConstraint(
                fields=("delegation", "name_en"),
                name="mission_company_once",
                violation_error_message=_("This mission already has a company of this name."),
            )
        ]

    class Scoping(DelegationScoping):
        pass

    @property
    def own_name(self):
        return self.name_en

    def __str__(self):
        return self.name

    @property
    def country_label(self) -> str:
        return country_name(self.country)

    @property
    def areas(self) -> list[str]:
        return [area.strip() for area in self.technology_areas.split("|") if area.strip()]


class Delegate(LinkedModel, PartOfMission):
    """A person in a mission: a traveller, somebody who receives, or an interpreter. Her link needs no account."""

    class Role(models.TextChoices):
        HEAD = "head", _("head of the delegation")
        DELEGATE = "delegate", _("delegate")
        HOST = "host", pgettext_lazy("mission", "host")
        INTERPRETER = "interpreter", _("interpreter")

    link_purpose = "workshops.delegate"

    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.CASCADE, related_name="delegates"
    )
    company = models.ForeignKey(
        MissionCompany,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="delegates",
    )
    person = models.ForeignKey(
        "accounts.Person", verbose_name=_("person"), on_delete=models.PROTECT, related_name="mission_roles"
    )
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.DELEGATE)
    languages = models.CharField(
        _("languages spoken"), max_length=60, blank=True, help_text=_("Codes separated by “|”, such as ja|en.")
    )
    needs_interpreter = models.BooleanField(_("needs an interpreter"), default=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    feed_version = models.PositiveIntegerField(default=0, editable=False)
    feed_hash = models.CharField(max_length=64, blank=True, editable=False, db_index=True)

    class Meta:
        verbose_name = _("delegate")
        verbose_name_plural = _("delegates")
        ordering = ("delegation", "company", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("delegation", "person"),
                name="delegate_once",
                violation_error_message=_("This person is in the mission already."),
            ),
            models.CheckConstraint(
                condition=Q(role="interpreter") | Q(company__isnull=False),
                name="delegate_has_company",
                violation_error_message=_("Please name the company; only interpreters come without one."),
            ),
        ]

    class Scoping(DelegationScoping):
        owners = ("person__user",)

    @property
    def own_name(self):
        return self.person.code

    def __str__(self):
        return str(self.person)

    @property
    def is_coming(self) -> bool:
        return self.cancelled_at is None

    @property
    def spoken(self) -> list[str]:
        return [language.strip() for language in self.languages.split("|") if language.strip()]

    @property
    def spoken_names(self) -> str:
        return gettext(", ").join(language_name(code) for code in self.spoken)


class ItineraryLeg(PartOfMission):
    """One part of the mission's way: a visit, a talk, a block of meetings, a reception, a ride."""

    class Kind(models.TextChoices):
        SITE_VISIT = "site_visit", _("site visit")
        TALK = "talk", _("talk")
        MEETINGS = "meetings", _("one-to-one meetings")
        RECEPTION = "reception", _("reception")
        TRANSPORT = "transport", _("transport")
        OTHER = "other", _("other")

    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.CASCADE, related_name="legs"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    title_en = models.CharField(_("title in English"), max_length=300)
    title_ja = models.CharField(_("title in Japanese"), max_length=300, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    place_en = models.CharField(_("place in English"), max_length=200, blank=True)
    place_ja = models.CharField(_("place in Japanese"), max_length=200, blank=True)
    host = models.ForeignKey(
        MissionCompany,
        verbose_name=_("received by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    capacity = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)

    title = bilingual("title", _("title"))
    place = bilingual("place", _("place"))

    class Meta:
        verbose_name = _("part of the itinerary")
        verbose_name_plural = _("itineraries")
        ordering = ("delegation", "starts_at", "pk")
        constraints = [_ends_after_start("leg_ends_after_start")]

    class Scoping(DelegationScoping):
        pass

    @property
    def own_name(self):
        return f"{_clock(self.starts_at, self.timezone)}-{self.kind}"

    def __str__(self):
        return self.title


class MeetingSlot(PartOfMission):
    """A span of time in which one meeting takes place at each table. Slots of a mission do not overlap."""

    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.CASCADE, related_name="slots"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    timezone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])

    class Meta:
        verbose_name = _("meeting slot")
        verbose_name_plural = _("meeting slots")
        ordering = ("delegation", "starts_at")
        constraints = [
            models.UniqueConstraint(
                fields=("delegation", "starts_at"),
                name="slot_once",
                violation_error_message=_("There is a slot at this time already."),
            ),
            _ends_after_start("slot_ends_after_start"),
        ]

    class Scoping(DelegationScoping):
        pass

    @property
    def own_name(self):
        return _clock(self.starts_at, self.timezone)

    def __str__(self):
        return self.code


class MeetingTable(PartOfMission):
    """Where two people sit down: a table of a room, a room, or an address on the net."""

    delegation = models.ForeignKey(
        Delegation, verbose_name=_("delegation"), on_delete=models.CASCADE, related_name="tables"
    )
    name_en = models.CharField(_("name in English"), max_length=60)
    name_ja = models.CharField(_("name in Japanese"), max_length=60, blank=True)
    place_en = models.CharField(_("place in English"), max_length=200, blank=True)
    place_ja = models.CharField(_("place in Japanese"), max_length=200, blank=True)
    is_online = models.BooleanField(_("online"), default=False)
    online_url = models.URLField(
        _("address of the online room"), blank=True, help_text=_("Shown to the two people of a meeting only.")
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    name = bilingual("name", _("table"))
    place = bilingual("place")

    class Meta:
        verbose_name = _("meeting table")
        verbose_name_plural = _("meeting tables")
        ordering = ("delegation", "sort_order", "name_en")
        constraints = [
            models.UniqueConstraint(
                fields=("delegation", "name_en"),
                name="table_once",
                violation_error_message=_("This mission already has a table of this name."),
            )
        ]

    class Scoping(DelegationScoping):
        pass

    @property
    def own_name(self):
        return self.name_en

    def __str__(self):
        return self.name
