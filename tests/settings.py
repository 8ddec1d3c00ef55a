"""The site's settings on the tests' own database and broker: pytest-django reads settings before any conftest."""

import atexit
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(path) for path in (ROOT / "platform", ROOT) if str(path) not in sys.path]

from tests import servers  # noqa: E402 — needs the path

os.environ["DATABASE_URL"], os.environ["REDIS_URL"], _stop = servers.start()
atexit.register(_stop)
os.environ.setdefault("SECRET_KEY", "for the tests alone")
if "CLAVIER_VAR" not in os.environ:
    _var = tempfile.TemporaryDirectory(prefix="clavier-tests-")
    atexit.register(_var.cleanup)
    os.environ["CLAVIER_VAR"] = _var.name

from config.settings import *  # noqa: E402, F403

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

# Real hashes, quickly made: whoever checks them reads the number of rounds from the hash.
PASSWORD_HASHERS = ["tests.hashers.QuickHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
