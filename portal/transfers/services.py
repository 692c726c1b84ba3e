"""Bringing files in and taking tables out, each with its trace in the audit trail."""

import dataclasses
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import audit
from portal.transfers import registry
from portal.transfers.aftermath import Aftermath, Aftermaths
from portal.transfers.importing import Importer, Result
from portal.transfers.models import ImportJob
from portal.transfers.problems import FileError
from portal.transfers.rules import may_export, may_import
from portal.transfers.sheets import Sheet, open_sheet

MAX_UPLOAD_BYTES = 10 * 1024 * 1024
MAX_UPLOAD_ROWS = 20_000
MAX_PREVIEWS = 200


class NotConfirmable(Exception):
    """The import cannot be confirmed any more; the message says why and what to do."""


# -- from the command line and from programs --------------------------------------------------------------------------


def import_files(
    paths: Iterable[Path | str], *, user=None, dry_run: bool = False, table: str = "", tells: bool = True
) -> list[Result]:
    """Import files in the order in which their tables refer to each other, all in one transaction.

    Nothing is written by a dry run, or when any row of any file is refused. `user` None is the operator of the machine,
    who reaches everything. `table` names the table where the file names do not tell it. Without `tells` nobody is
    written to: the records of an office that moves in, whose people have their calendars already.
    """
    files, results, importers = [], [], []
    aftermaths = Aftermaths(tells=tells)
    for path in map(Path, paths):
        try:
            files.append((registry.find(table) or registry.told_by(path.name), path))
        except FileError as error:
            results.append(_unread(table, path.name, error))
    if results:
        return results
    files.sort(key=lambda item: item[0]._meta.order)
    with transaction.atomic():
        for resource, path in files:
            importer = Importer(resource, user=user, aftermath=aftermaths.of(resource), file_name=path.name)
            results.append(_import_file(importer, path))
            importers.append(importer)
        _settle(importers, user)
        if dry_run or any(result.problem_count for result in results):
            transaction.set_rollback(True)
            return results
        for result, (_resource, path) in zip(results, files, strict=True):
            _record(result, sha256=_sha256_of(path), user=user)
    return results


def import_rows(resource: type, rows: Iterable[dict[str, str]], *, user=None) -> Result:
    """Import rows that a program holds in memory, all columns as text; for measurements and tests."""
    rows = list(rows)
    header = list(rows[0]) if rows else list(resource.header())
    sheet = Sheet(header, enumerate((list(row.values()) for row in rows), start=2), "")
    with transaction.atomic():
        importer = Importer(resource, user=user, aftermath=resource.aftermath())
        result = importer.run(sheet)
        _settle([importer], user)
        if result.problem_count:
            transaction.set_rollback(True)
    return result


def _import_file(importer: Importer, path: Path) -> Result:
    resource, result = type(importer.resource), importer.result
    try:
        if importer.user is not None and not may_import(importer.user, resource):
            raise FileError(_("You may not import the table “%(table)s”.") % {"table": result.table})
        with path.open("rb") as stream:
            importer.run(open_sheet(stream, known=set(resource.header(complete=True))))
    except FileError as error:
        result.add_problem(error.as_problem())
    except OSError as error:
        result.add_problem(FileError(_("The file cannot be read: %(why)s") % {"why": error.strerror}).as_problem())
    return result


def _settle(importers: list[Importer], user) -> None:
    """What follows from the import as a whole, once every row is written and none is refused."""
    if any(importer.result.problem_count for importer in importers):
        return
    shared: dict[Aftermath, list[Importer]] = defaultdict(list)
    for importer in importers:
        shared[importer.aftermath].append(importer)
    for aftermath, its in shared.items():
        for row, sentence in aftermath.settle(user=user, now=timezone.now()):
            importer = next((one for one in its if one.model is type(row) and row.pk in one.written), its[-1])
            importer.refuse_written(row, sentence)
        its[-1].result.mails = aftermath.mails


def _unread(table: str, file_name: str, error: FileError) -> Result:
    result = Result(table=table, file_name=file_name)
    result.add_problem(error.as_problem())
    return result


def _sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _record(result: Result, *, sha256: str, user) -> ImportJob:
    """The job and the audit entry of an import that went through."""
    job = ImportJob(
        user=user, table=result.table, file_name=result.file_name[:200], sha256=sha256, format=result.format[:100],
        state=ImportJob.State.CONFIRMED, digest=result.digest, mails=result.mails, confirmed_at=timezone.now(),
        **result.counts(),
    )  # fmt: skip
    job.save()
    _audit_import(job, user)
    return job


def _audit_import(job: ImportJob, user) -> None:
    audit.record(
        "transfers.imported", job, actor=user, table=job.table, file=job.file_name, sha256=job.sha256,
        created=job.created, changed=job.changed, unchanged=job.unchanged,
    )  # fmt: skip


