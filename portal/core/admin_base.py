"""The base of every admin page: what a person may not see does not exist there, and every change leaves a trace.

Closed here, because Django's admin leaves them open: choices of foreign keys and many-to-many fields, related filters,
autocomplete, inlines, search, address-bar lookups (`?secret__startswith=A`), bulk actions, the history page, the delete
confirmation, pop-ups with `_to_field`, forged posts that name or reach another tenant's row.
"""

from collections import defaultdict
from collections.abc import Callable

from django.contrib import messages
from django.contrib.admin import display
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import NestedObjects, flatten, quote, unquote
from django.core.checks import Error
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models, router, transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.checks import UnfoldModelAdminChecks
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    RangeDateFilter,
    RangeDateTimeFilter,
    RelatedDropdownFilter,
)
from unfold.forms import PaginationInlineFormSet
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminSelectWidget

from portal.core import audit
from portal.core.counting import CappedPaginator
from portal.core.countries import open_country_choices
from portal.core.dates import validate_zone
from portal.core.models import AuditEntry
from portal.core.narrative import told_entries
from portal.core.scoping import ScopedQuerySet, internal_fields
from portal.core.zones import every_zone

HISTORY_PER_PAGE = 50
FILTER_LOOKUPS = ("", "__exact", "__in", "__isnull", "__id__exact", "__gte", "__lte", "__gt", "__lt", "_from", "_to")


def worded(field: str, words: Callable[[str], str], label) -> Callable:
    """A column that reads the code in a field as words; sorting goes by the code."""

    @display(description=label, ordering=field)
    def column(self, obj):
        return words(getattr(obj, field))

    return column


class OutOfReach(Exception):
    """The saved row would lie outside what its author may edit; nothing has been saved."""


def visible_rows(model, user):
    """Rows of a model for a person; nothing where the model is not scoped."""
    rows = model._default_manager.all()
    return rows.visible_to(user) if isinstance(rows, ScopedQuerySet) else rows.none()


class ScopedRelatedFilter(RelatedDropdownFilter):
    """A list filter by a related record that only offers visible ones."""

    def field_choices(self, field, request, model_admin):
        ordering = self.field_admin_ordering(field, request, model_admin) or field.related_model._meta.ordering
        rows = visible_rows(field.related_model, request.user).order_by(*ordering)
        return [(row.pk, str(row)) for row in rows]


class ScopedTypedFilter(AutocompleteSelectFilter):
    """A list filter by a record of a table that grows: found by typing, so that a list does not name them all."""

    def choices(self, changelist):
        for choice in super().choices(changelist):
            field = choice["form"].fields[self.lookup_kwarg]
            field.queryset = visible_rows(self.field.related_model, self.request.user)
            yield choice


class ScopedInlineFormSet(PaginationInlineFormSet):
    """Refuses changed or deleted rows that the person sees but may not edit."""

    user = None

    def _construct_form(self, i, **kwargs):
        """The rows know the record that they stand in: it is on the page already."""
        form = super()._construct_form(i, **kwargs)
        if self.instance.pk:
            setattr(form.instance, self.fk.name, self.instance)
        return form

    def clean(self):
        super().clean()
        touched = {form.instance.pk for form in self.initial_forms if form.has_changed()}
        editable = self.model._default_manager.editable_by(self.user).filter(pk__in=touched)
        if touched - set(editable.values_list("pk", flat=True)):
            raise ValidationError(_("Some of these rows are not yours to change."))


class ScopedFieldsMixin:
    """What admin pages and inlines share: their rows and the choices in their fields."""

    is_scoped = True
    view_on_site = False

    @display(description=gettext_lazy("state"), ordering="state")
    def state_badge(self, obj):
        """The state in words, colour and shape."""
        return render_to_string("admin/record/badge.html", {"thing": obj}) if obj.pk else ""

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_autocomplete_fields(self, request):
        """Every relation to a searchable record is chosen by typing, unless the class names its own fields."""
        if self.autocomplete_fields:
            return self.autocomplete_fields
        relations = [*self.opts.fields, *self.opts.many_to_many]
        return [f.name for f in relations if f.remote_field and f.editable and self._is_searchable(f, request)]

    def _is_searchable(self, field, request) -> bool:
        target = field.remote_field.model
        if not self.admin_site.is_registered(target):
            return False
        return bool(self.admin_site.get_model_admin(target).get_search_fields(request))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs["queryset"] = self._choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["queryset"] = self._choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _choices(self, db_field, request, narrower):
        rows = visible_rows(db_field.remote_field.model, request.user)
        return rows if narrower is None else rows & narrower

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if validate_zone in db_field.validators:
            kwargs["widget"] = UnfoldAdminSelectWidget(choices=every_zone)
        if isinstance(db_field, models.CharField) and db_field.name.endswith("country") and db_field.max_length == 2:
            kwargs["widget"] = UnfoldAdminSelectWidget(choices=open_country_choices)
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # Adding related records in a pop-up and links to change or view them would be further doors for little use.
        for option in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, option):
                setattr(field.widget, option, False)
        return field

    def get_readonly_fields(self, request, obj=None):
        """States move by steps only."""
        fields = super().get_readonly_fields(request, obj)
        has_state = any(f.name == "state" for f in self.opts.fields)
        return (*fields, "state") if has_state and "state" not in fields else fields


