"""People, users, seats and consents at the desk."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.accounts.models import Consent, ConsentPurpose, CountrySystem, Person, Seat, User
from portal.accounts.models.person import search_form
from portal.accounts.roles import MANAGERS, Role, has_role
from portal.accounts.services import end_seat, ensure_user_for, grant_seat, may_give_seats
from portal.core.admin_base import ScopedReadOnlyAdmin, ScopedTabularInline, visible_rows, worded
from portal.core.admin_steps import DeskStep, ReadOnlyRecordAdmin, RecordAdmin, StepForm
from portal.core.dates import zone_name
from portal.core.narrative import tell
from portal.core.scoping import scope_of
from portal.transfers.admin_base import TransferAdminMixin

# Addresses, second factors, identities and sessions belong to the person alone: no desk reads or edits them.
for private in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(private):
        admin.site.unregister(private)

tell(
    {
        "accounts.signed_up": _("signed up"),
        "accounts.looked_around": _("looked around in the demonstration"),
        "accounts.person_made": _("made a person"),
        "accounts.profile_changed": _("changed the profile"),
        "accounts.claimed": _("linked the record to the sign-in"),
        "accounts.user_made": _("made a sign-in"),
        "accounts.seat_given": _("gave a seat"),
        "accounts.seat_ended": _("ended a seat"),
        "accounts.consents_given": _("gave consents"),
        "accounts.consent_withdrawn": _("withdrew a consent"),
    }
)


class SeatForm(StepForm):
    """Which seat a person gets: at an organisation of the giver's, perhaps only for one alliance or programme."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=None)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    programme = forms.ModelChoiceField(label=_("Only for programme"), queryset=None, required=False)
    alliance = forms.ModelChoiceField(label=_("Only for alliance"), queryset=None, required=False)
    starts_on = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        scope = scope_of(self.user)
        for name in ("organisation", "programme", "alliance"):
            field = self.fields[name]
            rows = visible_rows(Seat._meta.get_field(name).related_model, self.user)
            if name == "organisation" and not scope.is_global:
                rows = rows.filter(pk__in=scope.organisation_ids(MANAGERS))
            elif name == "programme" and not scope.is_global:
                rows = rows.filter(
                    Q(owner__in=scope.organisation_ids(MANAGERS)) | Q(pk__in=scope.programme_ids(MANAGERS))
                )
            elif name == "alliance" and not scope.is_global:
                rows = rows.filter(
                    Q(lead__in=scope.organisation_ids(MANAGERS)) | Q(pk__in=scope.alliance_ids(MANAGERS))
                )
            field.queryset = rows


@transaction.atomic
def give_seat(*, person: Person, actor, **seat) -> Seat:
    """A seat for a person, who gets a sign-in with it where there is none."""
    return grant_seat(user=ensure_user_for(person=person, actor=actor), actor=actor, **seat)


def may_seat(user, person) -> bool:
    """Managers give seats to people who can be reached; at which organisation, the service decides."""
    return bool(person.email) and has_role(user, MANAGERS)


class ConsentInline(ScopedTabularInline):
    model = Consent
    fields = readonly_fields = ("purpose", "version", "language", "given_at", "withdrawn_at")
    show_change_link = False


@admin.register(Person)
class PersonAdmin(TransferAdminMixin, RecordAdmin):
    list_display = ("name", "organisation", "career_stage", "email", "has_sign_in")
    list_filter = ("career_stage", "side", "ui_language")
    list_select_related = ("organisation", "user")
    search_fields = ("search_key", "code", "orcid")
    search_fold = staticmethod(search_form)
    in_global_search = True
    summary = ("organisation", "position", "career_stage", "email", "orcid", "zone", "has_sign_in")
    zone = worded("timezone", zone_name, _("time zone"))
    steps = {
        "give_seat": DeskStep(
            give_seat,
            form=SeatForm,
            label=_("Give a seat"),
            rule=may_seat,
            explain=_("The person works in the portal with this role from the first day to the last."),
        )
    }
    readonly_fields = ("user", "code")
    inlines = (ConsentInline,)
    fieldsets = (
        (None, {"fields": (("given_name", "family_name"), ("name_order", "display_name"), "email", "organisation")}),
        (
            _("Japanese names"),
            {
                "classes": ("tab",),
                "fields": (("family_name_ja", "given_name_ja"), ("family_name_kana", "given_name_kana")),
            },
        ),
        (
            _("Work and contact"),
            {
                "classes": ("tab",),
                "fields": (
                    ("position_en", "position_ja"),
                    ("career_stage", "side"),
                    "orcid",
                    ("ui_language", "timezone"),
                ),
            },
        ),
        (_("About the record"), {"classes": ("tab",), "fields": ("code", "user", "note_en", "source")}),
    )

    @display(description=pgettext_lazy("person", "name"), ordering="family_name")
    def name(self, person):
        return str(person)

    @display(description=_("signs in"), boolean=True)
    def has_sign_in(self, person):
        return person.user_id is not None


