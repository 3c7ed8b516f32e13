"""The page for editors: every request on it, in its order, does what the page says."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

from tests.editing.conftest import Editor

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "editing.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.+?)\n```", GUIDE, re.DOTALL) for line in block.splitlines() if line]
EXPECTED = [200, 200, 201, 200, 200, 201, 201, 200, 200, 200, 200, 200]


def test_every_request_on_the_page_succeeds(ann: Editor) -> None:
    statuses = [send(ann, command) for command in COMMANDS]

    assert statuses == EXPECTED


def send(editor: Editor, command: str) -> int:
    """A line for a shell as a request of the test client."""
    words = shlex.split(command.replace("$KB", ""))
    options = dict(pairwise(words))
    address = next(word for word in words if word.startswith("/v1"))
    headers = {"Content-Type": "application/json"}
    headers |= dict([options["-H"].split(": ", 1)] if "-H" in options else [])
    return editor.send(options.get("-X", "GET"), address, data=options.get("-d"), headers=headers).status_code
