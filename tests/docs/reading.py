"""The requests in the documentation, and the answers shown below them.

Rule: a ``sh`` block with a ``curl`` to this service, directly followed by a ``json`` block (the body, or a part of it)
or an ``http`` block (the status, headers, an empty line and the body), is an example. What is shown may be a part:
objects show some of their keys, ``…`` ends a list that goes on, and stands for any part of a text.
"""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

DOCS = Path(__file__).resolve().parents[2] / "docs"
BASE = "http://127.0.0.1:8000"
EXAMPLE = re.compile(r"```sh\n(curl .+?)\n```\n+```(json|http)\n(.+?)\n```", re.DOTALL)
MORE = "…"


@dataclass(frozen=True)
class Example:
    """A request and what a page says that it is answered."""

    request: str
    syntax: str
    shown: str


@dataclass
class Request:
    """What a ``curl`` line asks for."""

    url: str = ""
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


def list_pages() -> list[Path]:
    """Every page; decisions record what was once true and are left alone."""
    return sorted(page for page in DOCS.rglob("*.md") if "decisions" not in page.parts)


def find_examples(page: Path) -> list[Example]:
    """The examples of a page that ask this service, in their order."""
    found = [Example(*groups) for groups in EXAMPLE.findall(page.read_text(encoding="utf-8"))]
    return [example for example in found if BASE in example.request]


def parse_request(command: str) -> Request:
    """A ``curl`` command; an option that we do not know is an error, so that none is passed over."""
    request = Request()
    words = iter(shlex.split(command.replace("\\\n", " "))[1:])
    for word in words:
        if word in {"-H", "--header"}:
            name, _, value = next(words).partition(":")
            request.headers[name] = value.strip()
        elif word in {"-X", "--request"}:
            request.method = next(words)
        elif word in {"-d", "--data"}:
            request.body = next(words)
            request.method = "POST" if request.method == "GET" else request.method
        elif word.startswith("-"):
            assert word in {"-s", "-i", "-si", "-sS", "-g"}, f"unknown option {word}"
        else:
            request.url = word
    return request


def send(client: FlaskClient, example: Example, variables: dict[str, str]) -> TestResponse:
    """Ask what the example asks; ``$KEY`` in it stands for a variable of the shell."""
    command = example.request
    for name, value in variables.items():
        command = command.replace(f"${name}", value)
    request = parse_request(command)
    path = request.url.removeprefix(BASE)
    return client.open(path, method=request.method, headers=request.headers, data=request.body)


def check(response: TestResponse, example: Example) -> None:
    """Fail where the answer is not the one shown."""
    if example.syntax == "json":
        head, body = None, example.shown
    else:
        head, _, body = example.shown.partition("\n\n")
    if head is not None:
        check_head(response, head)
    if body.strip():
        compare(parse_shown(body), json.loads(response.get_data(as_text=True)), "")


def check_head(response: TestResponse, head: str) -> None:
    status, *lines = head.splitlines()
    assert status == f"HTTP/1.1 {response.status}", response.get_data(as_text=True)[:500]
    for line in lines:
        name, _, value = line.partition(": ")
        compare(value, response.headers.get(name), name)


def parse_shown(body: str) -> Any:
    """JSON in which ``…`` may stand for further keys or elements."""
    text = re.sub(r",\s*…\s*}", "}", body)
    return json.loads(re.sub(r",\s*…\s*]", f', "{MORE}"]', text))


def compare(shown: Any, given: Any, place: str) -> None:
    """Fail at the first place where the part shown is not in what was given."""
    if isinstance(shown, dict) and isinstance(given, dict):
        for key, value in shown.items():
            assert key in given, f"{place}/{key} is not in the answer"
            compare(value, given[key], f"{place}/{key}")
    elif isinstance(shown, list) and isinstance(given, list):
        has_more = bool(shown) and shown[-1] == MORE
        wanted = shown[:-1] if has_more else shown
        assert len(given) > len(wanted) if has_more else len(given) == len(wanted), f"{place}: {len(given)} elements"
        for position, value in enumerate(wanted):
            compare(value, given[position], f"{place}/{position}")
    elif isinstance(shown, str) and MORE in shown and isinstance(given, str):
        pattern = ".*".join(re.escape(part) for part in shown.split(MORE))
        assert re.fullmatch(pattern, given, re.DOTALL), f"{place}: {given!r}"
    else:
        assert shown == given, f"{place}: {given!r}"