class SeatNowFilter(DropdownFilter):
    """Which seats open something today."""

    title = _("in force")
    parameter_name = "now"

    def lookups(self, request, model_admin):
        return [("yes", _("today")), ("ended", _("ended"))]

    def queryset(self, request, queryset):
        today = localdate()
        if self.value() == "yes":
            return queryset.in_force(today)
        return queryset.filter(ends_on__lt=today) if self.value() == "ended" else queryset


def may_end_seat(user, seat) -> bool:
    in_force = seat.ends_on is None or seat.ends_on >= localdate()
    return in_force and may_give_seats(user, seat.organisation, seat.programme)


@admin.register(Seat)
class SeatAdmin(ReadOnlyRecordAdmin):
    """Seats are given on the page of a person and ended here; they are never edited into something else."""

    list_display = ("holder", "role", "organisation", "programme", "starts_on", "ends_on")
    list_filter = (SeatNowFilter, "role")
    list_select_related = ("user__person", "organisation", "programme", "alliance")
    search_fields = ("user__email", "user__person__search_key", "organisation__name_en", "organisation__name_ja")
    search_fold = staticmethod(search_form)
    summary = ("holder", "role", "organisation", "programme", "alliance", "starts_on", "ends_on")
    steps = {
        "end": DeskStep(
            end_seat,
            label=_("End the seat"),
            rule=may_end_seat,
            tone="danger",
            bulk=True,
            explain=_("From now on the seat opens nothing. The person keeps the sign-in."),
        )
    }
    fields = ("holder", "role", "organisation", "programme", "alliance", "starts_on", "ends_on")

    @display(description=_("who"), ordering="user__person__family_name")
    def holder(self, seat):
        return str(seat.user)


@admin.register(User)
class UserAdmin(ScopedReadOnlyAdmin):
    list_display = ("email", "person_name", "language", "zone", "is_active", "last_login")
    list_filter = ("is_active", "language")
    list_select_related = ("person",)
    search_fields = ("email", "person__search_key")
    search_fold = staticmethod(search_form)
    fields = ("email", "person_name", "language", "zone", "is_active", "is_superuser", "date_joined", "last_login")
    readonly_fields = fields
    zone = worded("timezone", zone_name, _("time zone"))

    @display(description=pgettext_lazy("person", "name"))
    def person_name(self, user):
        return str(user)


@admin.register(ConsentPurpose)
class ConsentPurposeAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("code", "text", "kind", "basis", "version")
    search_fields = ("code", "text_en", "text_ja")
    fields = (
        "code", "text_en", "text_ja", "wording_en", "wording_ja", "kind", "basis", "may_withdraw", "version",
        "note_en", "source",
    )  # fmt: skip
    readonly_fields = fields

    @display(description=_("legal basis"), ordering="legal_basis")
    def basis(self, purpose):
        return purpose.legal_basis_text

    @display(description=_("withdrawable"), ordering="withdrawable")
    def may_withdraw(self, purpose):
        return purpose.withdrawable_text


@admin.register(CountrySystem)
class CountrySystemAdmin(TransferAdminMixin, ScopedReadOnlyAdmin):
    list_display = ("country_shown", "text")
    search_fields = ("country", "text_en", "text_ja")
    fields = readonly_fields = ("country_shown", "text_en", "text_ja", "note_en", "source")

    @display(description=_("country"), ordering="country")
    def country_shown(self, system):
        return str(system)


@admin.register(Consent)
class ConsentAdmin(ScopedReadOnlyAdmin):
    list_display = ("person", "purpose_text", "recipient", "version", "language", "given_at", "withdrawn_at")
    list_filter = ("language",)
    list_select_related = ("person", "purpose", "recipient")
    search_fields = ("person__search_key", "purpose__code")
    search_fold = staticmethod(search_form)
    date_range = "given_at"

    @display(description=_("purpose"), ordering="purpose__code")
    def purpose_text(self, consent):
        return consent.purpose.text
