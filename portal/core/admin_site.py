"""The admin site: one way to sign in, no side doors."""

import time
from functools import partial, update_wrapper

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from unfold.dataclasses import SearchResult
from unfold.sites import UnfoldAdminSite

FOUND_PER_KIND = 8
FOUND_AT_MOST = 100


class DeskSite(UnfoldAdminSite):
    index_title = _("Today")
    enable_nav_sidebar = True

    def get_urls(self):
        # Django's shortcut by content type and number would answer for every row of every alliance.
        return [path("r/<path:anything>", self._missing), *super().get_urls()]

    def get_app_list(self, request, app_label=None):
        """Asked for by every page and read by few (the menu is the portal's own): made when it is read."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def login(self, request, extra_context=None):
        """The portal's own sign-in with its second factor; to a person without a seat there is no admin."""
        index = reverse("admin:index")
        if self.has_permission(request):
            return redirect(index)
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or index)

    def logout(self, request, extra_context=None):
        return redirect("account_logout")

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")

    def password_change_done(self, request, extra_context=None):
        return redirect("account_change_password")

    def admin_view(self, view, cacheable=False):
        guarded = super().admin_view(view, cacheable)

        def door(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(door, guarded)

    def search(self, request, extra_context=None):
        """Lists by name and records by their search fields; never from a cache, because seats come and go."""
        term, began = request.GET.get("s", "").strip(), time.monotonic()
        results = []
        if term:
            results = self._search_apps(self.get_app_list(request), term.casefold())
            if len(term) > 1:
                results += self._records(request, term)
        pages = Paginator(results, FOUND_AT_MOST)
        extended = "extended" in request.GET
        return TemplateResponse(
            request,
            f"unfold/helpers/{'command' if extended else 'search'}_results.html",
            {
                "results": pages.page(1),
                "page_obj": pages,
                "page_counter": 0,
                "execution_time": time.monotonic() - began,
            },
            headers={"HX-Trigger": "search"},
        )

    def _records(self, request, term: str) -> list:
        found = []
        for model, model_admin in self._registry.items():
            if not getattr(model_admin, "in_global_search", False) or not model_admin.has_view_permission(request):
                continue
            rows, _duplicates = model_admin.get_search_results(request, model_admin.get_queryset(request), term)
            found += [
                SearchResult(
                    title=str(row),
                    description=str(model._meta.verbose_name),
                    link=model_admin.change_url(row),
                    icon="data_object",
                )
                for row in rows[:FOUND_PER_KIND]
            ]
        return found

    def _missing(self, request, anything):
        raise Http404
