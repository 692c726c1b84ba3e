"""Organisations, alliances, agreements and outcomes."""

import factory
from factory.django import DjangoModelFactory

from portal.alliances.models import Agreement, Alliance, Organisation, Outcome


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"organisation-{n}")
    name_en = factory.Sequence(lambda n: f"Organisation {n}")
    name_ja = factory.Sequence(lambda n: f"機関{n}")
    kind = "university"
    country = "JP"


class AllianceFactory(DjangoModelFactory):
    class Meta:
        model = Alliance

    code = factory.Sequence(lambda n: f"alliance-{n}")
    name_en = factory.Sequence(lambda n: f"Alliance {n}")
    name_ja = factory.Sequence(lambda n: f"連携{n}")
    kind = "university_alliance"
    state = "active"


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"agreement-{n}")
    kind = "memorandum_of_agreement"
    level = "institutional"
    title_en = factory.Sequence(lambda n: f"Agreement {n}")
    title_ja = factory.Sequence(lambda n: f"協定{n}")

    @factory.post_generation
    def parties(self, create, extracted, **kwargs):
        if create and extracted:
            self.parties.set(extracted)


class OutcomeFactory(DjangoModelFactory):
    class Meta:
        model = Outcome

    code = factory.Sequence(lambda n: f"outcome-{n}")
    kind = "paper"
    title_en = factory.Sequence(lambda n: f"Paper {n}")
