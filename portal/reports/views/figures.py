"""The pages of figures at the desk: the catalogue with its values, one figure with what stands behind it, freezing."""

import tempfile
from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.core.workflow import StepError
from portal.figures import SubjectError, codes, definition
from portal.reports import board
from portal.reports.forms.figures import FiguresForm
from portal.reports.models import KpiDefinition, KpiTarget, KpiValue
from portal.reports.pictures.targets import concerns
from portal.reports.rules.value import freezes
from portal.reports.services.values import NothingChanged, difference, freeze, readable
from portal.transfers import exporting, formulas, workbooks
from portal.transfers.admin_base import XLSX_TYPE

PER_PAGE = 50
ALL_PARTS = tuple(board.PARTS)


def _open_to(request) -> None:
    """Foreign and missing look the same."""
    if not request.user.has_perm("reports.view_kpidefinition"):
        raise Http404


def _asked(request, given) -> FiguresForm:
    return FiguresForm(given, user=request.user, today=timezone.localdate())


def address(name: str, chosen: board.Chosen, *args, **more) -> str:
    return f"{reverse(f'admin:{name}', args=args)}?{urlencode({**chosen.query, **more})}"


@require_safe
def figures(request):
    """All figures of one part of the catalogue, for a subject and a fiscal year."""
    _open_to(request)
    form = _asked(request, request.GET)
    chosen, part = form.chosen, request.GET.get("part", ALL_PARTS[0])
    if part not in board.PARTS:
        part = ALL_PARTS[0]
    lines = board.lines(part, chosen, request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("Figures"),
        "subtitle": str(chosen.subject) if chosen.subject else None,
        "form": form,
        "chosen": chosen,
        "part": part,
        "parts": [(key, name, address("reports_figures", chosen, part=key)) for key, name in board.PARTS.items()],
        "lines": [(line, address("reports_figure", chosen, line.kpi.code)) for line in lines],
        "has_demo": any(line.result.has_demo() for line in lines if line.result and line.result.figure.is_computed),
        "is_partial": not chosen.is_whole,
        "may_freeze": freezes(request.user, chosen.subject),
        "exports": [
            (label, address("reports_figures_export", chosen, form_name))
            for form_name, label in (("xlsx", _("Excel (.xlsx)")), ("csv", _("CSV for Excel (UTF-8 with mark)")))
        ],
    }
    return TemplateResponse(request, "reports/figures.html", context)


@require_safe
def figure(request, code: str):
    """One figure: what it says, over the years, by subject, beside what was published, and the records behind it."""
    _open_to(request)
    kpi = KpiDefinition.objects.visible_to(request.user).filter(code=code).first()
    if kpi is None or code not in codes():
        raise Http404
    form = _asked(request, request.GET)
    chosen, declared = form.chosen, definition(code)
    context = {
        **admin.site.each_context(request),
        "title": kpi.name,
        "subtitle": code,
        "kpi": kpi,
        "figure": declared,
        "form": form,
        "chosen": chosen,
        "back_url": address("reports_figures", chosen, part=code[0]),
        "published": board.published_values(kpi, declared, request.user),
        "kinds": board.kinds_of(declared),
    }
    if declared.is_computed:
        try:
            context |= _computed(request, kpi, chosen)
        except SubjectError as error:
            context["refusal"] = str(error)
    return TemplateResponse(request, "reports/figure.html", context)


def _computed(request, kpi: KpiDefinition, chosen: board.Chosen) -> dict:
    declared, user = definition(kpi.code), request.user
    result = chosen.compute(declared)
    years = board.over_the_years(declared, chosen)
    kind, smaller, more = board.by_subject(declared, chosen, user)
    targets = KpiTarget.objects.visible_to(user).filter(kpi=kpi).select_related("kpi")
    return {
        "result": result,
        "is_day": declared.basis.is_day,
        "parts": result.parts(),
        "picture": board.picture_of_years(kpi, years, lambda each: address("reports_figure", each, kpi.code)),
        "smaller_kind": board.kind_name(kind),
        "smaller": [(each.subject, one, address("reports_figure", each, kpi.code)) for each, one in smaller],
        "smaller_more": more,
        "goals": [board.goal_of(row, declared, chosen) for row in targets if concerns(row, chosen.subject)],
        "records": _records(request, result),
        "editions": _editions(user, kpi, chosen, result),
        "may_freeze": freezes(user, chosen.subject),
    }


