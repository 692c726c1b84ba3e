"""From call to certificate, through the services, on both sides of the ocean."""

import pytest
from django.utils import translation
from pypdf import PdfReader

from exchanges.models import Stay
from portal.core.dates import plain_date
from portal.documents.services import open_file
from portal.outbox.models import OutboxMessage
from tests.factories import journeys


@pytest.mark.parametrize("name", ["north", "south"])
def test_a_stay_goes_from_call_to_certificate(world, name):
    side = getattr(world, name)
    stay = journeys.closed(side)
    assert stay.state == Stay.State.CLOSED
    assert stay.certificate.language == side.fellow.language
    kinds = set(OutboxMessage.objects.filter(recipient_email=side.fellow.email).values_list("kind", flat=True))
    assert kinds == {
        "application_received", "screening_asked", "offer_sent", "checklist_started", "arrival_confirmed",
        "exit_started", "report_asked", "certificate_issued",
    }  # fmt: skip
    other = world.south if name == "north" else world.north
    assert not OutboxMessage.objects.filter(recipient_email__in=[user.email for user in other.users.values()]).exists()


def test_the_certificate_says_the_days_in_the_fellows_language(world):
    stay = journeys.closed(world.north)
    file = open_file(public_id=stay.certificate.file.public_id, actor=world.north.fellow)
    text = "".join("".join(page.extract_text() for page in PdfReader(file.file).pages).split())
    with translation.override("ja"):
        assert plain_date(stay.arrived_on) in text
        assert plain_date(stay.departed_on) in text
    assert stay.certificate.number in text
