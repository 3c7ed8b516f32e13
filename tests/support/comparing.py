"""Two engines, one base: the same requests to both, and every difference between the answers.

``python -m tests.support.comparing --requests 10000`` prints what it found; the suite runs a shorter round.
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from flask import Flask
from werkzeug.test import TestResponse

from kb_api import create_app
from kb_api.copying import copy_database
from kb_api.database import Database
from kb_api.settings import Settings
from tests.support.filling import PATIENT, fill_from_seed
from tests.support.generating import MadeRequest, RequestMaker
from tests.support.postgres import QUICK, PostgresServer

COMPARED_HEADERS = (
    "Content-Type",
    "Content-Language",
    "ETag",
    "Link",
    "KB-Revision",
    "Location",
    "Cache-Control",
    "Allow",
)
SAMPLES_KEPT = 10


@dataclass
class Comparison:
    """What came of it: how many answers of each status there were, and the first differences in full."""

    statuses: Counter[int] = field(default_factory=Counter)
    different: int = 0
    samples: list[str] = field(default_factory=list)


def compare(first: Flask, second: Flask, *, seed: int, requests: int) -> Comparison:
    """Send the same requests to both applications and compare status, headers and bytes."""
    maker = RequestMaker(first, first.extensions["kb_database"], seed=seed)
    clients = first.test_client(), second.test_client()
    found = Comparison()
    for _ in range(requests):
        request = maker.make()
        answers = [send(client, request) for client in clients]
        found.statuses[answers[0].status_code] += 1
        if difference := find_difference(*answers):
            found.different += 1
            if len(found.samples) < SAMPLES_KEPT:
                found.samples.append(f"{request.method} {request.address} {request.body or ''}\n  {difference}")
        maker.note_link(_next_link(answers[0]))
    return found


def compare_searches(first: Flask, second: Flask, *, seed: int, questions: int) -> tuple[int, int]:
    """Of so many questions: for how many the hits are the same, and for how many the first three."""
    maker = RequestMaker(first, first.extensions["kb_database"], seed=seed)
    clients = first.test_client(), second.test_client()
    same, same_first = 0, 0
    for _ in range(questions):
        question = maker.make_question()
        hits = [
            [hit["url"] for hit in client.get("/v1/search", query_string={"q": question}).json["data"]]
            for client in clients
        ]
        same += hits[0] == hits[1]
        same_first += hits[0][:3] == hits[1][:3]
    return same, same_first


def send(client: Any, request: MadeRequest) -> TestResponse:
    """The answer of one application."""
    response: TestResponse = client.open(
        request.address, method=request.method, headers=request.headers, json=request.body
    )
    return response


def find_difference(first: TestResponse, second: TestResponse) -> str | None:
    """The first thing in which two answers differ, in words."""
    if first.status_code != second.status_code:
        return f"status {first.status_code} / {second.status_code}: {second.data[:300]!r}"
    for name in COMPARED_HEADERS:
        if first.headers.get(name) != second.headers.get(name):
            return f"{name}: {first.headers.get(name)} / {second.headers.get(name)}"
    if first.data == second.data:
        return None
    place = next((at for at, pair in enumerate(zip(first.data, second.data, strict=False)) if pair[0] != pair[1]), -1)
    around = slice(max(place - 80, 0), place + 80)
    return f"at byte {place}: {first.data[around]!r} / {second.data[around]!r}"


def make_pair(folder: Path, server: PostgresServer) -> tuple[Flask, Flask]:
    """The seed in SQLite and, copied from there, in PostgreSQL."""
    urls = f"sqlite:///{folder / 'compared.sqlite3'}", server.create_database("compared")
    fill_from_seed(urls[0])
    databases = [Database(url) for url in urls]
    copy_database(databases[0], databases[1], progress=lambda *_: None)
    for database in databases:
        database.dispose()
    return create_app(Settings(database_url=urls[0], **PATIENT)), create_app(Settings(database_url=urls[1], **PATIENT))


def _next_link(answer: TestResponse) -> str | None:
    if not answer.is_json or answer.status_code != 200:
        return None
    links = answer.get_json().get("links")
    return links.get("next") if isinstance(links, dict) else None


@click.command()
@click.option("--requests", default=10_000, show_default=True)
@click.option("--questions", default=200, show_default=True)
@click.option("--seed", default=6, show_default=True)
def main(requests: int, questions: int, seed: int) -> None:
    """Compare the answers of both engines; exit 1 on a difference."""
    server = PostgresServer(QUICK, in_memory=True)
    try:
        with TemporaryDirectory() as folder:
            pair = make_pair(Path(folder), server)
            found = compare(*pair, seed=seed, requests=requests)
            same, same_first = compare_searches(*pair, seed=seed, questions=questions)
    finally:
        server.remove()
    click.echo(
        f"{requests} requests, statuses {dict(sorted(found.statuses.items()))}: {found.different} answers differ"
    )
    for sample in found.samples:
        click.echo(sample)
    click.echo(f"{questions} questions: the same hits for {same}, the same first three for {same_first}")
    sys.exit(1 if found.different or same_first < 0.95 * questions else 0)


if __name__ == "__main__":
    main()