# -- in the admin: upload, look, confirm ------------------------------------------------------------------------------


def check_upload(*, content: bytes, file_name: str, resource: type, actor) -> ImportJob:
    """Try an uploaded file out and keep it for confirmation; FileError where it cannot be read at all."""
    if not may_import(actor, resource):
        raise PermissionDenied
    job = ImportJob(
        user=actor, table=resource._meta.table, file_name=file_name[:200], sha256=hashlib.sha256(content).hexdigest()
    )
    _apply(job, _try(content, job, resource, actor))
    job.file.save(job.file_name, ContentFile(content), save=False)
    job.save()
    return job


def confirm_import(*, job: ImportJob, actor, resource: type) -> ImportJob:
    """Import what was shown. If the portal's data has changed so that another result would follow, nothing is written:
    the job shows the new result and NotConfirmable is raised.
    """
    if job.user_id != actor.pk or not may_import(actor, resource):
        raise PermissionDenied
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().get(pk=job.pk)
        if not job.can_be_confirmed(timezone.now()):
            raise NotConfirmable(_("This import was confirmed already or has expired. Upload the file again."))
        with job.file.open("rb") as stored:
            content = stored.read()
        with transaction.atomic():
            result = _run(content, job, resource, actor)
            same = not result.problem_count and result.digest == job.digest
            if not same:
                transaction.set_rollback(True)
        _apply(job, result)
        if same:
            job.state, job.confirmed_at = ImportJob.State.CONFIRMED, timezone.now()
            _drop_file(job)
            _audit_import(job, actor)
        job.save()
    if not same:
        raise NotConfirmable(
            _("The records in the portal have changed since you looked. Nothing was imported: check the new result.")
        )
    return job


def discard_import(*, job: ImportJob, actor) -> None:
    """Forget an import that will not be confirmed."""
    if job.user_id != actor.pk:
        raise PermissionDenied
    _expire(job)


def expire_imports(*, now) -> int:
    """Delete the files of imports that nobody confirmed in time; how many."""
    late = ImportJob.objects.exclude(state__in=(ImportJob.State.CONFIRMED, ImportJob.State.EXPIRED))
    jobs = list(late.filter(expires_at__lte=now))
    for job in jobs:
        _expire(job)
    return len(jobs)


@transaction.atomic
def _expire(job: ImportJob) -> None:
    job = ImportJob.objects.select_for_update().get(pk=job.pk)
    if job.state == ImportJob.State.CONFIRMED:
        return
    job.state, job.previews, job.problems = ImportJob.State.EXPIRED, [], []
    _drop_file(job)
    job.save()


def _drop_file(job: ImportJob) -> None:
    storage, name = job.file.storage, job.file.name
    job.file = ""
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def _try(content: bytes, job: ImportJob, resource: type, actor) -> Result:
    with transaction.atomic():
        result = _run(content, job, resource, actor)
        transaction.set_rollback(True)
    return result


def _run(content: bytes, job: ImportJob, resource: type, actor) -> Result:
    importer = Importer(
        resource,
        user=actor,
        aftermath=resource.aftermath(),
        file_name=job.file_name,
        max_rows=MAX_UPLOAD_ROWS,
        previews=MAX_PREVIEWS,
    )
    sheet = open_sheet(io.BytesIO(content), known=set(resource.header(complete=True)))
    try:
        result = importer.run(sheet)
        _settle([importer], actor)
        return result
    except FileError as error:  # the file breaks off in the middle
        importer.result.add_problem(error.as_problem())
        return importer.result


def _apply(job: ImportJob, result: Result) -> None:
    for name, count in result.counts().items():
        setattr(job, name, count)
    job.format = result.format[:100]
    job.digest = result.digest
    job.mails = result.mails
    job.problem_count = result.problem_count
    job.problems = [dataclasses.asdict(problem) for problem in result.problems]
    job.previews = [dataclasses.asdict(preview) for preview in result.previews]
    job.state = ImportJob.State.REFUSED if result.problem_count else ImportJob.State.CHECKED


# -- out --------------------------------------------------------------------------------------------------------------


def export_queryset(*, resource: type, actor, queryset: models.QuerySet | None = None) -> models.QuerySet:
    """The rows a person may take out of a table, recorded with their number. `actor` None is the operator."""
    model = resource._meta.model
    if actor is not None and not may_export(actor, resource):
        raise PermissionDenied
    rows = model._default_manager.order_by("pk") if queryset is None else queryset
    if actor is not None:
        rows = rows.visible_to(actor)
    kind = ContentType.objects.get_for_model(model)
    audit.record("transfers.exported", kind, actor=actor, table=resource._meta.table, rows=rows.count())
    return rows
