"""Tell a worker that a row waits. A broker that is away loses nothing: the scheduler looks after the rows too."""

import logging
from typing import Any

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def ring(task: Any, *ids: str) -> None:
    try:
        task.delay(*ids)
    except (OperationalError, OSError) as error:
        logger.warning("Could not tell a worker of %s: %s", task.name, error)
