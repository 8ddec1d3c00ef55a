"""Two clients of the protocol that are not ours, each as a function that sends a file and ends when it has arrived."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tusclient.client import TusClient

from tests.web import ROOT

NODE = ROOT / ".venv/bin/node"
PATIENCE_S = 120


def tus_js(endpoint: str, path: Path, *, headers: dict[str, str], metadata: dict[str, str], **options: Any) -> None:
    """tus-js-client, from npm, in Node."""
    asked = {"endpoint": endpoint, "path": str(path), "headers": headers, "metadata": metadata, **options}
    script = Path(__file__).parent / "tus_client.mjs"
    done = subprocess.run(
        [NODE, script, json.dumps(asked)], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["submission"].startswith("/submissions/")


def tuspy(endpoint: str, path: Path, *, headers: dict[str, str], metadata: dict[str, str], **options: Any) -> None:
    """tuspy, from PyPI."""
    client = TusClient(endpoint, headers=headers)
    client.uploader(str(path), metadata=metadata, retries=100, retry_delay=0.25, **options).upload()
