"""What monitoring and load balancers ask; reached through the middleware, before hosts, sessions and redirects."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.operations import health


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive and handles requests; touches nothing else, so that a slow database restarts no one."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Everything that the portal needs works: for monitoring. 503 names what does not."""
    return _report(health.ask_all(health.QUESTIONS))


@never_cache
@require_safe
def readyz_pages(request: HttpRequest) -> HttpResponse:
    """Pages can be served: for load balancers, which must not take a machine out because mail is late."""
    return _report(health.ask_all(question for question in health.QUESTIONS if question.needed_by_pages))


def _report(answers: list[health.Answer]) -> JsonResponse:
    ready = all(answer.problem is None for answer in answers)
    checks = {answer.name: {"problem": answer.problem, "milliseconds": answer.milliseconds} for answer in answers}
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)
