"""How often one address may send what anybody may send: the rates stand in ACCOUNT_RATE_LIMITS."""

from collections.abc import Callable
from functools import wraps

from allauth.core import ratelimit
from django.shortcuts import render


def allows(request, action: str) -> bool:
    """Count this sending; False where the address of the visitor has sent too much."""
    return ratelimit.consume(request, action=action)


def limited(action: str) -> Callable:
    """Answer for the view where the address has sent too much; for pages on which nothing is typed."""

    def wrap(view: Callable) -> Callable:
        @wraps(view)
        def inner(request, *args, **kwargs):
            if not allows(request, action):
                return render(request, "429.html", status=429)
            return view(request, *args, **kwargs)

        return inner

    return wrap
