"""Bulk rows arrive as single ones would, whichever database takes them."""

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import Person
from portal.core.copying import insert_rows
from portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_rows_get_keys_and_keep_every_value():
    people = [Person(code="one", given_name="Tab\tand\nline \\N “quoted”"), Person(code="two", given_name="東北")]
    insert_rows(Person, people)
    assert [person.pk for person in people] == [Person.objects.get(code=code).pk for code in ("one", "two")]
    for person in people:
        stored = Person.objects.get(pk=person.pk)
        assert {f.name: f.value_from_object(stored) for f in Person._meta.fields} == {
            f.name: f.value_from_object(person) for f in Person._meta.fields
        }
    people[0].given_name = "changed"
    people[0].save()
    assert Person.objects.get(code="one").given_name == "changed"


def test_values_in_json_and_missing_ones_arrive():
    insert_rows(AuditEntry, [AuditEntry(verb="a", target_type="b", target_id="1", after={"name": "東北 \\ \t"})])
    entry = AuditEntry.objects.get(verb="a")
    assert (entry.before, entry.after, entry.detail) == (None, {"name": "東北 \\ \t"}, {})


def test_a_row_that_offends_a_constraint_is_an_integrity_error_and_nothing_is_written():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Person, [Person(code="same", given_name="A"), Person(code="same", given_name="B")])
    assert not Person.objects.filter(code="same").exists()
