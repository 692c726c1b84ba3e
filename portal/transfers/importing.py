"""The importer: rows of a sheet become records, chunk by chunk, inside a transaction that the caller owns.

It always writes; whoever wants a preview, or finds a problem in the result, rolls back. So a preview cannot promise
what the real import would refuse. Queries are per chunk, not per row: references, existing rows and reach are each
asked once.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portal.core.copying import insert_rows
from portal.core.models import AuditEntry, SourcedModel
from portal.core.scoping import ScopedQuerySet, scope_of
from portal.transfers.aftermath import Aftermath
from portal.transfers.columns import Column, Reference, message_of
from portal.transfers.problems import HEADER_ROW, CellError, Problem
from portal.transfers.rules import may_add, may_change
from portal.transfers.sheets import Sheet

CHUNK = 1000
MAX_PROBLEMS = 1000
MAX_ACCEPTED = 10_000
MAX_READ = 500

CREATED, CHANGED, UNCHANGED = "created", "changed", "unchanged"


@dataclass(slots=True)
class Change:
    """One cell as it was and as it becomes."""

    column: str
    old: str
    new: str


@dataclass(slots=True)
class Line:
    """What happens to one row of the file."""

    number: int
    cells: dict[Column, str]
    values: dict[Column, Any] = field(default_factory=dict)
    key: tuple = ()
    obj: models.Model | None = None
    action: str = ""
    changes: list[Change] = field(default_factory=list)
    unknown: dict[Reference, str] = field(default_factory=dict)  # codes that name no record the person sees
    refused: bool = False
    read_only: bool = False  # the person sees the record and may not change it

    @property
    def name(self) -> str:
        """The natural key as it stands in the file."""
        return " / ".join(self.key)


@dataclass
class Preview:
    """A row shown before the import is confirmed."""

    number: int
    action: str
    name: str
    changes: list[Change]


@dataclass
class Result:
    """What an import of one table did, or why it must not be done."""

    table: str
    file_name: str = ""
    format: str = ""
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    previews: list[Preview] = field(default_factory=list)
    digest: str = ""
    mails: int = 0

    @property
    def rows(self) -> int:
        return self.created + self.changed + self.unchanged + self.refused

    def add_problem(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("created", "changed", "unchanged", "refused")}


class Importer:
    """Takes one sheet into one table for one person; `user` None is the operator at the command line."""

    def __init__(
        self,
        resource: type,
        *,
        user,
        aftermath: Aftermath,
        file_name: str = "",
        max_rows: int | None = None,
        previews: int = 0,
    ):
        self.resource = resource()
        self.aftermath = aftermath
        self.model = resource._meta.model
        self.columns: list[Column] = []
        self.absent: list[Column] = []
        self.key_columns = resource.key_columns()
        self.key_name = " / ".join(column.column_name for column in self.key_columns)  # as `Line.name` tells the key
        self.attribute_of = {c.column_name: c.attribute for c in resource.columns}
        self.by_attribute = {name: c.column_name for c in resource.columns for name in c.attributes}
        self.self_reference = resource.self_reference()
        self.in_bulk = resource.writes_in_bulk()
        self.user = user
        self.reaches_all = user is None or scope_of(user).is_global
        self.for_editors = resource.for_editors()
        self.may_add = user is None or may_add(user, self.model)
        self.may_change = user is None or may_change(user, self.model)
        self.max_rows = max_rows
        self.max_previews = previews
        self.seen: dict[tuple, int] = {}
        self.known: dict[tuple, dict[str, int]] = defaultdict(dict)
        self.standing: dict[Reference, dict[str, int]] = defaultdict(dict)
        self.written: dict[int, int] = {}
        self.accepted: set[tuple[Column, Any]] = set()
        self.read: dict[Column, dict[str, Any]] = defaultdict(dict)
        self.hash = hashlib.sha256()
        self.result = Result(table=resource._meta.table, file_name=file_name)

    def run(self, sheet: Sheet) -> Result:
        self.result.format = sheet.format
        if self._read_header(sheet.header):
            lines = self._lines(sheet)
            if self.self_reference is not None and self.self_reference in self.columns:
                lines = self._parents_first(lines)
            size = CHUNK if self.self_reference is None else 1
            while chunk := list(islice(lines, size)):
                self._take(chunk)
            self._check_reach()
            self.result.problems.sort(key=lambda problem: problem.row)
        self.result.digest = self.hash.hexdigest()
        return self.result

    # -- the file ----------------------------------------------------------------------------------------------------

    def _read_header(self, header: list[str]) -> bool:
        """Match the header with the columns; a wrong header is told in full, and no row is read."""
        known = {column.column_name: column for column in self.resource.columns}
        for position, name in enumerate(header, start=1):
            if not name:
                self._problem(HEADER_ROW, "", _("Column %(number)s has no name.") % {"number": position})
            elif header.index(name) != position - 1:
                self._problem(HEADER_ROW, name, _("This column stands in the file twice."))
            elif name not in known:
                self._problem(
                    HEADER_ROW, name,
                    _("The table “%(table)s” has no such column. It has: %(columns)s.")
                    % {"table": self.result.table, "columns": ", ".join(known)},
                )  # fmt: skip
        for column in self.resource.columns:
            if column.column_name not in header and (column in self.key_columns or column.is_required):
                self._problem(HEADER_ROW, column.column_name, _("This column is missing."))
        self.columns = [known[name] for name in header if name in known]
        self.absent = [
            column
            for column in self.resource.columns
            if column.attributes and not column.is_reference and column not in self.columns
        ]
        return not self.result.problem_count

    def _lines(self, sheet: Sheet) -> Iterator[Line]:
        count = 0
        for number, cells in sheet.rows:
            if not any(cell.strip() for cell in cells):
                continue
            count += 1
            if self.max_rows is not None and count > self.max_rows:
                self._problem(
                    number, "",
                    _("The file has more than %(limit)s rows. Import it in parts.") % {"limit": f"{self.max_rows:,}"},
                )  # fmt: skip
                return
            while len(cells) > len(self.columns) and not cells[-1].strip():
                cells.pop()
            if len(cells) != len(self.columns):
                self.result.refused += 1
                self._problem(
                    number, "",
                    _("This row has %(found)s cells, and the header has %(expected)s.")
                    % {"found": len(cells), "expected": len(self.columns)},
                )  # fmt: skip
                continue
            yield Line(number, dict(zip(self.columns, cells, strict=True)))

    def _parents_first(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The rows in the order of the file, except that a row waits for the row it names, if that comes later."""
        (key,) = self.key_columns
        rows = list(lines)
        coming = {line.cells[key].strip() for line in rows}
        waiting: dict[str, list[Line]] = defaultdict(list)
        for line in rows:
            parent = line.cells[self.self_reference].strip()
            if parent in coming and parent != line.cells[key].strip():
                waiting[parent].append(line)
                continue
            ready = [line]
            while ready:
                free = ready.pop(0)
                yield free
                name = free.cells[key].strip()
                coming.discard(name)
                ready.extend(waiting.pop(name, ()))
        for circle in waiting.values():
            yield from circle

    # -- one chunk ---------------------------------------------------------------------------------------------------

    def _take(self, lines: list[Line]) -> None:
        for line in lines:
            self._parse(line)
        self._resolve_references(lines)
        self._find_existing(lines)
        lists = self._current_lists([line for line in lines if not line.refused and line.obj is not None])
        for line in lines:
            self._keep_references(line, lists)
            if not line.refused:
                self._fill(line, lists)
        ready = [line for line in lines if not line.refused and line.action != UNCHANGED]
        if ready:
            self._write(ready)
        for line in lines:
            self._count(line)

    def _parse(self, line: Line) -> None:
        """Read each cell; what stands in a column again and again is read once."""
        for column, cell in line.cells.items():
            known = self.read[column]
            if cell in known:
                line.values[column] = known[cell]
                continue
            try:
                if not cell.strip() and self.key_columns == (column,):
                    raise CellError(_("This cell must not be empty."))
                line.values[column] = value = column.read(cell)
            except (CellError, ValidationError) as error:
                self._refuse(line, column.column_name, message_of(error))
                continue
            if len(known) < MAX_READ:
                known[cell] = value

    def _resolve_references(self, lines: list[Line]) -> None:
        references = [column for column in self.columns if column.is_reference]
        wanted: dict[tuple, set[str]] = defaultdict(set)
        for column in references:
            known = self.known[column.source]
            for line in lines:
                wanted[column.source].update(
                    code for code in column.codes(line.values.get(column)) if code not in known
                )
        for source, codes in wanted.items():
            if codes:
                target, lookup, among = source
                rows = among(self.user) if among and not self.reaches_all else self._visible(target)
                self.known[source].update(rows.filter(**{f"{lookup}__in": codes}).values_list(lookup, "pk"))
        for column in references:
            if column in self.key_columns and (codes := wanted[column.source] - self.known[column.source].keys()):
                self.standing[column] = self._standing(column, codes)
        for line in lines:
            for column in references:
                if column in line.values:
                    self._resolve(line, column)

    def _standing(self, column: Reference, codes: set[str]) -> dict[str, int]:
        """Codes out of the person's sight that name records she sees: good for finding those, and for no others."""
        (path,) = column.paths
        rows = self._visible(self.model).filter(**{f"{path}__in": codes}).order_by()
        return dict(rows.values_list(path, column.model_field.attname).distinct())

    def _resolve(self, line: Line, column: Reference) -> None:
        known = self.known[column.source]
        for code in column.codes(line.values[column]):
            if code in known:
                continue
            if column.creates and (self.user is None or may_add(self.user, column.target)):
                term = column.creates(code)
                term.full_clean()
                term.save()
                known[code] = term.pk
                continue
            line.unknown[column] = code
            if code in (standing := self.standing[column]):
                line.values[column] = standing[code]
            elif column in self.key_columns:
                self._refuse_unknown(line, column)
        if not line.refused and column not in line.unknown:
            line.values[column] = column.resolved(line.values[column], known)

    def _find_existing(self, lines: list[Line]) -> None:
        """Give each row its record, where it has one that the person sees."""
        wanted: dict[tuple, Line] = {}
        for line in lines:
            line.key = tuple(line.cells[column].strip() for column in self.key_columns)
            if line.refused:
                continue
            identity = tuple(line.values[column] for column in self.key_columns)
            if first := self.seen.get(identity):
                self._refuse(
                    line, self.key_name,
                    _("“%(name)s” stands in row %(row)s already.") % {"name": line.name, "row": first},
                )  # fmt: skip
                continue
            self.seen[identity] = line.number
            wanted[identity] = line
        self.resource.hold(list(wanted))
        found = self._rows_with(wanted)
        if not found:
            return
        keys = {obj.pk for obj in found.values()}
        editable = self._editable_among(keys)
        fixed = set() if editable is None else keys - editable
        # Compared only where she sees the record: otherwise the answer would tell what stands in a hidden one.
        seen = set(self._visible(self.model).filter(pk__in=fixed).values_list("pk", flat=True)) if fixed else fixed
        for identity, obj in found.items():
            line = wanted[identity]
            if obj.pk in fixed - seen:
                # Named by a code she does not see, it is left to be told as unknown.
                if line.unknown.keys().isdisjoint(self.key_columns):
                    self._refuse_change(line)
            else:
                line.obj, line.read_only = obj, obj.pk in fixed

    def _keep_references(self, line: Line, lists: dict[Reference, dict[int, tuple]]) -> None:
        """A code out of the person's sight stays where a record she sees names it; elsewhere it is unknown."""
        for column in line.unknown:
            if column in self.key_columns:
                if line.obj is None and not line.refused:
                    self._refuse_unknown(line, column)
                continue
            if line.obj is None or line.refused:
                self._refuse_unknown(line, column)
                continue
            listed = lists.get(column, {}).get(line.obj.pk, ())
            if self._shown(column, line.obj, listed) == line.cells[column].strip():
                del line.values[column]
            else:
                self._refuse_unknown(line, column)

    def _rows_with(self, wanted: dict[tuple, Line]) -> dict[tuple, models.Model]:
        if not wanted:
            return {}
        conditions = models.Q()
        for position, column in enumerate(self.key_columns):
            values = {identity[position] for identity in wanted}
            attname = column.model_field.attname
            condition = models.Q(**{f"{attname}__in": values - {None}})
            if None in values:
                condition |= models.Q(**{f"{attname}__isnull": True})
            conditions &= condition
        # Locked: a step taken meanwhile must not be overwritten by the whole row that is saved here.
        rows = self.model._base_manager.filter(conditions).order_by().select_for_update(of=("self",))
        identified = ((tuple(column.current(row) for column in self.key_columns), row) for row in rows)
        return {identity: row for identity, row in identified if identity in wanted}

    def _fill(self, line: Line, lists: dict[Reference, dict[int, tuple]]) -> None:
        """Put the values into the record and remember which of them differ."""
        created = line.obj is None
        if created and not self.may_add:
            self._refuse(line, "", _("You may not add rows here."))
            return
        if created and (why := self.resource.why_closed()):
            self._refuse(line, self.key_name, why)
            return
        obj = self.model() if created else line.obj
        computed = []
        for column, value in line.values.items():
            if column.is_computed:
                computed.append((column, value))
                continue
            current = None if created else self._current(column, obj, lists)
            if line.read_only and column in self.for_editors:
                differs = bool(line.cells[column].strip())  # she reads none: a guess must not be told from a change
            else:
                differs = created or not _same(column, current, value)
            if differs:
                if line.read_only:
                    self._refuse_change(line)
                    return
                if not created and not self.may_change:
                    self._refuse(line, "", _("You may not change rows here."))
                    return
                if column.is_state and not created:
                    self._refuse(
                        line, column.column_name,
                        _("This is “%(old)s” and changes only by a step in the portal, not by a file.")
                        % {"old": column.told(current)},
                    )  # fmt: skip
                    continue
                if not created and (why := self.resource.why_fixed(obj, column.column_name)):
                    self._refuse(line, column.column_name, why)
                    continue
                old = "" if created else self._shown(column, obj, current)
                line.changes.append(Change(column.column_name, old, line.cells[column].strip()))
                if not (column.is_reference and column.is_list):
                    column.assign(obj, value)
                self._check(line, column, obj, value)
        line.obj, line.action = obj, CREATED if created else CHANGED if line.changes else UNCHANGED
        if line.action == UNCHANGED or line.refused:
            return
        self._check_whole(line, obj, created)
        for column, value in computed:
            if not line.refused and value is not None and value != (counted := getattr(obj, column.attribute)):
                self._refuse(
                    line, column.column_name,
                    _("The portal counts %(counted)s here. Leave the cell empty.") % {"counted": counted},
                )  # fmt: skip

    def _check(self, line: Line, column: Column, obj, value) -> None:
        """Validate a value once: most columns hold the same few values (choices, time zones, nothing) in every row."""
        try:
            if (column, value) in self.accepted:
                return
            can_be_known = len(self.accepted) < MAX_ACCEPTED
        except TypeError:  # a list of lines, which no set holds, is checked each time
            can_be_known = False
        try:
            column.check(obj, value)
        except ValidationError as error:
            # One fault, one sentence: a field says its own before what Django says of its length.
            self._refuse(line, column.column_name, error.messages[0])
        else:
            if can_be_known:
                self.accepted.add((column, value))

    def _check_whole(self, line: Line, obj, created: bool) -> None:
        """What the model says about the record as a whole, and about columns that are not in the file."""
        try:
            if created and self._lack is not None:
                raise self._lack
            obj.clean()
        except ValidationError as error:
            self._refuse_for(line, error)

    @cached_property
    def _lack(self) -> ValidationError | None:
        """What a new record must not do without and no column of the file gives it: the same for each row."""
        blank = self.model()
        try:
            for column in self.absent:
                column.check(blank, column.current(blank))
        except ValidationError as error:
            return error
        return None

    def _current(self, column: Column, obj, lists):
        if column.is_reference and column.is_list:
            return lists[column].get(obj.pk, ())
        return column.current(obj)

    def _shown(self, column: Column, obj, current) -> str:
        if column.is_reference and column.is_list:
            rows = column.target._base_manager.in_bulk(current)
            return column.export_codes(str(getattr(rows[pk], column.lookup)) for pk in current)
        return str(column.export(obj))

    def _current_lists(self, lines: list[Line]) -> dict[Reference, dict[int, tuple]]:
        """For each column that lists records: record → the listed ones, in their order."""
        owners = [line.obj.pk for line in lines]
        return {
            column: list_keys(self.model, column, owners)
            for column in self.columns
            if column.is_reference and column.is_list and owners
        }

    # -- writing -----------------------------------------------------------------------------------------------------

    def _write(self, lines: list[Line]) -> None:
        self.aftermath.before([line.obj for line in lines])
        try:
            with transaction.atomic():
                self._save(lines)
        except IntegrityError:
            # Some row offends a constraint: write again one by one to tell which.
            for line in lines:
                if line.action == CREATED:
                    line.obj.pk, line.obj._state.adding = None, True
            lines = [line for line in lines if self._save_alone(line)]
        for line in lines:
            self.written[line.obj.pk] = line.number
            try:
                self.resource.after_save(line.obj, created=line.action == CREATED, user=self.user)
            except (CellError, ValidationError) as error:
                self._refuse(line, "", message_of(error))
            except PermissionDenied:
                self._refuse(line, "", _("You may not do this."))
        if kept := [line.obj for line in lines if not line.refused]:
            self.aftermath.after(kept)
        insert_rows(AuditEntry, [self._audit_entry(line) for line in lines if not line.refused])

    def _save(self, lines: list[Line]) -> None:
        created = [line.obj for line in lines if line.action == CREATED]
        if self.in_bulk:
            for obj in created:
                if isinstance(obj, SourcedModel):
                    obj.fill_derived()
            insert_rows(self.model, created)
        else:
            for obj in created:
                obj.save(force_insert=True)
        for line in lines:
            if line.action == CHANGED:
                line.obj.save()
        self._save_lists(lines)

    def _save_lists(self, lines: list[Line]) -> None:
        for column in self.columns:
            if not (column.is_reference and column.is_list):
                continue
            through, source, target = _through(self.model, column)
            changed = [line for line in lines if any(change.column == column.column_name for change in line.changes)]
            kept = [line.obj.pk for line in changed if line.action == CHANGED]
            if kept:
                through._base_manager.filter(**{f"{source}__in": kept}).delete()
            through._base_manager.bulk_create(
                through(**{source: line.obj.pk, target: pk}) for line in changed for pk in line.values[column]
            )

    def _save_alone(self, line: Line) -> bool:
        try:
            with transaction.atomic():
                line.obj.validate_constraints()
                line.obj.validate_unique()
                self._save([line])
            return True
        except ValidationError as error:
            self._refuse_for(line, error)
        except IntegrityError:
            self._refuse(line, "", _("This row contradicts another record."))
        return False

    def _audit_entry(self, line: Line) -> AuditEntry:
        attribute = self.attribute_of
        return AuditEntry(
            verb=f"transfers.row_{line.action}",
            target_type=self.model._meta.label_lower,
            target_id=str(line.obj.pk),
            target_label=line.name[:300],
            actor=self.user,
            actor_label=str(self.user)[:200] if self.user else "",
            audience=AuditEntry.Audience.DESKS,
            before={attribute[c.column]: c.old for c in line.changes} if line.action == CHANGED else None,
            after={attribute[c.column]: c.new for c in line.changes if c.new or line.action == CHANGED},
            detail={"file": self.result.file_name, "row": line.number},
        )

    # -- reach -------------------------------------------------------------------------------------------------------

    def _visible(self, model: type[models.Model]):
        rows = model._default_manager.all()
        if self.reaches_all:
            return rows
        return rows.visible_to(self.user) if isinstance(rows, ScopedQuerySet) else rows.none()

    def _editable_among(self, keys: Iterable[int], user=None) -> set[int] | None:
        """Those of the rows that the person may change; None where that is all of them."""
        if self.reaches_all:
            return None
        rows = self.model._default_manager.filter(pk__in=keys)
        return set(rows.editable_by(user or self.user).values_list("pk", flat=True))

    def _check_reach(self) -> None:
        """A row that is out of the person's reach after writing has been entered for somebody else: refuse it."""
        if self.reaches_all:
            return
        # Read anew: the person's reach may cover a unit that this import has just entered.
        user = get_user_model()._base_manager.get(pk=self.user.pk)
        written = iter(self.written)
        while keys := list(islice(written, CHUNK)):
            for pk in set(keys) - (self._editable_among(keys, user) or set()):
                self._problem(
                    self.written[pk], "",
                    _("The row belongs to an organisation, alliance or programme for which you may not enter records."),
                )  # fmt: skip

    # -- telling -----------------------------------------------------------------------------------------------------

    def _problem(self, row: int, column: str, message: str) -> None:
        self.result.add_problem(Problem(row, column, message))

    def refuse_written(self, obj: models.Model, message: str) -> None:
        """Refuse a row that turned out wrong only beside all the others."""
        self._problem(self.written.get(obj.pk, 0), "", message)

    def _refuse(self, line: Line, column: str, message: str) -> None:
        line.refused = True
        self._problem(line.number, column, message)

    def _refuse_unknown(self, line: Line, column: Reference) -> None:
        """A record of another alliance gives the same answer as none: nobody learns what exists elsewhere."""
        self._refuse(
            line, column.column_name,
            _("Unknown %(kind)s “%(code)s”.")
            % {"kind": column.target._meta.verbose_name, "code": line.unknown[column]},
        )  # fmt: skip

    def _refuse_change(self, line: Line) -> None:
        self._refuse(
            line, self.key_name,
            _("“%(name)s” is not among the records that you may change.") % {"name": line.name},
        )  # fmt: skip

    def _refuse_for(self, line: Line, error: ValidationError) -> None:
        """Spread a model's errors over the columns they are about."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for attribute, messages in by_field.items():
            self._refuse(line, self.by_attribute.get(attribute, ""), " ".join(messages))

    def _count(self, line: Line) -> None:
        action = "refused" if line.refused else line.action
        setattr(self.result, action, getattr(self.result, action) + 1)
        if line.refused or action == UNCHANGED:
            return
        self.hash.update(repr((line.number, action, [(c.column, c.old, c.new) for c in line.changes])).encode())
        if len(self.result.previews) < self.max_previews:
            self.result.previews.append(Preview(line.number, action, line.name, line.changes))


def list_keys(model: type[models.Model], column: Reference, owners: Sequence[int]) -> dict[int, tuple]:
    """Owner → primary keys of the records it lists, in the order in which they were entered."""
    through, source, target = _through(model, column)
    found = defaultdict(list)
    rows = through._base_manager.filter(**{f"{source}__in": owners}).order_by("pk")
    for owner, listed in rows.values_list(source, target):
        found[owner].append(listed)
    return {owner: tuple(listed) for owner, listed in found.items()}


def _through(model: type[models.Model], column: Reference) -> tuple[type[models.Model], str, str]:
    relation = model._meta.get_field(column.attribute)
    through = relation.remote_field.through
    return (
        through,
        through._meta.get_field(relation.m2m_field_name()).attname,
        through._meta.get_field(relation.m2m_reverse_field_name()).attname,
    )


def _same(column: Column, current, value) -> bool:
    if column.is_reference and column.is_list:
        return set(current) == set(value)
    return column.told(current) == column.told(value)
