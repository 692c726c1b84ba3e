"""The questions of the export check as applicant and host meet them: each sees only what is asked of her.

Cases belong to the export offices and are not visible to anybody else; the parties reach their questions through the
application, and never what the other side answered or what the rules made of it.
"""

from dataclasses import dataclass

from portal.screening import rules
from portal.screening.models import Answer, Question, Screening
from portal.screening.services import questions_of

ANSWERABLE = (Screening.State.DRAFT, Screening.State.RESCREEN_NEEDED)


@dataclass(frozen=True)
class Sheet:
    """The questions of one case to one reader, with the answers given so far by question code."""

    screening: Screening
    questions: list[Question]
    answers: dict[str, str]
    may_submit: bool

    @property
    def open_questions(self) -> int:
        return sum(not self.answers.get(question.code) for question in self.questions)


def sheets_for(user, application) -> list[Sheet]:
    """One sheet for each open case of the application that asks this person something."""
    cases = Screening.objects.filter(application=application, state__in=ANSWERABLE).select_related(
        "organisation", "application__applicant", "application__host_person"
    )
    sheets = []
    for case in cases:
        if not (rules.is_applicant(user, case) or rules.is_host(user, case)):
            continue
        asked = [question for question in questions_of(case) if rules.ANSWERING[question.asked_to](user, case)]
        given = Answer.objects.filter(screening=case, question__in=asked).by_question()
        if asked:
            sheets.append(Sheet(case, asked, given, may_submit=rules.is_host(user, case)))
    return sheets
