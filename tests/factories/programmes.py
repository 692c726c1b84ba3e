"""Programmes and calls that are open today."""

import datetime as dt

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.programmes.models import Call, Criterion, Programme, RequestedDocument


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    code = factory.Sequence(lambda n: f"programme-{n}")
    name_en = factory.Sequence(lambda n: f"Programme {n}")
    name_ja = factory.Sequence(lambda n: f"プログラム{n}")
    kind = "internship"
    direction = "inbound"
    audience = "graduate_students|postdocs"
    min_days = 30
    max_days = 365
    duration_text_en = "1 to 12 months"
    duration_text_ja = "1～12か月"
    support_en = "Round-trip ticket\nPer diem and lodging"
    support_ja = "往復航空券\n日当・宿泊費"
    state = "published"


class CallFactory(DjangoModelFactory):
    """Open since thirty days and for thirty more, by the clock of Tokyo."""

    class Meta:
        model = Call

    code = factory.Sequence(lambda n: f"call-{n}")
    title_en = factory.Sequence(lambda n: f"Call {n}")
    title_ja = factory.Sequence(lambda n: f"募集{n}")
    about_en = "Come and work with us."
    about_ja = "ご応募をお待ちしています。"
    opens_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30))
    closes_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=30))
    closes_time = dt.time(17)
    timezone = "Asia/Tokyo"
    places = 2
    min_reviews = 1
    contact_name = "Programme office"
    contact_email = "office@example.org"
    state = "open"


class RequestedDocumentFactory(DjangoModelFactory):
    class Meta:
        model = RequestedDocument

    kind = "cv"
    name_en = "Curriculum vitae"
    name_ja = "履歴書"


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    name_en = "Quality of the plan"
    name_ja = "計画の質"
    weight = 1
    max_score = 5
