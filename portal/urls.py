"""Every address of the portal; each app lists its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

from portal.accounts.views import language as choose_language

urlpatterns = [
    path("", include("portal.home.urls")),
    path("", include("portal.documents.urls")),
    path("", include("exchanges.urls")),
    path("events/", include("workshops.urls")),
    path("startups/", include("startups.urls")),
    path("", include("portal.reports.urls")),
    path("ui/", include("portal.ui.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    path("admin/", admin.site.urls),
]

if settings.DEV_MAILBOX:
    urlpatterns.insert(0, path("dev/mailbox/", include("portal.outbox.urls")))