class ScopedInlineMixin(ScopedFieldsMixin):
    """Rows inside another record. Read-only unless the class says `editable` and the record itself may be edited."""

    editable = False
    extra = 0
    show_change_link = True
    tab = True
    formset = ScopedInlineFormSet

    def get_queryset(self, request):
        """With the related records that the lines show."""
        shown = {name for name in flatten(self.get_fields(request)) if isinstance(name, str)}
        related = [field.name for field in self.opts.fields if field.name in shown and field.many_to_one]
        return super().get_queryset(request).select_related(*related) if related else super().get_queryset(request)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.user = request.user
        return formset

    def has_add_permission(self, request, obj):
        return self.editable and self._parent_is_editable(request, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self.editable and self._parent_is_editable(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.editable and self._parent_is_editable(request, obj) and super().has_delete_permission(request, obj)

    def _parent_is_editable(self, request, parent) -> bool:
        return self.admin_site.get_model_admin(self.parent_model).has_change_permission(request, parent)


class ScopedTabularInline(ScopedInlineMixin, TabularInline):
    hide_title = True

    @property
    def template(self):
        return TabularInline.template if self.editable else "admin/record/lines.html"


class ScopedStackedInline(ScopedInlineMixin, StackedInline):
    pass


class ScopedChecks(UnfoldModelAdminChecks):
    """Options of Django's admin that would walk past the scope, or through a whole table."""

    FORBIDDEN = ("list_editable", "raw_id_fields", "date_hierarchy")

    def check(self, admin_obj, **kwargs):
        found = [
            Error(f"{type(admin_obj).__name__}.{option} is not used here", obj=type(admin_obj), id="portal.E003")
            for option in self.FORBIDDEN
            if getattr(admin_obj, option)
        ]
        shows_relations = any(
            isinstance(field, models.ForeignKey) and field.name in admin_obj.list_display
            for field in admin_obj.opts.fields
        )
        if shows_relations and not admin_obj.list_select_related:
            found.append(
                Error(f"{type(admin_obj).__name__} lists relations without list_select_related", id="portal.E004")
            )
        return [*super().check(admin_obj, **kwargs), *found]


class PagedChangeList(ChangeList):
    """A list whose only page is read like any other: by the keys that have been found already."""

    def get_results(self, request):
        super().get_results(request)
        if not self.multi_page:
            self.result_list = self.paginator.page(1).object_list


class ScopedModelAdmin(ScopedFieldsMixin, ModelAdmin):
    """An admin page over the rows its reader may see, editable as far as her seats reach."""

    checks_class = ScopedChecks
    list_per_page = 50
    show_full_result_count = False
    paginator = CappedPaginator
    # A column of days or instants to narrow the list by; `date_hierarchy` reads the whole table for each page.
    date_range = ""
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    in_global_search = False
    # Folds text the way `search_key` columns are folded, so that width, case, accents and kana do not matter.
    search_fold: Callable[[str], str] | None = None
    # Parameters in the address of the list beyond those of the filters.
    allowed_lookups: tuple[str, ...] = ()

    # -- who may do what -----------------------------------------------------------------------------------------------

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or self.is_editable(request, obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or self.is_editable(request, obj))

    def is_editable(self, request, obj) -> bool:
        """Whether the person's seats may change this row; asked of the database once a request."""
        known = self._editable_rows(request)
        if obj.pk not in known:
            known[obj.pk] = self.model._default_manager.editable_by(request.user).filter(pk=obj.pk).exists()
        return known[obj.pk]

    def _editable_rows(self, request) -> dict[object, bool]:
        """What is known in this request already."""
        return request.__dict__.setdefault("_editable_rows", {}).setdefault(self.opts.label, {})

    def get_object(self, request, object_id, from_field=None):
        """The visible row with the relations that its list shows, and whether it may be edited, in one query.

        While a page is only read, it is fetched once.
        """
        if from_field is not None:
            return super().get_object(request, object_id, from_field)
        known = request.__dict__.setdefault("_shown_rows", {})
        key = (self.opts.label, str(object_id))
        if key in known and request.method in ("GET", "HEAD"):
            return known[key]
        rows = self.get_queryset(request)
        if isinstance(self.list_select_related, list | tuple):
            rows = rows.select_related(*self.list_select_related)
        editable = self.model._default_manager.editable_by(request.user).filter(pk=OuterRef("pk"))
        try:
            row = rows.annotate(reader_may_edit=Exists(editable)).get(pk=self.opts.pk.to_python(object_id))
        except (self.model.DoesNotExist, ValidationError, ValueError):
            row = None
        else:
            self._editable_rows(request)[row.pk] = row.reader_may_edit
        known[key] = row
        return row

    def get_fieldsets(self, request, obj=None):
        """Internal notes on a row that everybody reads are shown to those who may edit it."""
        fieldsets = super().get_fieldsets(request, obj)
        hidden = internal_fields(self.model)
        if not hidden or obj is None or self.is_editable(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in hidden]})
            for title, options in fieldsets
        ]

    def visible_or_404(self, request, object_id):
        """The row behind an address; foreign, missing and malformed look the same."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        return obj

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        raise Http404

    def _require_view(self, request):
        if not self.has_view_or_change_permission(request):
            raise Http404

    def changelist_view(self, request, extra_context=None):
        self._require_view(request)
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            self._require_view(request)
            self.visible_or_404(request, object_id)
        if request.method in ("GET", "HEAD"):
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except OutOfReach:
            messages.error(request, _("Not saved: the record would no longer belong to a part you work for."))
            return redirect(request.get_full_path())

    def delete_view(self, request, object_id, extra_context=None):
        self._require_view(request)
        self.visible_or_404(request, object_id)
        return super().delete_view(request, object_id, extra_context)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        reach = self.model._default_manager.editable_by(request.user)
        if not reach.filter(pk=form.instance.pk).exists():
            raise OutOfReach

    def to_field_allowed(self, request, to_field):
        return to_field == self.opts.pk.attname

    def get_actions(self, request):
        """Deleting many at once is not offered; each record is deleted from its own page, seen before."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def response_action(self, request, queryset):
        """Rows that are chosen by something that is no key are as missing as foreign ones."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.clean(key, None)
        except ValidationError:
            raise Http404 from None
        return super().response_action(request, queryset)

    # -- lists ---------------------------------------------------------------------------------------------------------

    def get_changelist(self, request, **kwargs):
        return PagedChangeList

    def get_list_display_links(self, request, list_display):
        """The first column leads to the record: on a phone the theme calls any other first cell “Select record”."""
        links = super().get_list_display_links(request, list_display)
        first = list_display[0]
        return links if first in links else (first, *links)

    def get_list_filter(self, request):
        filters = [self._scoped_filter(item) for item in super().get_list_filter(request)]
        if self.date_range:
            has_time = isinstance(self.opts.get_field(self.date_range), models.DateTimeField)
            filters.append((self.date_range, RangeDateTimeFilter if has_time else RangeDateFilter))
        return filters

    def _scoped_filter(self, item):
        if not isinstance(item, str):
            return item
        field = self.opts.get_field(item)
        if field.is_relation:
            return (item, ScopedRelatedFilter)
        return (item, ChoicesDropdownFilter) if field.choices else item

    def lookup_allowed(self, lookup, value, request=None):
        """Only what the filters of this list need: a free lookup would be an oracle on every column."""
        named = []
        for item in self.get_list_filter(request):
            if isinstance(item, str):
                named.append(item)
            elif isinstance(item, tuple | list):
                named.append(item[0])
            else:
                named.append(item.parameter_name)
        allowed = {f"{name}{suffix}" for name in named for suffix in FILTER_LOOKUPS}
        return lookup in allowed or lookup in self.allowed_lookups

    def get_search_results(self, request, queryset, search_term):
        """Every word in any of the search fields; a field called `search_key` is searched in its folded form."""
        fields = self.get_search_fields(request)
        if not fields:
            return queryset, False
        for word in search_term.split():
            found = Q()
            for name in fields:
                if name.endswith("search_key") and self.search_fold:
                    found |= Q(**{f"{name}__contains": self.search_fold(word)})
                else:
                    found |= Q(**{f"{name}__icontains": word})
            queryset = queryset.filter(found)
        return queryset, False

    def change_url(self, obj) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=(quote(obj.pk),))

    # -- deleting ------------------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs, request):
        """What would go with the record. Rows out of sight are neither named nor deleted: they forbid the deletion."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        named, counts, forbidden = [], {}, set()
        for model, rows in collector.model_objs.items():
            if model._meta.auto_created:
                continue
            counts[model._meta.verbose_name_plural] = len(rows)
            visible, hidden = self._sorted_by_sight(model, rows, request)
            named += [
                _("%(kind)s: %(record)s") % {"kind": capfirst(model._meta.verbose_name), "record": row}
                for row in visible
            ]
            related = self.admin_site._registry.get(model)
            if hidden or any(related and not related.has_delete_permission(request, row) for row in visible):
                forbidden.add(model._meta.verbose_name)
        return named, counts, forbidden, self._named_protectors(collector.protected, request)

    def _named_protectors(self, protected, request) -> list[str]:
        by_model = defaultdict(list)
        for row in protected:
            by_model[type(row)].append(row)
        lines = []
        for model, rows in by_model.items():
            visible, hidden = self._sorted_by_sight(model, rows, request)
            lines += [
                _("%(kind)s: %(record)s") % {"kind": capfirst(model._meta.verbose_name), "record": row}
                for row in visible
            ]
            if hidden:
                lines.append(_("%(kind)s: records that you do not see") % {"kind": capfirst(model._meta.verbose_name)})
        return lines

    @staticmethod
    def _sorted_by_sight(model, rows, request) -> tuple[list, list]:
        seen = set(
            visible_rows(model, request.user).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
        )
        return [row for row in rows if row.pk in seen], [row for row in rows if row.pk not in seen]

    # -- the trace -----------------------------------------------------------------------------------------------------

    def construct_change_message(self, request, form, formsets, add=False):
        """What changed, field by field, with the values before and after."""
        before = {name: form.initial.get(name) for name in form.changed_data}
        after = {name: _plain(form.cleaned_data.get(name)) for name in form.changed_data}
        message = {"before": before, "after": after}
        for formset in formsets or ():
            rows = [
                *({"row": str(row), "kind": "added"} for row in formset.new_objects),
                *({"row": str(row), "kind": "changed", "fields": fields} for row, fields in formset.changed_objects),
                *({"row": str(row), "kind": "deleted"} for row in formset.deleted_objects),
            ]
            if rows:
                message.setdefault("rows", {})[formset.model._meta.label_lower] = rows
        return message

    def log_addition(self, request, obj, message):
        audit.record("core.added", obj, actor=request.user, after=message["after"])

    def log_change(self, request, obj, message):
        if message["after"] or "rows" in message:
            rows = {"rows": message["rows"]} if "rows" in message else {}
            audit.record(
                "core.changed", obj, actor=request.user, before=message["before"], after=message["after"], **rows
            )

    def log_deletions(self, request, queryset):
        for obj in queryset:
            audit.record("core.deleted", obj, actor=request.user)

    def timeline_for(self, request, obj):
        """Entries about the record that its reader may read: shared ones, and the internal ones of her own desk."""
        own = Q(pk__in=AuditEntry.objects.visible_to(request.user).values("pk"))
        if internal_fields(self.model) and not self.is_editable(request, obj):
            return audit.timeline(obj).filter(own)  # it is everybody's to see, which makes nobody a desk of it
        return audit.timeline(obj).filter(Q(audience__in=(audit.DESKS, audit.APPLICANT)) | own)

    def history_view(self, request, object_id, extra_context=None):
        """Who did what when, in words."""
        self._require_view(request)
        obj = self.visible_or_404(request, object_id)
        page = Paginator(self.timeline_for(request, obj), HISTORY_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(record)s") % {"record": obj},
            "opts": self.opts,
            "object": obj,
            "original": obj,
            "page": page,
            "entries": told_entries(page.object_list, self.model),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


class ScopedReadOnlyAdmin(ScopedModelAdmin):
    """A record that is read at the desk and written elsewhere."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _plain(value):
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple):
        return [_plain(item) for item in value]
    return value
