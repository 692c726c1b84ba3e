"""The import rules of ARCHITECTURE.md, executed over the syntax trees of the source."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("portal", "exchanges", "workshops", "startups")

# An app may import itself and whatever stands on a rung before its own.
LADDER = [
    {"portal.core", "portal.formats"},
    {"portal.ui"},
    {"portal.outbox"},
    {"portal.reminders", "portal.documents", "portal.transfers", "portal.figures"},
    {"portal.accounts"},
    {"portal.alliances"},
    {"portal.programmes", "portal.screening"},
    {"portal.applications"},
    {"exchanges", "workshops", "startups"},
    {"portal.reports"},
    {"portal.home", "portal.operations"},
]
RUNG = {app: number for number, apps in enumerate(LADDER) for app in apps}

# Inside an app a module imports only kinds that stand before its own.
KINDS = [
    "querysets", "models", "rules", "workflows", "emails", "letters", "services", "reminders", "kpis", "tasks", "forms",
    "resources", "admin", "views", "urls", "apps",
]  # fmt: skip
KIND = {name: number for number, name in enumerate(KINDS)}
KIND["views"] = KIND["admin"]
BANNED = {"utils", "util", "helpers", "misc", "common", "tools"}
EDGES = {"admin", "views", "forms"}


def sources():
    return [
        path
        for top in TOPS
        for path in sorted((ROOT / top).rglob("*.py"))
        if "migrations" not in path.parts and path.parent != ROOT / "portal"
    ]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def app_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "portal" else parts[0]


def kind_of(module: str) -> str:
    parts = module.split(".")
    depth = 2 if parts[0] == "portal" else 1
    return parts[depth] if len(parts) > depth else ""


def imports_of(tree: ast.AST):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "", node.lineno) for alias in node.names)


def ladder_breaks(me: str, source: str) -> list[str]:
    """What a module with this dotted name imports although the ladder forbids it."""
    my_app, my_kind = app_of(me), KIND.get(kind_of(me))
    if my_app not in RUNG:
        return []
    found = []
    for module, name, line in imports_of(ast.parse(source)):
        other = app_of(f"{module}.{name}" if module == "portal" else module)
        if other not in RUNG:
            continue
        if other != my_app:
            if RUNG[other] >= RUNG[my_app]:
                found.append(f"line {line}: {my_app} may not import {other}")
            continue
        their_kind = KIND.get(kind_of(module) or name)
        if my_kind is not None and their_kind is not None and their_kind > my_kind:
            found.append(f"line {line}: {kind_of(me)} may not import {kind_of(module) or name}")
    return found


def unscoped_reads(source: str) -> list[int]:
    """Line numbers of `Something.objects` that is not followed by a scoping method."""
    tree = ast.parse(source)
    scoped = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("visible_to", "owned_by", "editable_by")
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "objects" and id(node) not in scoped
    ]


def breaking(check, paths) -> dict[str, object]:
    """The modules in which the check finds something, and what."""
    return {name_of(path): found for path in paths if (found := check(path))}


def test_imports_follow_the_ladder():
    assert breaking(lambda path: ladder_breaks(name_of(path), path.read_text()), sources()) == {}


def test_every_app_stands_on_a_rung():
    apps = {app_of(name_of(path)) for path in sources()}
    assert apps == set(RUNG)


def test_the_ladder_detector_detects():
    assert ladder_breaks("portal.core.audit", "from exchanges.models import Stay")
    assert ladder_breaks("exchanges.models.stay", "from exchanges.services import stays")
    assert ladder_breaks("workshops.models", "import exchanges.models")
    assert not ladder_breaks(
        "exchanges.services.stays", "from portal.core import audit\nfrom exchanges.models import Stay"
    )


def test_modules_are_named_after_what_they_do():
    assert breaking(lambda path: path.stem in BANNED, sources()) == {}


def is_silent(source: str) -> bool:
    """Whether a module with a body does not say its one reason to exist."""
    tree = ast.parse(source)
    return bool(tree.body) and not ast.get_docstring(tree)


def test_every_module_says_its_one_reason_to_exist():
    assert breaking(lambda path: is_silent(path.read_text()), sources()) == {}


def test_edges_never_read_unscoped():
    edges = [path for path in sources() if kind_of(name_of(path)) in EDGES]
    assert breaking(lambda path: unscoped_reads(path.read_text()), edges) == {}


def test_the_unscoped_detector_detects():
    assert unscoped_reads("Application.objects.all()\nApplication.objects.visible_to(user)") == [1]


def delays(source: str) -> set[str]:
    return {node.arg for node in ast.walk(ast.parse(source)) if isinstance(node, ast.keyword)} & {"eta", "countdown"}


def test_no_task_waits_in_the_broker():
    """Messages are hints: no ETA and no countdown (handbook, reliability §5.4)."""
    assert breaking(lambda path: delays(path.read_text()), sources()) == {}


def test_the_other_detectors_detect():
    assert is_silent("import os") and not is_silent('"""Says why."""\nimport os')
    assert delays("task.apply_async(countdown=5)") == {"countdown"}
