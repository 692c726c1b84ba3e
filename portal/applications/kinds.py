"""What the engine has to be told about one kind of application; each kind registers itself when the portal starts."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.functional import Promise

from portal.accounts.models import ConsentPurpose
from portal.applications.models import BaseApplication, BaseReview
from portal.applications.sections import Section
from portal.applications.standing import Standing
from portal.core.workflow import Workflow
from portal.outbox.services import Recipient

# The message of a rule is lazy, or a function that answers in the language of the moment.
Answer = tuple[bool | None, Promise | Callable[[], str]]
Rule = Callable[[Any, dt.date], Answer]

# The pages that the engine links to; each kind gives them these names in its own namespace.
PAGES = (
    "start", "application", "section", "attach", "remove", "submit", "receipt", "preview", "withdraw", "discard",
    "reviews", "review", "review_accept", "review_decline", "review_submit",
)  # fmt: skip


class ApplicationKind:
    """One kind of application. The tables are attributes; the methods are the questions that the engine asks back.

    The workflow has the engine's steps under the engine's names: submit, lapse, start_check, return, resubmit, expire,
    refuse_ineligible, shortlist, recommend, recommend_directly, select, waitlist, promote, decline, withdraw.
    """

    model: ClassVar[type[BaseApplication]]
    namespace: ClassVar[str]  # of the addresses and of the templates that differ from the engine's
    code_prefix: ClassVar[str]
    workflow: ClassVar[Workflow]
    sections: ClassVar[Sequence[Section]]
    forms: ClassVar[Mapping[str, type]]  # by section key
    standings: ClassVar[Mapping[str, Standing]]
    rules_version: ClassVar[str]
    eligibility_rules: ClassVar[Sequence[tuple[str, bool, Rule]]]  # name, whether a no refuses, rule

    # -- which calls and people ----------------------------------------------------------------------------------------
    def takes(self, call) -> bool:
        """Whether people apply to this call with this kind of application."""
        raise NotImplementedError

    def manages(self, user, application) -> bool:
        """Whether the user runs the call and decides about this application, which is not her own."""
        raise NotImplementedError

    def managers(self, application, today: dt.date) -> list[Recipient]:
        """Who runs the call, as readers of mails."""
        raise NotImplementedError

    def stands_behind(self, application, today: dt.date) -> list[Recipient]:
        """Who is asked to help when an applicant does not answer."""
        return []

    def ranks(self, user, call) -> bool:
        """Whether the user sees the panel's table of the call."""
        raise NotImplementedError

    def beginning(self, call, person) -> dict:
        """What stands in a new draft, because it is known. Raises StepError where nobody can begin one."""
        return {}

    def submitted(self, application, *, actor, now: dt.datetime) -> None:
        """What follows from handing in, the first time or completed."""

    # -- consents ------------------------------------------------------------------------------------------------------
    def consent_purposes(self, application):
        """The purposes asked for with this application: what is required, and the notices."""
        return ConsentPurpose.objects.filter(kind__in=("required", "shown"))

    def consent_recipient(self, application):
        """The institution that a consent speaks of, where data goes to another country."""
        return None

    # -- withdrawing ---------------------------------------------------------------------------------------------------
    def refuse_withdrawal(self, application) -> None:
        """Raises StepError where it is too late to withdraw."""

    def withdrawn(self, application, *, reason: str, actor, now: dt.datetime) -> None:
        """What else ends when an application is withdrawn, and who else is told."""

    # -- ending --------------------------------------------------------------------------------------------------------
    def ended(self, application) -> None:
        """What follows when an application ends without a place: refused, declined, withdrawn or lapsed."""

    # -- reviewing -----------------------------------------------------------------------------------------------------
    def forbids_review(self, application, reviewer) -> list[str]:
        """Why this reviewer must not read the application, as sentences; being the applicant is known already."""
        return []

    def flags_review(self, application, reviewer) -> list[str]:
        """What the programme should know before it asks this reviewer."""
        return []

    # -- in words ------------------------------------------------------------------------------------------------------
    def mail_words(self, application) -> dict:
        """What every mail about the application may say; values that can be called speak the reader's language."""
        raise NotImplementedError

    def origin(self, application) -> str:
        """Where the applicant comes from, for readers who decide about conflicts of interest."""
        return ""

    # -- worked out ----------------------------------------------------------------------------------------------------
    @cached_property
    def section_by_key(self) -> dict[str, Section]:
        return {section.key: section for section in self.sections}

    @cached_property
    def for_managers(self) -> frozenset[str]:
        """Fields that no desk but the one that runs the call reads."""
        return frozenset(name for section in self.sections for name in section.for_managers)

    @cached_property
    def pages(self) -> dict[str, str]:
        """The full names of the kind's pages, for templates: `{% url kind.pages.section … %}`."""
        return {name: f"{self.namespace}:{name}" for name in PAGES}

    def url(self, page: str, *args) -> str:
        return reverse(self.pages[page], args=args)

    def templates(self, name: str) -> list[str]:
        """The kind's own template of this name, or the engine's."""
        return [f"{self.namespace}/{name}.html", f"applications/{name}.html"]

    @property
    def review_model(self) -> type[BaseReview]:
        return self.model._meta.get_field("reviews").related_model

    @property
    def document_model(self):
        return self.model._meta.get_field("documents").related_model


_kinds: dict[type[BaseApplication], ApplicationKind] = {}


def register(kind: ApplicationKind) -> ApplicationKind:
    return _kinds.setdefault(kind.model, kind)


def kinds() -> list[ApplicationKind]:
    return list(_kinds.values())


def kind_of(application: BaseApplication) -> ApplicationKind:
    return _kinds[type(application)]


def kind_for(call) -> ApplicationKind | None:
    """With which kind of application people apply to a call; None where the portal takes none."""
    return next((kind for kind in _kinds.values() if kind.takes(call)), None)


def standing_of(application: BaseApplication) -> Standing:
    """What the applicant reads about the state of the application."""
    return kind_of(application).standings[application.state]
