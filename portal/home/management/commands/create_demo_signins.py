"""Prepare the people of a demonstration and print who can sign in as whom."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.accounts.demo import DEMO_SIGN_INS
from portal.home import demonstration


class Command(BaseCommand):
    help = "Create the demo sign-ins and what they need; running it again changes nothing."

    def handle(self, **options):
        people = {person.code: person for person in demonstration.prepare(today=timezone.localdate())}
        self.stdout.write("Look around as:")
        for row in DEMO_SIGN_INS:
            if row.person_code in people:
                person = people[row.person_code]
                where = person.organisation.label if person.organisation else ""
                self.stdout.write(f"  {row.part}: {person.name_in('en')} ({where}), {person.email}")
