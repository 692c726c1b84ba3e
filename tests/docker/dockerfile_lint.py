"""A small hadolint: the rules that matter for our one Dockerfile, each by the number that hadolint gives it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

INSTRUCTIONS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME "
    "WORKDIR".split()
)
SECRET = re.compile(r"(SECRET|PASSWORD|TOKEN|PRIVATE_KEY)\w*[= ]", re.IGNORECASE)


@dataclass(frozen=True)
class Instruction:
    line: int
    name: str
    value: str


def parse(text: str) -> list[Instruction]:
    """Instructions with their continued lines joined, comments and blank lines left out."""
    found: list[Instruction] = []
    pending, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or (not line.strip() and not pending):
            continue
        start = start or number
        pending += line.rstrip().removesuffix("\\") + " "
        if not line.rstrip().endswith("\\"):
            name, _, value = pending.strip().partition(" ")
            found.append(Instruction(start, name.upper(), value.strip()))
            pending, start = "", 0
    return found


def last_stage(instructions: list[Instruction]) -> list[Instruction]:
    starts = [index for index, each in enumerate(instructions) if each.name == "FROM"]
    return instructions[starts[-1] :] if starts else []


Rule = Callable[[list[Instruction]], Iterator[tuple[int, str]]]


def unknown_instruction(instructions):
    yield from ((each.line, each.name) for each in instructions if each.name not in INSTRUCTIONS)


def untagged_or_latest_image(instructions):
    stages: set[str] = set()
    for each in instructions:
        if each.name == "FROM":
            image, *rest = each.value.split()
            if image not in stages and (":" not in image or image.endswith(":latest")):
                yield each.line, image
            if len(rest) == 2 and rest[0].upper() == "AS":
                stages.add(rest[1])


def runs_as_root(instructions):
    users = [each for each in last_stage(instructions) if each.name == "USER"]
    if not users or users[-1].value.split(":")[0] in ("root", "0"):
        yield (users[-1].line if users else 0), "the last USER is root"


def relative_workdir(instructions):
    yield from ((each.line, each.value) for each in instructions if each.name == "WORKDIR" and each.value[0] != "/")


def add_instead_of_copy(instructions):
    yield from ((each.line, each.value) for each in instructions if each.name == "ADD")


def shell_form(instructions):
    for each in instructions:
        if each.name in ("CMD", "ENTRYPOINT"):
            try:
                json.loads(each.value)
            except ValueError:
                yield each.line, each.value


def sudo_or_cd(instructions):
    for each in instructions:
        if each.name == "RUN" and re.search(r"(^|&& |; )(sudo|cd)\b", each.value):
            yield each.line, each.value


def pip_without_pins(instructions):
    for each in instructions:
        if each.name == "RUN" and re.search(r"pip\d? install", each.value) and "--require-hashes" not in each.value:
            yield each.line, each.value


def apt_leaves_lists(instructions):
    for each in instructions:
        needed = ("--no-install-recommends", "rm -rf /var/lib/apt/lists")
        if "apt-get install" in each.value and not all(word in each.value for word in needed):
            yield each.line, each.value


def no_healthcheck(instructions):
    if not any(each.name == "HEALTHCHECK" for each in last_stage(instructions)):
        yield 0, "the image cannot say whether it is healthy"


def secret_in_layer(instructions):
    for each in instructions:
        if each.name in ("ENV", "ARG", "LABEL") and SECRET.search(each.value):
            yield each.line, each.value


def copies_everything(instructions):
    yield from ((each.line, each.value) for each in instructions if each.name == "COPY" and each.value.startswith(". "))


RULES: dict[str, Rule] = {
    "syntax": unknown_instruction,
    "DL3006/DL3007": untagged_or_latest_image,
    "DL3002": runs_as_root,
    "DL3000": relative_workdir,
    "DL3020": add_instead_of_copy,
    "DL3025": shell_form,
    "DL3003/DL3004": sudo_or_cd,
    "DL3013": pip_without_pins,
    "DL3009/DL3015": apt_leaves_lists,
    "DL3057": no_healthcheck,
    "secret": secret_in_layer,
    "copy-all": copies_everything,
}


def lint(text: str) -> list[str]:
    """One line for each fault: `line: rule: what`."""
    instructions = parse(text)
    return [f"{line}: {name}: {what}" for name, rule in RULES.items() for line, what in rule(instructions)]
