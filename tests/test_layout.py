"""The house stands as DESIGN says: what would break far from where it was changed."""

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": f"{ROOT / 'platform'}:{ROOT}",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "layout",
}
OURS = sorted({path.parent.name for path in (ROOT / "platform").glob("*/__init__.py")} | {"grading", "ml", "tests"})


def python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=False)


def test_platform_is_a_source_root_and_no_package():
    assert not (ROOT / "platform/__init__.py").exists()
    assert not (ROOT / "tests/platform").exists()


def test_the_standard_library_keeps_its_platform():
    done = python("import platform; print(platform.__file__, platform.system())")
    assert done.returncode == 0, done.stderr
    assert str(ROOT / "platform") not in done.stdout
    assert done.stdout.split()[-1]


def test_there_are_packages_of_ours_to_look_at():
    assert {"config", "core", "accounts", "courses", "submissions", "reviews", "lab", "api"} <= set(OURS)


def test_no_package_of_ours_is_called_like_the_standard_library():
    assert set(OURS) & sys.stdlib_module_names == set()


def test_no_package_of_ours_is_called_like_an_installed_one():
    """By what the distributions say they install; a test folder that some ship at the top is no harm to `tests`."""
    installed = {name: found for name, found in metadata.packages_distributions().items() if name in OURS}
    installed.pop("tests", None)
    assert installed == {}


def test_the_web_process_loads_neither_torch_nor_librosa():
    done = python(
        "import config.wsgi, config.urls, sys\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('torch', 'librosa', 'numba')])"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_page_rendered_by_the_web_process_does_not_load_torch():
    """Views import late as well: every URL pattern is resolved and one page is drawn."""
    done = python(
        "import sys, config.wsgi\n"
        "from django.test import Client\n"
        "status = Client().get('/sign-in/', headers={'host': 'localhost'}).status_code\n"
        "print(status, 'torch' in sys.modules)"
    )
    assert done.stdout.strip() == "200 False", done.stderr


BLOCKED = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in {'django', 'celery', 'rest_framework', 'grading', 'config'}:
            raise ImportError(f'ml asked for {name}')
sys.meta_path.insert(0, Blocked())
import importlib, pkgutil, ml
for module in pkgutil.walk_packages(ml.__path__, 'ml.'):
    if not module.name.endswith('__main__'):
        importlib.import_module(module.name)
print('clean')
"""


@pytest.mark.slow
def test_ml_imports_no_django_anywhere():
    done = python(BLOCKED)
    assert done.stdout.strip() == "clean", done.stderr


def test_the_block_would_notice():
    done = python(BLOCKED.split("import importlib")[0] + "import django")
    assert "ml asked for django" in done.stderr


def test_manage_py_finds_the_apps_without_help():
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
