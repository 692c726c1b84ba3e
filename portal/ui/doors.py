"""The door behind a personal link: the secret moves from the address into the session, where nobody reads it along.

It must not stand in histories, logs or referrers; so the address of the mail answers with a redirect to a page without
it. A link that nobody was given leaves no session behind: guessing fills no table.
"""

from django.shortcuts import redirect, render

from portal.core.links import LinkExpired
from portal.ui.acts import carry_out


def remember(request, purpose: str, token: str) -> None:
    """Keep the token of a link that was found for the pages that follow."""
    request.session[_key(purpose)] = token


def token_in(request, purpose: str) -> str:
    """The token that this visitor came with, empty where there is none."""
    return request.session.get(_key(purpose), "")


def forget(request, purpose: str) -> None:
    request.session.pop(_key(purpose), None)


def closed(request, *, renew_at: str = ""):
    """The page of a link that opens nothing (404), or of one that is too old (410).

    `renew_at` names the address which mails a fresh one.
    """
    return render(request, "link_closed.html", {"renew_at": renew_at}, status=410 if renew_at else 404)


def mail_fresh_link(request, purpose: str, *, find, send, page: str):
    """Have `send(row)` mail a fresh link to the address on record, and nowhere else.

    `find(token)` raises `LinkExpired` with the row; where the link at hand still opens, the visitor goes on to `page`.
    """
    try:
        find(token_in(request, purpose))
    except LinkExpired as expired:
        row = expired.row
        carry_out(request, lambda: send(row))
        forget(request, purpose)
        return render(request, "link_renewed.html")
    return redirect(page)


def _key(purpose: str) -> str:
    return f"link:{purpose}"
