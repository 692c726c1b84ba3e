"""Who may switch a reminder rule."""


def switches_reminders(user, rule) -> bool:
    """Managers of programmes and alliances: the catalogue is one for the whole house."""
    return user.has_perm("reminders.change_reminderrule")
