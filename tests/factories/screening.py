"""Cases of the export-control check."""

from factory.django import DjangoModelFactory

from portal.screening.models import Screening


class ScreeningFactory(DjangoModelFactory):
    class Meta:
        model = Screening

    regime = "JP"
