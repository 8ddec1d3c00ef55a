"""Celery's own heartbeat, written down every ten seconds so that a page or `make doctor` can say who works."""

import json
import logging
import math
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from celery.signals import celeryd_after_setup, heartbeat_sent, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError, connection

from grading.services import house

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10
LOOK_SECONDS = 300  # a first import of torch from a slow disk


@dataclass
class Me:
    name: str = ""
    queue: str = ""
    written: float = -math.inf  # on the monotonic clock, s
    machine: dict[str, Any] = field(default_factory=dict)


me = Me()


@celeryd_after_setup.connect
def remember(sender: str, instance: Any, **_: Any) -> None:
    me.name, me.queue = sender, ",".join(sorted(instance.app.amqp.queues.consume_from))
    if me.queue == "training":
        threading.Thread(target=look_around, name="look-around", daemon=True).start()


def look_around() -> None:
    """Ask another process what torch finds here: one that has spoken to a GPU could not be forked any more."""
    try:
        found = subprocess.run(
            [sys.executable, "-m", "ml.hardware"],
            cwd=settings.ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=LOOK_SECONDS,
        )
        me.machine = json.loads(found.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        logger.warning("What this worker runs on could not be found out: %s", error)


@heartbeat_sent.connect
def write(**_: Any) -> None:
    if time.monotonic() - me.written < EVERY_SECONDS:
        return
    try:
        house.beat(name=me.name, queue=me.queue, machine=me.machine)
        me.written = time.monotonic()
    except DatabaseError as error:
        logger.warning("No heartbeat written: %s", error)
        connection.close()


@worker_shutting_down.connect
def leave(**_: Any) -> None:
    try:
        house.leave(name=me.name)
    except DatabaseError as error:
        logger.warning("Could not say goodbye: %s", error)
