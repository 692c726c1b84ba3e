"""Import tables from CSV or XLSX files: all of them, or, when any row is refused, none."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from portal.transfers import registry
from portal.transfers.services import import_files


class Command(BaseCommand):
    help = "Import tables from CSV or XLSX files, in one transaction. The file name tells the table."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--as", dest="email", metavar="E-MAIL", help="with the permissions of this person")
        parser.add_argument(
            "--tell-nobody", action="store_true", help="write to nobody: records of people who know it all already"
        )
        parser.add_argument("--table", default="", help="the table, where the file name does not tell it")

    def handle(self, *, files, dry_run, email, table, tell_nobody, **options):
        if table and not registry.find(table):
            raise CommandError(f"There is no table “{table}”. Tables: {', '.join(registry.names())}")
        results = import_files(files, user=user_named(email), dry_run=dry_run, table=table, tells=not tell_nobody)
        refused = False
        for result in results:
            for problem in result.problems:
                refused = True
                self.stderr.write(f"{result.file_name}:{problem.row}:{problem.column}: {problem.message}")
            if hidden := result.problem_count - len(result.problems):
                self.stderr.write(f"{result.file_name}: and {hidden} more")
        if refused:
            raise CommandError("Nothing was imported.", returncode=1)
        for result in results:
            self.stdout.write(
                f"{result.table}: {result.created} created, {result.changed} changed, {result.unchanged} unchanged"
                + (f", {result.mails} mails" if result.mails else "")
                + (" (dry run)" if dry_run else "")
            )


def user_named(email: str | None):
    """The person for whom the command acts; None, the operator, where none is named."""
    if not email:
        return None
    user = get_user_model()._default_manager.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return user
