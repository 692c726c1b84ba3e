"""The application for an exchange, as the application engine has to know it."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from exchanges import eligibility, emails, rules
from exchanges.forms.sections import SECTION_FORMS
from exchanges.models import Application, Approval, Offer
from exchanges.sections import SECTIONS
from exchanges.standing import STANDINGS
from exchanges.workflows import APPLICATION, OFFER
from portal.accounts.desks import users_at
from portal.accounts.models import ConsentPurpose
from portal.accounts.roles import Role
from portal.applications.emails import managers_of, recipients
from portal.applications.kinds import ApplicationKind, register
from portal.core.workflow import StepError
from portal.programmes.rules import manages_call


class Exchange(ApplicationKind):
    model = Application
    namespace = "exchanges"
    code_prefix = "app"
    workflow = APPLICATION
    sections = SECTIONS
    forms = SECTION_FORMS
    standings = STANDINGS
    rules_version = eligibility.RULES_VERSION
    eligibility_rules = eligibility.RULES

    def takes(self, call) -> bool:
        return call.programme is not None and not call.programme.is_for_ventures

    def manages(self, user, application) -> bool:
        return rules.manages(user, application)

    def managers(self, application, today: dt.date):
        return managers_of(application.programme, today)

    def stands_behind(self, application, today: dt.date):
        """The applicant's home office."""
        offices = users_at(
            Role.HOME_OFFICE, application.home_organisation, today=today, programme=application.programme
        )
        return recipients(offices)

    def ranks(self, user, call) -> bool:
        return manages_call(user, call)

    def beginning(self, call, person) -> dict:
        return {"home_organisation": person.organisation}

    def consent_purposes(self, application):
        """Handing data to the host is asked once the host is known, and only where it lies in another country than
        home, or home is unknown: nobody agrees to a country without a name."""
        home, host = application.home_organisation, application.host_organisation
        stays_inside = home is not None and host is not None and home.country == host.country != ""
        required = Q(kind="required") if host is None or stays_inside else Q(kind__startswith="required")
        return ConsentPurpose.objects.filter(required | Q(kind="shown"))

    def consent_recipient(self, application):
        return application.host_organisation

    def refuse_withdrawal(self, application) -> None:
        if Offer.objects.filter(application=application, state=Offer.State.ACCEPTED).exists():
            raise StepError(_("You have accepted the offer. To cancel the stay, please write to the programme."))

    def withdrawn(self, application, *, reason: str, actor, now: dt.datetime) -> None:
        """A waiting offer is declined with it, and the host is told."""
        for offer in application.offers.filter(state=Offer.State.SENT):
            OFFER.apply("decline", offer, actor=actor, changes={"answered_at": now, "answer_comment": reason})
        emails.application_withdrawn(application)

    def forbids_review(self, application, reviewer) -> list[str]:
        found = []
        if rules.is_host(reviewer, application):
            found.append(_("The reviewer is the host researcher."))
        if reviewer.email.lower() == application.supervisor_email.lower():
            found.append(_("The reviewer is the applicant's supervisor."))
        if application.approvals.filter(approver=reviewer).exclude(state=Approval.State.VOID).exists():
            found.append(_("The reviewer signs for one side of this exchange."))
        return found

    def flags_review(self, application, reviewer) -> list[str]:
        own = getattr(getattr(reviewer, "person", None), "organisation", None)
        if own is None:
            return []
        found = []
        if own == application.home_organisation:
            found.append(_("The reviewer works in the applicant's own unit."))
        if own == application.host_organisation:
            found.append(_("The reviewer works in the host's own unit."))
        return found

    def mail_words(self, application) -> dict:
        return emails.about_application(application)

    def origin(self, application) -> str:
        return application.home_label


EXCHANGE = register(Exchange())
