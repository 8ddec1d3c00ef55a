"""This site as it runs in a house, with students and without workers. Import once the settings are named."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from launcher.site import WEB_PROCESSES, WEB_THREADS
from submissions.models import Submission
from tests import factories, web

from .senders import Target
from .sites import Site


def targets(running: web.Web, way: str, clients: int) -> list[Target]:
    course = factories.course()
    assignment = factories.assignment(course=course)
    signed_in = []
    for _ in range(clients):
        student = factories.user()
        factories.enrol(course, student)
        headers = web.signed_in(student) | {"Tus-Resumable": "1.0.0"}
        signed_in.append(Target(running.port, way, "/uploads/", headers, assignment.pk))
    return signed_in


@contextmanager
def site(var: Path, way: str) -> Iterator[Site]:
    Path(settings.UPLOADS_ROOT).mkdir(parents=True, exist_ok=True)
    before = set(Submission.objects.values_list("pk", flat=True))
    broker = {"REDIS_URL": settings.REDIS_URL}
    with web.running(var, environment=broker, workers=WEB_PROCESSES, threads=WEB_THREADS) as running:

        def arrived() -> list[Path]:
            mine = Submission.objects.exclude(pk__in=before).select_related("performance")
            paths = [submission.performance.source_path for submission in mine]
            return [path for path in paths if path.exists()]

        yield Site(lambda clients: targets(running, way, clients), running.pids, arrived)
