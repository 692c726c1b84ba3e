"""Who may bring rows into a table or take them out of it."""


def may_add(user, model) -> bool:
    return user.is_active and user.has_perm(f"{model._meta.app_label}.add_{model._meta.model_name}")


def may_change(user, model) -> bool:
    return user.is_active and user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")


def may_import(user, resource: type) -> bool:
    """Rows are narrowed further by what the person may edit."""
    model = resource._meta.model
    return may_add(user, model) or may_change(user, model)


def may_export(user, resource: type) -> bool:
    model = resource._meta.model
    return user.is_active and user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
