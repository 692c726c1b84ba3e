"""Addresses of the dashboard, the reports and the public impact page."""

from django.urls import path

from portal.reports.views import impact, overview, reports

app_name = "reports"
urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("impact/", impact.impact, name="impact"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<uuid:public_id>/", reports.report, name="report"),
    path("reports/<uuid:public_id>/progress/", reports.progress, name="progress"),
    path("reports/<uuid:public_id>/cancel/", reports.cancel, name="cancel"),
]
