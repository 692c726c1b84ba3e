"""The application of a venture to a cohort, as the application engine has to know it."""

import datetime as dt

from django.utils.translation import gettext as _

from portal.accounts.desks import users_at
from portal.accounts.roles import Role
from portal.applications.emails import recipients
from portal.applications.kinds import ApplicationKind, register
from portal.core.workflow import StepError
from startups import eligibility, rules
from startups.emails import applications as emails
from startups.forms.applications import SECTION_FORMS
from startups.models import Cohort, CohortApplication, Mentor
from startups.sections import SECTIONS
from startups.services import applications as services
from startups.standing import STANDINGS
from startups.workflows import COHORT_APPLICATION


class Venture(ApplicationKind):
    model = CohortApplication
    namespace = "startups"
    code_prefix = "venture"
    workflow = COHORT_APPLICATION
    sections = SECTIONS
    forms = SECTION_FORMS
    standings = STANDINGS
    rules_version = eligibility.RULES_VERSION
    eligibility_rules = eligibility.RULES

    def takes(self, call) -> bool:
        return call.programme is not None and call.programme.is_for_ventures

    def manages(self, user, application) -> bool:
        return rules.manages_application(user, application)

    def managers(self, application, today: dt.date):
        programme = application.programme
        users = users_at(Role.STARTUP_MANAGER, programme.owner, today=today, programme=programme)
        return recipients(user for user in users if rules.is_let_in_to(user, application))

    def ranks(self, user, call) -> bool:
        return rules.manages_ventures_of(user, call.programme)

    def beginning(self, call, person) -> dict:
        cohort = Cohort.objects.filter(call=call).first()
        if cohort is None:
            raise StepError(_("This call belongs to no cohort yet. Please write to the programme."))
        own = person.as_recipient()
        return {
            "cohort": cohort,
            "country": person.organisation.country if person.organisation else "",
            "founders": [
                {
                    "given_name": person.given_name,
                    "family_name": person.family_name,
                    "email": own.email,
                    "role": person.position_en,
                }
            ],
        }

    def submitted(self, application, *, actor, now: dt.datetime) -> None:
        services.record_startup(application=application, actor=actor, today=now.date())

    def refuse_withdrawal(self, application) -> None:
        startup = application.startup
        if startup is not None and startup.state not in services.UNDECIDED:
            raise StepError(
                _("The venture has been admitted, so its application stays. Founders leave on the startup's own page.")
            )

    def ended(self, application) -> None:
        services.follow_ending(application=application)

    def forbids_review(self, application, reviewer) -> list[str]:
        found = []
        if reviewer.email.lower() in application.founder_addresses:
            found.append(_("The reviewer is one of the founders."))
        startup = application.startup
        if startup is not None:
            people = startup.mentors.exclude(state=Mentor.State.DESIRED).filter(person__user=reviewer)
            if people.exists():
                found.append(_("The reviewer is or was a mentor of the venture."))
            if startup.founders.filter(person__user=reviewer).exists():
                found.append(_("The reviewer is or was in the venture's team."))
        return found

    def flags_review(self, application, reviewer) -> list[str]:
        person = getattr(reviewer, "person", None)
        if person is None:
            return []
        found = []
        if person.organisation_id and person.organisation_id == application.origin_organisation_id:
            found.append(_("The reviewer works where the venture came out of."))
        if person.family_name and person.family_name.lower() in application.advisers.lower():
            found.append(_("Somebody of this name advises the venture or holds a share."))
        return found

    def mail_words(self, application) -> dict:
        return emails.about_application(application)

    def origin(self, application) -> str:
        return application.venture_name


VENTURE = register(Venture())
