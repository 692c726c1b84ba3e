"""Certificates a second, numbered and filed, beside compiling the same letter with nothing around."""

import time

from django.db import transaction
from django.utils import timezone

from exchanges.letters import issue_certificate
from exchanges.models import Stay
from portal.accounts.models import User
from portal.documents.letters import letter_kind
from portal.documents.letters.typesetting import render
from tests.bench.measure import Row, rate_row

LETTERS = 40
TARGET = 2
# What the desk reads with a stay before it asks for the certificate.
RELATIONS = (
    "person__user", "programme__owner", "programme__alliance", "home_organisation", "host_organisation", "host_person",
    "application",
)  # fmt: skip


def measure_letters() -> list[Row]:
    actor = User.objects.get(email="ken.karina@example.org")
    with transaction.atomic():
        keys = [copy_of(Stay.objects.get(code="s01"), n).pk for n in range(LETTERS)]
        stays = list(Stay.objects.select_related(*RELATIONS).filter(pk__in=keys))
        letter = issue_certificate(copy_of(stays[0], "warm"), actor=actor, now=timezone.now())
        started = time.perf_counter()
        for stay in stays:
            issue_certificate(stay, actor=actor, now=timezone.now())
        issued = LETTERS / (time.perf_counter() - started)
        started = time.perf_counter()
        for n, _stay in enumerate(stays):
            # Each with a number and an address of its own: typst remembers what it has set before.
            context = letter.context | {"number": f"CERT-{n}", "verify_url": f"{letter.context['verify_url']}{n}"}
            render(letter_kind("certificate").template, context, issued_at=letter.issued_at)
        compiled = LETTERS / (time.perf_counter() - started)
        transaction.set_rollback(True)
    return [rate_row(f"letters: {LETTERS} certificates", issued, "letters/s", compiled, TARGET)]


def copy_of(stay: Stay, suffix) -> Stay:
    """A stay of its own, because a certificate is issued once."""
    values = {
        field.attname: getattr(stay, field.attname)
        for field in Stay._meta.fields
        if field.name not in ("id", "public_id", "code", "application", "certificate")
    }
    return Stay.objects.create(**values, code=f"bench-{suffix}")
