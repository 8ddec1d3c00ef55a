"""The desk's scripts are fetched at once, not one after the other as each names the next."""

import re
from pathlib import Path

from django.conf import settings
from django.urls import reverse

STATIC = settings.ROOT / "static"
IMPORT = re.compile(r'^(?:import|export) (?:[^"]*? from )?"(\.[^"]+)";$', re.MULTILINE)


def imported(module: Path, known: set[Path]) -> set[Path]:
    """`known`, and every module that `module` needs."""
    for name in IMPORT.findall(module.read_text()):
        found = (module.parent / name).resolve()
        if found not in known:
            known.add(found)
            imported(found, known)
    return known


def test_every_module_of_the_desk_is_announced_in_its_head(cast, client_of, desk):
    page = client_of(cast.teacher).get(reverse("reviews:desk", args=[desk.submission.pk])).content.decode()
    announced = re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', page)
    needed = {path.relative_to(STATIC).as_posix() for path in imported(STATIC / "js/desk.js", set())}
    assert sorted(announced) == sorted(needed)
    assert len(needed) > 20
