"""Who may switch a reminder rule."""


def switches_reminders(user, rule) -> bool:
    """Managers of programmes and alliances: the catalogue is one for the whole house."""
    return user.has_perm("reminders.change_reminderrule")


def switches_on(user, rule) -> bool:
    return not rule.is_active and switches_reminders(user, rule)


def switches_off(user, rule) -> bool:
    return rule.is_active and switches_reminders(user, rule)
