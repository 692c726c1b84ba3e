"""Who may take which step of an event and its records: predicates `(user, obj) -> bool`."""
