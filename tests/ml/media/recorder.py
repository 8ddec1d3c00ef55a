"""What Chromium's MediaRecorder makes of a fake camera: `python -m tests.ml.media.recorder FOLDER TYPE…`.

A process of its own, since Playwright runs once per thread. Writes FOLDER/0, FOLDER/1 … as long as there are types, and
FOLDER/parts.json: of each the sizes of the parts in which it was handed out.
"""

import base64
import json
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests import browser

SECONDS = 5
RECORD = """async ({ types, seconds }) => {
  const sound = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 }, audio: sound });
  const read = async (part) => {
    const bytes = new Uint8Array(await part.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  };
  const record = (mimeType) => new Promise((resolve) => {
    const [recorder, parts] = [new MediaRecorder(stream, { mimeType }), []];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => resolve(Promise.all(parts.map(read)));
    recorder.start(1000);
    setTimeout(() => recorder.stop(), 1000 * seconds);
  });
  return Promise.all(types.map(record));
}"""


def main(folder: Path, types: list[str]) -> None:
    found = browser.find()
    assert found, browser.MISSING
    with sync_playwright() as playwright:
        page = found.launch(playwright).new_page()
        page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.goto("http://localhost/")  # which may use a camera, as a file may not
        made = page.evaluate(RECORD, {"types": types, "seconds": SECONDS})
    takes = [[base64.b64decode(part) for part in parts] for parts in made]
    for number, parts in enumerate(takes):
        (folder / str(number)).write_bytes(b"".join(parts))
    (folder / "parts.json").write_text(json.dumps([[len(part) for part in parts] for parts in takes]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
