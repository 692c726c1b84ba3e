"""Applications on a desk: one's own of every kind, what one signs, what one reviews."""

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from exchanges.models import Application, Approval, Offer
from exchanges.questions import sheets_for
from portal.applications.kinds import kind_of, kinds, standing_of
from portal.applications.models import State
from portal.applications.progress import progress_of
from portal.applications.views.reviews import OPEN
from portal.home.desks.lines import Entry, ToDo, since
from startups.models import CohortApplication

WAITING_STATES = (
    Application.State.SUBMITTED, Application.State.ELIGIBILITY_CHECK, Application.State.EXPORT_PRECHECK,
    Application.State.EXPERT_REVIEW, Application.State.UNDER_REVIEW, Application.State.SHORTLISTED,
    Application.State.RECOMMENDED, Application.State.WAITLISTED,
)  # fmt: skip


def page_of(application) -> str:
    return kind_of(application).url("application", application.public_id)


def own_ventures(user):
    """Applications of one's ventures."""
    return CohortApplication.objects.owned_by(user).exclude(state=State.EXPIRED).select_related("applicant", "call")


def own_exchanges(user):
    """Applications for an exchange."""
    rows = Application.objects.owned_by(user).exclude(state=Application.State.EXPIRED)
    return rows.select_related("applicant", "call", "home_organisation", "host_organisation", "host_person")


def with_what_steps_need(applications: list) -> list:
    """What belongs to a step is fetched for the applications that stand there."""
    in_hand = (Application.State.DRAFT, Application.State.RETURNED)
    prefetch_related_objects(
        [application for application in applications if application.state in in_hand], "call__requested_documents"
    )
    for kind in kinds():
        mine = [row for row in applications if row.state in in_hand and isinstance(row, kind.model)]
        prefetch_related_objects(mine, "documents")
    prefetch_related_objects(
        [application for application in applications if application.state == Application.State.HOST_AND_HOME],
        "approvals",
    )
    return applications


def own_offers(user):
    rows = Offer.objects.owned_by(user).filter(state=Offer.State.SENT)
    return rows.select_related("application__call", "application__host_organisation")


def offers_to_answer(offers):
    for offer in offers:
        zone = offer.application.call.timezone
        yield ToDo(
            title=_("Answer the offer"),
            why=offer.application.call.title,
            url=reverse("exchanges:offer", args=[offer.public_id]),
            label=_("Read the offer"),
            due=offer.answer_by.date() if offer.answer_by else None,
            instant=offer.answer_by,
            zone=zone,
        )


def applications_to_finish(applications, now, user):
    for application in applications:
        call, url = application.call, page_of(application)
        if application.state == Application.State.RETURNED:
            yield ToDo(
                title=_("Complete your application"),
                why=application.returned_items,
                url=progress_of(application).resume_url,
                label=_("Complete it"),
                due=application.returned_until,
            )
        elif application.state == Application.State.DRAFT and call.takes_applications(now):
            progress = progress_of(application)
            yield ToDo(
                title=_("Finish your application: %(call)s") % {"call": call.title},
                why=_("%(done)d of %(total)d sections are complete.")
                % {"done": progress.done, "total": progress.total},
                url=progress.resume_url,
                label=_("Continue your draft"),
                due=call.last_instant.date() if call.last_instant else None,
                instant=call.last_instant,
                zone=call.timezone,
            )
        elif application.state == Application.State.EXPORT_PRECHECK and any(
            sheet.open_questions for sheet in sheets_for(user, application)
        ):
            yield ToDo(
                title=_("Answer the questions that the law asks"),
                why=call.title,
                url=url,
                label=_("See the questions"),
            )


def signatures(approvals):
    for approval in approvals:
        yield ToDo(
            title=_("Agree or not: %(name)s") % {"name": approval.application.applicant},
            why=_("%(call)s. You are asked as: %(part)s.")
            % {"call": approval.application.call.title, "part": approval.get_part_display()},
            url=reverse("exchanges:consent", args=[approval.public_id]),
            label=_("Read and decide"),
            due=approval.due_on,
        )


def reviews_to_write(reviews):
    for review in reviews:
        if review.state in OPEN:
            yield ToDo(
                title=_("Review an application"),
                why=review.application.call.title,
                url=kind_of(review.application).url("review", review.public_id),
                label=_("Open the review"),
                due=review.due_on,
            )


def waiting_applications(applications):
    """Who else has to act on an application, and since when."""
    found = []
    for application in applications:
        url = page_of(application)
        if application.state in WAITING_STATES:
            found.append(
                Entry(
                    tone="waiting",
                    title=application.call.title,
                    url=url,
                    who=_("programme office"),
                    text=str(standing_of(application).explanation),
                    when=since(application.submitted_at),
                )
            )
        elif application.state == Application.State.HOST_AND_HOME:
            found += [
                Entry(
                    tone="waiting",
                    title=_("Agreement: %(part)s") % {"part": approval.get_part_display()},
                    url=url,
                    who=approval.approver_name,
                    when=since(approval.asked_at),
                )
                for approval in application.approvals.all()
                if approval.state == Approval.State.ASKED
            ]
    return found
