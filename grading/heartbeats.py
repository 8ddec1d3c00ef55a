"""Celery's own heartbeat, written down every ten seconds so that a page or `make doctor` can say who works."""

import logging
import math
import time
from dataclasses import dataclass
from typing import Any

from celery.signals import celeryd_after_setup, heartbeat_sent, worker_shutting_down
from django.db import DatabaseError, connection

from grading.services import house

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10


@dataclass
class Me:
    name: str = ""
    queue: str = ""
    written: float = -math.inf  # on the monotonic clock, s


me = Me()


@celeryd_after_setup.connect
def remember(sender: str, instance: Any, **_: Any) -> None:
    me.name, me.queue = sender, ",".join(sorted(instance.app.amqp.queues.consume_from))


@heartbeat_sent.connect
def write(**_: Any) -> None:
    if time.monotonic() - me.written < EVERY_SECONDS:
        return
    try:
        house.beat(name=me.name, queue=me.queue)
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
