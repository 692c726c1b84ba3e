"""The door behind a personal link: the secret moves from the address into the session, where nobody reads it along.

It must not stand in histories, logs or referrers; so the address of the mail answers with a redirect to a page without
it. A link that nobody was given leaves no session behind: guessing fills no table.
"""


def remember(request, purpose: str, token: str) -> None:
    """Keep the token of a link that was found for the pages that follow."""
    request.session[_key(purpose)] = token


def token_in(request, purpose: str) -> str:
    """The token that this visitor came with, empty where there is none."""
    return request.session.get(_key(purpose), "")


def forget(request, purpose: str) -> None:
    request.session.pop(_key(purpose), None)


def _key(purpose: str) -> str:
    return f"link:{purpose}"