def _records(request, result) -> dict | None:
    """One page of the records behind the figure that the person may see, and how many she may not."""
    counted = result.rows()
    if not counted:
        return None
    visible = result.rows(request.user)
    # Most figures count one kind of record; where there are several, the first one with rows is shown page by page.
    everything, seen = counted[0], visible[0]
    page = Paginator(seen.order_by("pk"), PER_PAGE).get_page(request.GET.get("p"))
    registered: Any = admin.site._registry.get(everything.model)
    opens = registered is not None and registered.has_view_permission(request)
    return {
        "page": page,
        "name": everything.model._meta.verbose_name_plural,
        "rows": [(row, registered.change_url(row) if opens else "") for row in page.object_list],
        "hidden": max(0, everything.count() - page.paginator.count),
    }


def _editions(user, kpi: KpiDefinition, chosen: board.Chosen, result) -> list[tuple[KpiValue, dict, str]]:
    """With what each counts more and less than the one before: how many records, and the names of those she may see."""
    if chosen.subject is None:
        return []
    rows = KpiValue.objects.visible_to(user).filter(kpi=kpi, subject=chosen.key, period=result.period.key)
    editions = rows.order_by("-edition").select_related("verified_by", "frozen_by", "kpi", "alliance", "organisation")
    return [(row, _changes(row, user), reverse("admin:reports_kpivalue_change", args=[row.pk])) for row in editions]


def _changes(value: KpiValue, user) -> dict[str, tuple[int, list[str]]]:
    return {name: (len(keys), readable(keys, value, user) if keys else []) for name, keys in difference(value).items()}


@require_safe
def export(request, form: str):
    """The catalogue with its values as a table."""
    _open_to(request)
    if form not in ("csv", "xlsx"):
        raise Http404
    chosen = _asked(request, request.GET).chosen
    rows = board.table_rows(ALL_PARTS, chosen, request.user)
    name = f"figures-{chosen.year}-{timezone.localdate().isoformat()}.{form}"
    if form == "xlsx":
        target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        workbooks.write(board.TABLE_HEADER, rows, target, title="figures")
        target.seek(0)
        return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX_TYPE)
    texts = ([formulas.escape("" if cell is None else str(cell)) for cell in row] for row in rows)
    return StreamingHttpResponse(
        exporting.csv_pieces(board.TABLE_HEADER, texts, "csv"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
def freeze_figures(request):
    """Freeze one figure, or all computed ones of a part, for a subject and a fiscal year."""
    _open_to(request)
    form = _asked(request, request.POST)
    chosen = form.chosen
    if form.problems or not freezes(request.user, chosen.subject):
        raise Http404
    wanted = request.POST.get("code", "")
    part = wanted[:1] or request.POST.get("part", "")
    asked = [code for code in codes() if code == wanted or (not wanted and code.startswith(part))]
    done, refused = 0, []
    for code in asked:
        declared = definition(code)
        if not declared.is_computed or chosen.subject.kind not in declared.subjects:
            continue
        try:
            freeze(
                code=code,
                subject=chosen.subject,
                period=chosen.period(declared),
                actor=request.user,
                today=chosen.today,
                reason=request.POST.get("reason", ""),
            )
            done += 1
        except NothingChanged as error:
            if wanted:
                refused.append(str(error))
        except StepError as error:
            refused.append(str(error))
    if done:
        messages.success(
            request, ngettext("%(n)d figure has been frozen.", "%(n)d figures have been frozen.", done) % {"n": done}
        )
    elif not refused:
        messages.info(request, _("Nothing has changed since these figures were frozen."))
    for sentence in dict.fromkeys(refused):
        messages.warning(request, sentence)
    if wanted:
        return redirect(address("reports_figure", chosen, wanted))
    return redirect(address("reports_figures", chosen, part=part))
