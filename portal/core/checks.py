"""System checks that keep the rules of the house without anybody remembering them."""

from django.contrib import admin
from django.core.checks import Error, register

from portal.core.scoping import ScopedQuerySet

# Third-party tables that only superusers reach, and the account tables that have no owner but the person.
UNSCOPED_BY_DESIGN = {"auth.Group"}


@register()
def every_admin_is_scoped(app_configs, **kwargs):
    """portal.E001 / portal.E002: an admin page without visible_to() would show every alliance's rows."""
    errors = []
    for model, model_admin in admin.site._registry.items():
        if model._meta.label in UNSCOPED_BY_DESIGN:
            continue
        if not isinstance(model._default_manager.all(), ScopedQuerySet):
            errors.append(Error(f"{model._meta.label} has no visible_to()", id="portal.E001"))
        if not getattr(model_admin, "is_scoped", False):
            errors.append(Error(f"{type(model_admin).__name__} is not a scoped admin", id="portal.E002"))
    return errors
