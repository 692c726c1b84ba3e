"""What came out of it: papers and other outcomes, and intellectual property."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts.roles import EXCHANGE_DESKS, Role
from portal.core.bilingual import bilingual
from portal.core.models import SourcedModel
from portal.core.workflow import known_states


def normalise_doi(value: str) -> str:
    """`10.1038/s41586-020-2649-2` from a DOI or its address; raises ValidationError."""
    bare = value.strip()
    for prefix in ("https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi:"):
        if bare.lower().startswith(prefix):
            bare = bare[len(prefix) :]
    if not bare.startswith("10.") or "/" not in bare or " " in bare:
        raise ValidationError(_("A DOI looks like 10.1038/s41586-020-2649-2."), code="invalid")
    return bare.lower()


def validate_doi(value: str) -> None:
    normalise_doi(value)


class Outcome(SourcedModel):
    class State(models.TextChoices):
        REPORTED = "reported", _("reported")
        EVIDENCE = "evidence", _("evidence attached")
        VERIFIED = "verified", _("verified")
        PUBLISHED = "published", _("published")
        REJECTED = "rejected", _("rejected")

    class Kind(models.TextChoices):
        PAPER = "paper", _("paper")
        PAPERS = "papers", _("papers (number not given)")
        PAPER_PRESS_RELEASE = "paper_press_release", _("paper with press release")
        RESEARCH_STAY = "research_stay", _("research stay")
        TALK = "talk", _("talk")
        PATENT = "patent", _("patent")
        STARTUP = "startup", _("startup")
        OTHER = "other", _("other")

    code = models.SlugField(_("code"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    title_en = models.CharField(_("title in English"), max_length=400)
    title_ja = models.CharField(_("title in Japanese"), max_length=400, blank=True)
    published_on = models.DateField(pgettext_lazy("instant", "published"), null=True, blank=True)
    doi = models.CharField(_("DOI"), max_length=200, blank=True, validators=[validate_doi])
    url = models.CharField(_("web address"), max_length=400, blank=True)
    organisations = models.ManyToManyField(
        "alliances.Organisation", verbose_name=_("organisations"), related_name="outcomes", blank=True
    )
    people = models.ManyToManyField("accounts.Person", verbose_name=_("people"), related_name="outcomes", blank=True)
    alliance = models.ForeignKey(
        "alliances.Alliance",
        verbose_name=_("alliance"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outcomes",
    )
    stay = models.ForeignKey(
        "exchanges.Stay",
        verbose_name=_("stay"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="outcomes",
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reported by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.REPORTED)

    title = bilingual("title")

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ("-published_on", "code")
        constraints = [
            known_states("state", ["reported", "evidence", "verified", "published", "rejected"], "outcome_state_known"),
            models.UniqueConstraint(
                fields=("doi",),
                condition=~Q(doi=""),
                name="outcome_doi_once",
                violation_error_message=_("An outcome with this DOI exists already."),
            ),
        ]

    class Scoping:
        organisations = ("organisations", "stay__host_organisation", "stay__home_organisation")
        alliances = ("alliance",)
        owners = ("people__user",)
        public = Q(state="published")
        roles = EXCHANGE_DESKS | {Role.KPI_AUDITOR, Role.IP_OFFICER}
        writers = frozenset({Role.PROGRAMME_MANAGER, Role.ALLIANCE_ADMIN, Role.KPI_AUDITOR})

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if self.doi:
            self.doi = normalise_doi(self.doi)
        super().save(*args, **kwargs)


class IPItem(SourcedModel):
    """An item of intellectual property and the decision to keep it open or closed."""

    class State(models.TextChoices):
        DISCLOSED = "disclosed", _("disclosed")
        TRIAGE = "triage", _("in triage")
        FILED = "filed", _("filed")
        PUBLISHED = "published", _("published")
        GRANTED = "granted", _("granted")
        MAINTAINED = "maintained", _("maintained")
        LICENSED = "licensed", _("licensed")
        ASSIGNED = "assigned", pgettext_lazy("rights", "assigned")
        SECRET = "secret", _("kept secret")
        PUBLISHED_OPENLY = "published_openly", _("published openly")
        STANDARD_PROPOSED = "standard_proposed", _("proposed as standard")
        SUBMITTED = "submitted", _("submitted")
        ADOPTED = "adopted", _("adopted")
        ABANDONED = "abandoned", _("abandoned")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(
        _("kind"),
        max_length=30,
        choices=[
            ("patent_family", _("patent family")),
            ("peripheral_patent", _("peripheral patent")),
            ("know_how", _("know-how")),
            ("standard_contribution", _("contribution to a standard")),
            ("software", _("software")),
        ],
    )
    title_en = models.CharField(_("title"), max_length=300)
    owners = models.ManyToManyField(
        "alliances.Organisation", verbose_name=_("owners"), related_name="ip_items", blank=True
    )
    project_start_on = models.DateField(_("project start"), null=True, blank=True)
    open_closed_decision = models.CharField(
        _("open or closed"),
        max_length=30,
        blank=True,
        choices=[
            ("closed_patent", _("closed: patent")),
            ("closed_secret", _("closed: secret")),
            ("open_standard", _("open: standard")),
            ("open_publication", _("open: publication")),
        ],
    )
    decision_on = models.DateField(_("decided"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DISCLOSED)
    priority_date = models.DateField(_("priority date"), null=True, blank=True)
    countries = models.CharField(_("countries"), max_length=200, blank=True)
    standard_body = models.ForeignKey(
        "alliances.Organisation",
        verbose_name=_("standards body"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("IP item")
        verbose_name_plural = _("IP items")
        ordering = ("code",)
        constraints = [
            known_states(
                "state",
                [
                    "disclosed",
                    "triage",
                    "filed",
                    "published",
                    "granted",
                    "maintained",
                    "licensed",
                    "assigned",
                    "secret",
                    "published_openly",
                    "standard_proposed",
                    "submitted",
                    "adopted",
                    "abandoned",
                ],
                "ip_item_state_known",
            )
        ]

    class Scoping:
        organisations = ("owners",)
        roles = frozenset({Role.IP_OFFICER, Role.ALLIANCE_ADMIN})

    def __str__(self):
        return self.title_en
