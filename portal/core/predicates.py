"""Small predicates `(user, obj) -> bool` put together."""

from portal.core.scoping import Predicate


def any_of(*predicates: Predicate) -> Predicate:
    return lambda user, obj: any(predicate(user, obj) for predicate in predicates)


def all_of(*predicates: Predicate) -> Predicate:
    return lambda user, obj: all(predicate(user, obj) for predicate in predicates)


def none_of(*predicates: Predicate) -> Predicate:
    return lambda user, obj: not any(predicate(user, obj) for predicate in predicates)


def nobody(user, obj) -> bool:
    """Steps that only the system takes."""
    return False
