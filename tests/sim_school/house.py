"""The house that the year happens in: its database and folders, its workers at once, and what is kept between years.

Kept in the cache folder, because it is the same every time: the films, what `engine.prepare` makes of one (by the
film's digest and the digest of the code that prepares), and the site's own store of clip features. Everything else
happens anew in every repetition: every service, task, training and test of the gate.
"""

import dataclasses
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "ml" / "starter" / "model.safetensors"
CODE = ("ml/prepare.py", "ml/media/*.py", "ml/features/*.py")  # what a prepared recording depends on


def build(var: Path, database: str, broker: str) -> None:
    """Tables and settings; call it once, before anything of the site is imported."""
    os.environ |= {"DATABASE_URL": database, "REDIS_URL": broker, "CLAVIER_VAR": str(var), "SECRET_KEY": "simulated"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # heads are small: threads that wait for each other cost more
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
    import django

    django.setup()


@contextmanager
def at_work(cache: Path, dice: random.Random) -> Iterator[None]:
    """Workers do at once whatever is queued, in this process; lots are drawn by `dice`; preparation is remembered."""
    from django.test import override_settings

    from config.celery import app
    from grading import engine

    features = cache / "features"
    features.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(override_settings(FEATURES_ROOT=features, EMAIL_BACKEND=_NO_MAIL))
        app.conf.task_always_eager = True
        stack.callback(setattr, app.conf, "task_always_eager", False)
        stack.enter_context(patch("secrets.randbelow", dice.randrange))
        stack.enter_context(patch.object(engine, "prepare", remembering(engine.prepare, cache / "prepared")))
        yield


_NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


def empty() -> None:
    """No rows and no files: the next repetition begins."""
    from django.conf import settings
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    for folder in (settings.MEDIA_ROOT, settings.MODELS_ROOT, settings.UPLOADS_ROOT, settings.VAR / "training"):
        shutil.rmtree(folder, ignore_errors=True)


def remembering(prepare: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    """`engine.prepare`, done once for each film."""

    def prepared(source: Path, out: Path, **rest: Any) -> Any:
        import ml

        kept = folder / code_digest() / ml.prepare.__globals__["digest_of"](source)
        if not (kept / "prepared.json").exists():
            made = prepare(source, kept, **rest)
            (kept / "prepared.json").write_text(json.dumps(_plain(made)))
        out.mkdir(parents=True, exist_ok=True)
        for file in kept.iterdir():
            if file.name != "prepared.json":
                (out / file.name).unlink(missing_ok=True)
                os.link(file, out / file.name)
        return _told(json.loads((kept / "prepared.json").read_text()), out)

    return prepared


def _plain(prepared: Any) -> dict[str, Any]:
    rows = dataclasses.asdict(prepared)
    return {key: value.name if isinstance(value, Path) else value for key, value in rows.items()}


def _told(rows: dict[str, Any], out: Path) -> Any:
    import ml
    from ml.media import MediaFacts
    from ml.prepare import Prepared

    paths = {key: out / rows[key] for key in ("proxy", "poster", "mel")}
    return Prepared(**rows | paths | {"facts": MediaFacts(**rows["facts"]), "crop": ml.Crop(**rows["crop"])})


@lru_cache(maxsize=1)
def code_digest() -> str:
    digest = hashlib.sha256()
    for pattern in CODE:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
