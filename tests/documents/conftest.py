"""Two desks that must never see each other's papers; a record is a seat, which its holder and her desk reach."""

from types import SimpleNamespace

import pytest

from portal.accounts.models import Seat, User
from portal.accounts.roles import Role
from portal.alliances.models import Organisation
from portal.documents.letters import register_letter
from portal.documents.services import issue_letter, store_upload
from tests.documents.samples import CONTEXT, upload


@pytest.fixture
def desks(db):
    """North with its coordinator nora, its other coordinator noel and its fellow fay; south with sol; root sees all."""
    north, south = (
        Organisation.objects.create(code=code, name_en=code.title(), kind=Organisation.Kind.UNIVERSITY)
        for code in ("north", "south")
    )
    people = {name: User.objects.create_user(f"{name}@example.org") for name in ("nora", "noel", "sol", "fay")}
    for name, organisation in {"nora": north, "noel": north, "sol": south}.items():
        Seat.objects.create(user=people[name], organisation=organisation, role=Role.ALLIANCE_ADMIN)
    record = Seat.objects.create(user=people["fay"], organisation=north, role=Role.FELLOW)
    root = User.objects.create_superuser("root@example.org")
    return SimpleNamespace(north=north, south=south, record=record, root=root, **people)


@pytest.fixture
def letter_kinds():
    register_letter("offer", "exchanges/letters/offer.typ", title="Offer")
    register_letter("certificate", "exchanges/letters/certificate.typ", title="Certificate of completion")


@pytest.fixture
def store(desks):
    """Keep a file about fay's record; fay owns it unless said otherwise."""

    def store(content=None, name="passport.pdf", **changes):
        given = {"kind": "passport", "about": desks.record, "owner": desks.fay, "actor": desks.fay} | changes
        made = upload(name=name) if content is None else upload(content, name)
        return store_upload(upload=made, **given)

    return store


@pytest.fixture
def issue(desks, letter_kinds):
    """Issue an offer to fay about her record."""

    def issue(language="en", context=None, **changes):
        given = {
            "kind": "offer",
            "about": desks.record,
            "actor": desks.nora,
            "recipient": desks.fay,
            "zone": "Asia/Tokyo",
            "recipient_name": CONTEXT[language]["recipient_name"],
        } | changes
        return issue_letter(language=language, context=CONTEXT[language] | (context or {}), **given)

    return issue
