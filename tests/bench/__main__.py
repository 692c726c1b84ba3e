"""`make bench`: a private PostgreSQL, the whole data set, every measurement, a table, and var/bench.json."""

import json
import os
import sys
from pathlib import Path

os.environ["PG"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from tests import servers  # noqa: F401  starts the private servers and names them in the environment

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.PORTAL_DEMO = True

    from tests.bench.figures import measure_figures
    from tests.bench.imports import measure_imports
    from tests.bench.letters import measure_letters
    from tests.bench.mails import measure_mails
    from tests.bench.measure import table
    from tests.bench.pages import measure_pages
    from tests.bench.registrations import measure_registrations
    from tests.bench.reports import measure_reports
    from tests.bench.scale import measure_scale

    print("Preparing the database …", file=sys.stderr, flush=True)
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=sys.stderr)
    rows = []
    for measure in (
        measure_pages,
        measure_imports,
        measure_mails,
        measure_letters,
        measure_figures,
        measure_registrations,
        measure_reports,
        measure_scale,
    ):
        print(f"{measure.__name__.replace('_', ' ')} …", file=sys.stderr, flush=True)
        rows += measure()
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([row.as_dict() for row in rows], indent=1) + "\n")
    print(table(rows))
    missed = [row.name for row in rows if row.met is False]
    print(f"\n{len(rows) - len(missed)} of {len(rows)} targets met; written to {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
