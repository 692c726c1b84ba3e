"""Addresses of the startups: one address per act."""

from django.urls import path

from portal.applications.urls import applying, reviewing
from portal.applications.views import reviews
from startups.kind import VENTURE
from startups.views import founders, public, updates

app_name = "startups"
urlpatterns = [
    # for everybody
    path("", public.index, name="index"),
    # founders and mentors
    path("mine/", founders.mine, name="mine_all"),
    path("mine/<uuid:public_id>/", founders.startup, name="mine"),
    path("mine/<uuid:public_id>/facts/", founders.facts, name="facts"),
    path("mine/<uuid:public_id>/leave/", founders.leave, name="leave"),
    path("mine/<uuid:public_id>/page/", founders.write_showcase, name="showcase"),
    path("mine/<uuid:public_id>/page/consent/", founders.consent, name="showcase_consent"),
    path("mine/<uuid:public_id>/page/withdraw/", founders.withdraw, name="showcase_withdraw"),
    path("milestones/<uuid:public_id>/", founders.milestone, name="milestone"),
    path("milestones/<uuid:public_id>/start/", founders.start_milestone, name="milestone_start"),
    path("mentoring/", founders.mentoring, name="mentoring"),
    # a founder's update: by link, and signed in
    path("update/", updates.by_link, name="update_by_link"),
    path("update/sent/", updates.sent, name="update_sent"),
    path("update/new-link/", updates.new_link, name="update_renew"),
    path("update/<str:token>/", updates.open_link, name="update_link"),
    path("updates/<uuid:public_id>/", updates.signed_in, name="update"),
    # applying to a cohort, and reviewing
    *applying(VENTURE),
    path("reviews/", reviews.queue, name="reviews"),
    *reviewing(VENTURE),
    # one startup, last: its code may be any word
    path("<slug:code>/", public.page, name="page"),
]
