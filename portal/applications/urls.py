"""Addresses of applying and reviewing, as each kind of application mounts them in its own namespace."""

from django.urls import URLPattern, path

from portal.applications.kinds import ApplicationKind
from portal.applications.views import applications, apply, reviews


def applying(kind: ApplicationKind, page=applications.page) -> list[URLPattern]:
    """From the call to the receipt; `page` is the kind's own page of one application, where it has one."""
    mine = {"kind": kind}
    return [
        path("calls/<slug:code>/apply/", apply.start, mine, name="start"),
        path("applications/<uuid:public_id>/", page, mine, name="application"),
        path("applications/<uuid:public_id>/edit/<slug:key>/", apply.section, mine, name="section"),
        path("applications/<uuid:public_id>/papers/<slug:paper>/", apply.attach, mine, name="attach"),
        path("applications/<uuid:public_id>/papers/<uuid:document>/remove/", apply.remove, mine, name="remove"),
        path("applications/<uuid:public_id>/send/", apply.submit, mine, name="submit"),
        path("applications/<uuid:public_id>/sent/", applications.receipt, mine, name="receipt"),
        path("applications/<uuid:public_id>/copy/", applications.copy, mine, name="preview"),
        path("applications/<uuid:public_id>/withdraw/", applications.withdraw, mine, name="withdraw"),
        path("applications/<uuid:public_id>/discard/", applications.discard, mine, name="discard"),
    ]


def reviewing(kind: ApplicationKind) -> list[URLPattern]:
    """One review; the queue shows the reviews of every kind and stands in one place only."""
    mine = {"kind": kind}
    return [
        path("reviews/<uuid:public_id>/", reviews.page, mine, name="review"),
        path("reviews/<uuid:public_id>/accept/", reviews.accept, mine, name="review_accept"),
        path("reviews/<uuid:public_id>/decline/", reviews.decline, mine, name="review_decline"),
        path("reviews/<uuid:public_id>/submit/", reviews.submit, mine, name="review_submit"),
    ]
