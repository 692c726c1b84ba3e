"""`make bench`: a private PostgreSQL, the whole data set, every measurement, a table, and var/bench.json.

python -m tests.bench                 everything
python -m tests.bench pages mails     these parts
"""

import importlib
import json
import os
import sys
from pathlib import Path

os.environ["PG"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from tests import servers  # noqa: F401  starts the private servers and names them in the environment

ROOT = Path(__file__).resolve().parents[2]
# Each is a module beside this one with a function `measure_<name>`, in the order in which they are taken.
PARTS = (
    "pages", "imports", "exports", "mails", "letters", "figures", "registrations", "rush", "reports", "scale", "memory",
    "start",
)  # fmt: skip


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - set(PARTS):
        print(f"unknown: {', '.join(sorted(unknown))} (known: {', '.join(PARTS)})")
        return 2

    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.PORTAL_DEMO = True

    from tests.bench.measure import table

    print("Preparing the database …", file=sys.stderr, flush=True)
    call_command("migrate", verbosity=0)
    call_command("load_demo", stdout=sys.stderr)
    rows = []
    for part in PARTS:
        if wanted and part not in wanted:
            continue
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        rows += getattr(importlib.import_module(f"tests.bench.{part}"), f"measure_{part}")()
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([row.as_dict() for row in rows], indent=1) + "\n")
    print(table(rows))
    missed = [row.name for row in rows if row.met is False]
    print(f"\n{len(rows) - len(missed)} of {len(rows)} targets met; written to {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
