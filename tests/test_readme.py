"""The README: its requests give the answers that it shows, and it lists every setting and command."""

import json
import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from flask.testing import FlaskClient

from kb_api.cli import main
from kb_api.settings import PREFIX, Settings
from tests.docs.reading import compare

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\ncurl '(http[^']+)'\n```\n```json\n(.+?)\n```", README, re.DOTALL)


@pytest.mark.parametrize(("address", "shown"), EXAMPLES)
def test_a_request_gives_the_answer_shown(client: FlaskClient, address: str, shown: str) -> None:
    parts = urlsplit(address)

    answer = client.get(f"{parts.path}?{parts.query}").get_json()

    compare(json.loads(shown.replace(", …}", "}"))["data"], answer["data"], "/data")


def test_there_are_five_requests() -> None:
    assert len(EXAMPLES) >= 5


def test_every_setting_is_listed() -> None:
    for field in fields(Settings):
        assert f"`{PREFIX}{field.name.upper()}`" in README, field.name


def test_every_command_is_listed() -> None:
    assert isinstance(main, click.Group)
    for name in main.commands:
        assert re.search(rf"\b{name}\b", README), name
