"""What a long walk over many records reads once, and not again for each of them."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, functions marked `once` remember their answers; they forget them with the end of the walk.

    For walks that do not change what they read.
    """
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def is_reading_once() -> bool:
    return _kept.get() is not None


def once(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Decorator: one answer to the same question in a walk. The answer is shared: nobody may change it."""

    @wraps(function)
    def asked(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        kept = _kept.get()
        if kept is None:
            return function(*args, **kwargs)
        question = (function, args, tuple(sorted(kwargs.items())))
        if question not in kept:
            kept[question] = function(*args, **kwargs)
        return kept[question]

    return asked
