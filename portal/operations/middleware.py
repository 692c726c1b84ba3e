"""Health questions are answered first of all: probes come by IP address, without TLS, and want no session."""

from portal.operations import views

PROBES = {
    "/healthz": views.healthz,
    "/readyz": views.readyz,
    "/readyz/pages": views.readyz_pages,
}


class HealthProbes:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = PROBES.get(request.path_info, self.get_response)
        return answer(request)
