"""The registry of figures: what is counted, over which rows, for whom and when.

Apps declare formulas in their `kpis.py`; whoever shows a figure asks here.

    from portal.figures import compute, codes, definition, find_subject, Period

    period = Period.fiscal(2026, "japan")                # or .calendar(2026), .half(…), .quarter(…), .on(day), .whole()
    subject = find_subject("ctqa")                       # by natural key; "programme:qupip" where the key is ambiguous
    result = compute("X01", subject=subject, period=period, user=request.user)

    result.value          Decimal, int, bool or None (empty denominator, or nothing known): write `result.text`
    result.numerator, result.denominator, result.unknown
    result.parts()        the figure split (by level, by kind, …) as [Part(key, label, value)]
    result.rows()         querysets behind the figure; `result.rows(user)` only what the person may see
    result.ids()          natural keys of these rows; `result.base_ids()` those of the denominator
    result.missing        a sentence instead of a value where the portal keeps no such records yet
    result.is_small       people would be recognisable: hide it in public
    result.has_demo()     demonstration rows are among those counted

    codes()               all declared codes in the order of the catalogue
    definition("X01")     Figure: unit, basis, kinds of subject, whether people are counted, what is missing

Without `user` the figure is that of the whole subject (reports, tasks, commands). With one, people whose seats cover
the subject get the whole; everybody else gets the figure over the rows they may see. Demonstration rows stay out unless
the portal runs as a demonstration. Both days of a period count; an open end is None.
"""

from portal.figures.computing import Result, compute
from portal.figures.measures import Measure, Part
from portal.figures.periods import Period, PeriodError
from portal.figures.registry import Ask, Basis, Figure, Source, ToMany, Unit, codes, definition, figure, not_yet
from portal.figures.subjects import Subject, SubjectError, find_subject

__all__ = [
    "Ask",
    "Basis",
    "Figure",
    "Measure",
    "Part",
    "Period",
    "PeriodError",
    "Result",
    "Source",
    "Subject",
    "SubjectError",
    "ToMany",
    "Unit",
    "codes",
    "compute",
    "definition",
    "figure",
    "find_subject",
    "not_yet",
]
