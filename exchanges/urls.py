"""Addresses of the exchanges: one address per act."""

from django.urls import path

from exchanges.kind import EXCHANGE
from exchanges.views import applications, approvals, hosting, offers, questions, reports, stays
from portal.applications.urls import applying, reviewing
from portal.applications.views import reviews

app_name = "exchanges"
urlpatterns = [
    # applying
    *applying(EXCHANGE, page=applications.page),
    path("applications/<uuid:public_id>/questions/", questions.answer, name="questions"),
    # the offer
    path("offers/<uuid:public_id>/", offers.page, name="offer"),
    path("offers/<uuid:public_id>/accept/", offers.accept, name="offer_accept"),
    path("offers/<uuid:public_id>/decline/", offers.decline, name="offer_decline"),
    # the stay
    path("stays/<uuid:public_id>/", stays.page, name="stay"),
    path("tasks/<uuid:public_id>/", stays.task, name="task"),
    path("stays/<uuid:public_id>/arrival/", hosting.arrival, name="arrival"),
    path("stays/<uuid:public_id>/departure/", hosting.departure, name="departure"),
    path("stays/<uuid:public_id>/report/", reports.write, name="report"),
    path("stays/<uuid:public_id>/report/send/", reports.submit, name="report_submit"),
    path("stays/<uuid:public_id>/results/", reports.outcome, name="outcome"),
    # signatures of host and home
    path("approve/", approvals.by_link, name="approve"),
    path("approve/new-link/", approvals.new_link, name="approve_renew"),
    path("approve/<str:token>/", approvals.open_link, name="approve_link"),
    path("consents/<uuid:public_id>/", approvals.signed_in, name="consent"),
    # hosts and reviewers
    path("hosting/", hosting.queue, name="hosting"),
    path("reviews/", reviews.queue, name="reviews"),
    *reviewing(EXCHANGE),
]
