"""The firms that the alliance supports, and those that it only knows of: record, names, legal entities, readers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.person import search_form
from portal.core.dates import Precision
from portal.core.models import BaseModel, SourcedModel
from portal.core.workflow import known_states
from startups.models import confidentiality as reach
from startups.models.confidentiality import RECORD_DESKS, STARTUP_DESKS, Confidentiality
from startups.querysets import STARTUP_WRITERS, StartupQuerySet, VentureQuerySet


class Startup(SourcedModel):
    """A firm, or the team of one to be; `relation` says whether the alliance supports it or the strategy names it."""

    class State(models.TextChoices):
        LEAD = "lead", pgettext_lazy("startup", "lead")
        APPLIED = "applied", _("applied")
        SCREENED = "screened", _("screened")
        ADMITTED = "admitted", _("admitted")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        GRADUATED = "graduated", _("graduated")
        EXITED = "exited", _("exited")
        DECLINED = "declined", pgettext_lazy("application", "declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CLOSED_DOWN = "closed_down", _("closed down")
        OUTSIDE = "", _("not in the programme")

    class Relation(models.TextChoices):
        SUPPORTED = "supported", _("supported")
        APPLICANT = "applicant", _("applicant")
        NAMED_IN_STRATEGY = "named_in_strategy", _("named in the strategy")

    class Origin(models.TextChoices):
        UNIVERSITY = "university", _("university")
        RESEARCH_INSTITUTE = "research_institute", _("research institute")
        COMPANY = "company", _("company")
        UNKNOWN = "unknown", _("unknown")

    class Support(models.TextChoices):
        GRANT = "grant", _("grant")
        EQUITY = "equity", _("equity")
        SERVICES = "services", _("mentoring and facilities only")

    class Exit(models.TextChoices):
        ACQUIRED = "acquired", _("acquired")
        LISTED = "listed", _("listed")

    path_to_startup = ""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_ja = models.CharField(_("name in Japanese"), max_length=200, blank=True)
    name_kana = models.CharField(_("name in kana"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    founded_on = models.DateField(_("founded"), null=True, blank=True)
    founded_precision = models.CharField(_("precision"), max_length=12, choices=Precision, blank=True)
    founding_evidence = models.TextField(
        _("evidence of the founding"), blank=True, help_text=_("What proves the day: register extract, number, page.")
    )
    founding_file = models.ForeignKey(
        "documents.StoredFile",
        verbose_name=_("paper about the founding"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    origin_kind = models.CharField(_("origin"), max_length=20, choices=Origin, default=Origin.UNKNOWN)
    origin_organisation = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("came out of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="startups",
    )
    origin_evidence = models.TextField(
        _("evidence of the origin"), blank=True, help_text=_("Licence, employment of the founders, statement.")
    )
    technology_area = models.ForeignKey(
        "alliances.TechnologyArea",
        verbose_name=_("technology area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="startups",
    )
    relation = models.CharField(
        _("relation to the alliance"), max_length=20, choices=Relation, default=Relation.APPLICANT
    )
    same_venture_as = models.ForeignKey(
        "self",
        verbose_name=_("same venture as"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="other_records",
        help_text=_("Another record of the same venture. Only that one is counted."),
    )
    cohort = models.ForeignKey(
        "startups.Cohort",
        verbose_name=_("cohort"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="startups",
    )
    state = models.CharField(_("state"), max_length=15, choices=State, blank=True, default=State.LEAD)
    confidentiality = models.CharField(
        _("who may read the record"), max_length=20, choices=Confidentiality, default=Confidentiality.TEAM,
        editable=False,
    )  # fmt: skip
    figures_confidentiality = models.CharField(
        _("who may read its figures"), max_length=20, choices=Confidentiality, default=Confidentiality.TEAM,
        editable=False,
    )  # fmt: skip

    # Screening
    has_foreign_owners = models.BooleanField(_("has foreign owners"), null=True, blank=True)
    foreign_owners = models.TextField(_("foreign owners"), blank=True, help_text=_("Who, from where, what share."))
    conflict_note = models.TextField(
        _("conflicts of interest"), blank=True, help_text=_("What was found and how it is dealt with; “none” if none.")
    )
    export_checked_on = models.DateField(_("export check"), null=True, blank=True, editable=False)
    export_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("export check by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    # What was agreed, and the days that steps have set
    terms_signed_on = models.DateField(_("terms signed"), null=True, blank=True, editable=False)
    support_kind = models.CharField(_("support"), max_length=10, choices=Support, blank=True, editable=False)
    ip_terms = models.TextField(_("terms on intellectual property"), blank=True, editable=False)
    admitted_on = models.DateField(pgettext_lazy("day", "admitted"), null=True, blank=True, editable=False)
    paused_on = models.DateField(pgettext_lazy("day", "paused"), null=True, blank=True, editable=False)
    left_on = models.DateField(_("support ended"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("exit or closure"), null=True, blank=True, editable=False)
    exit_kind = models.CharField(_("kind of exit"), max_length=10, choices=Exit, blank=True, editable=False)
    end_evidence = models.TextField(_("evidence of exit or closure"), blank=True, editable=False)

    search_key = models.TextField(editable=False, blank=True)

    objects = StartupQuerySet.as_manager()

    class Meta:
        verbose_name = _("startup")
        verbose_name_plural = _("startups")
        ordering = ("name", "pk")
        indexes = [
            models.Index(fields=("name", "id"), name="startup_by_name"),
            models.Index(fields=("state", "name"), name="startup_by_state"),
        ]
        constraints = [
            known_states(
                "state",
                [
                    "",
                    "lead",
                    "applied",
                    "screened",
                    "admitted",
                    "active",
                    "paused",
                    "graduated",
                    "exited",
                    "declined",
                    "withdrawn",
                    "closed_down",
                ],
                "startup_state_known",
            ),
            models.CheckConstraint(
                condition=Q(same_venture_as=None) | ~Q(same_venture_as=F("id")),
                name="startup_not_its_own_double",
                violation_error_message=_("A record is not another record of itself."),
            ),
            models.CheckConstraint(
                condition=Q(admitted_on=None) | Q(left_on=None) | Q(admitted_on__lte=F("left_on")),
                name="startup_leaves_after_admission",
                violation_error_message=_("The support cannot end before it began."),
            ),
        ]

    class Scoping:
        # What the national strategy itself names is no secret of anybody.
        public = Q(relation="named_in_strategy")
        organisations = reach.organisations()
        alliances = reach.alliances()
        programmes = reach.programmes()
        owners = reach.founders()
        assigned = reach.mentors_and_readers()
        roles = RECORD_DESKS
        writers = STARTUP_WRITERS

    def __str__(self):
        return self.name_in(get_language() or "en")

    def fill_derived(self) -> None:
        super().fill_derived()
        names = [self.name, self.name_ja, self.name_kana, self.code]
        if self.pk:
            names += [name.text for name in self.names.all()]
            names += [entity.name for entity in self.legal_entities.all()]
        self.search_key = search_form(" ".join(filter(None, names)))

    def name_in(self, language: str) -> str:
        return self.name_ja if language.startswith("ja") and self.name_ja else self.name

    @property
    def desk(self):
        """The organisation that looks after it: the owner of its programme, before that where it came out of."""
        return self.cohort.programme.owner if self.cohort_id else self.origin_organisation

    @property
    def audit_organisation(self):
        """None: what happens to a startup is read on its own page, which its level of confidentiality guards."""
        return None

    @property
    def mail_organisation(self):
        """The desk in whose outbox mails about it stand; none where only a few may read them."""
        wide = (Confidentiality.PUBLIC, Confidentiality.ALLIANCE, Confidentiality.PARTNERS)
        return self.desk if self.confidentiality in wide else None


class VentureRow(BaseModel):
    """A row that belongs to one startup and is read by whoever reads its record."""

    path_to_startup = "startup__"

    objects = VentureQuerySet.as_manager()

    class Meta:
        abstract = True

    class Scoping:
        organisations = reach.organisations("startup__")
        alliances = reach.alliances("startup__")
        programmes = reach.programmes("startup__")
        owners = reach.founders("startup__")
        assigned = reach.mentors_and_readers("startup__")
        roles = STARTUP_DESKS
        writers = STARTUP_WRITERS

    @property
    def audit_organisation(self):
        return None


class StartupName(VentureRow):
    """A name under which the venture was or is known, with the days it was used: old names are found as well."""

    startup = models.ForeignKey(Startup, verbose_name=_("startup"), on_delete=models.CASCADE, related_name="names")
    text = models.CharField(_("name"), max_length=200)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("other or former name")
        verbose_name_plural = _("other and former names")
        ordering = ("-until_on", "pk")
        constraints = [models.UniqueConstraint(fields=("startup", "text"), name="startup_name_once")]

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.startup.save(update_fields=["search_key", "updated_at"])


class LegalEntity(SourcedModel):
    """A company of the venture. A Japanese and an American one of the same venture are two rows and count once."""

    path_to_startup = "startup__"

    startup = models.ForeignKey(
        Startup, verbose_name=_("startup"), on_delete=models.CASCADE, related_name="legal_entities"
    )
    name = models.CharField(_("registered name"), max_length=200)
    country = models.CharField(_("country"), max_length=2)
    form = models.CharField(_("legal form"), max_length=60, blank=True, help_text=_("Such as KK, GK, Inc., LLC."))
    number = models.CharField(_("register number"), max_length=60, blank=True)
    registered_on = models.DateField(_("registered"), null=True, blank=True)
    dissolved_on = models.DateField(_("dissolved"), null=True, blank=True)

    objects = VentureQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal entity")
        verbose_name_plural = _("legal entities")
        ordering = ("registered_on", "pk")
        constraints = [
            models.UniqueConstraint(fields=("startup", "country", "name"), name="legal_entity_once"),
            models.UniqueConstraint(
                fields=("country", "number"),
                condition=~Q(number=""),
                name="legal_entity_number_once",
                violation_error_message=_("Another legal entity has this register number."),
            ),
        ]

    class Scoping(VentureRow.Scoping):
        pass

    def __str__(self):
        return self.name

    @property
    def audit_organisation(self):
        return None

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.startup.save(update_fields=["search_key", "updated_at"])


class NamedReader(VentureRow):
    """Somebody who was let in by name, whatever the level of the record."""

    startup = models.ForeignKey(Startup, verbose_name=_("startup"), on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reader"), on_delete=models.CASCADE, related_name="+"
    )
    let_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("let in by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("named reader")
        verbose_name_plural = _("named readers")
        constraints = [models.UniqueConstraint(fields=("startup", "user"), name="named_reader_once")]

    def __str__(self):
        return str(self.user)


class CountingDecision(SourcedModel):
    """Whether a startup counts as new under a rule set: who decided, when and why."""

    class RuleSet(models.TextChoices):
        STRATEGY = "strategy_2020", _("quantum strategy of 2020 (founded on or after 21 January 2020)")
        METI = "meti_like", _("university-origin venture, after the Japanese survey")
        AUTM = "autm_like", _("licensed from a university, after the American survey")

    path_to_startup = "startup__"

    startup = models.ForeignKey(
        Startup, verbose_name=_("startup"), on_delete=models.CASCADE, related_name="counting_decisions"
    )
    rule_set = models.CharField(_("rule set"), max_length=20, choices=RuleSet, default=RuleSet.STRATEGY)
    counts = models.BooleanField(_("counts as new"))
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        "accounts.Person", verbose_name=_("decided by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(_("decided"))

    objects = VentureQuerySet.as_manager()

    class Meta:
        verbose_name = _("counting decision")
        verbose_name_plural = _("counting decisions")
        ordering = ("startup", "rule_set")
        constraints = [models.UniqueConstraint(fields=("startup", "rule_set"), name="counting_decision_once")]

    class Scoping(VentureRow.Scoping):
        pass

    def __str__(self):
        return f"{self.startup}: {self.get_rule_set_display()}"

    @property
    def audit_organisation(self):
        return None
