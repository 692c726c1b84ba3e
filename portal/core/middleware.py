"""Small guards that stand before every view."""

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from django.http import HttpResponseBadRequest
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control


class AdminContentSecurityPolicy:
    """The admin theme needs eval and inline styles: the policy is relaxed below the admin and nowhere else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            response._csp_update = {"script-src": [UNSAFE_EVAL], "style-src": [UNSAFE_INLINE]}
        return response


class RejectNulBytes:
    """NUL bytes in addresses, cookies and forms are never honest input, and PostgreSQL cannot store them."""

    FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        fields = [request.GET]
        if request.method == "POST" and request.content_type in self.FORMS:
            fields.append(request.POST)
        texts = [request.path, *request.COOKIES.values()]
        for field in fields:
            for name, values in field.lists():
                texts += [name, *values]
        if any("\x00" in text for text in texts):
            return HttpResponseBadRequest()
        return self.get_response(request)


class PrivateByDefault:
    """What a signed-in person sees is never kept by caches between her and the portal."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            patch_cache_control(response, private=True, no_store=True)
        return response
