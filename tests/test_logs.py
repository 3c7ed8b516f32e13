"""The log of a worker: several lines at a time, and none lost when it is told to stop."""

import json
import os
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.serving import Served, serve

ASKED = 40

pytestmark = pytest.mark.only_on("sqlite", reason="no database takes part in what is logged")


def ask(served: Served) -> None:
    for _ in range(ASKED):
        with urlopen(f"{served.url}/v1/forms?limit=2") as response:  # noqa: S310 - the address is ours.
            response.read()


def count_lines(log: Path) -> int:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return len([line for line in lines if line.get("route") == "/v1/forms"])


def test_lines_are_written_without_waiting_for_more(read_url: str, tmp_path: Path) -> None:
    with serve(read_url, tmp_path / "log", workers=1) as served:
        ask(served)
        for _ in range(600):
            if count_lines(served.log) == ASKED:
                break
            time.sleep(0.1)

        assert count_lines(served.log) == ASKED


def test_a_worker_that_is_told_to_stop_has_written_every_line(read_url: str, tmp_path: Path) -> None:
    with serve(read_url, tmp_path / "log", workers=1) as served:
        ask(served)

    assert count_lines(served.log) == ASKED


def test_a_log_that_nobody_reads_keeps_nobody_from_an_answer(read_url: str, tmp_path: Path) -> None:
    pipe = tmp_path / "log"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with serve(read_url, pipe, workers=1) as served:
        os.close(reader)

        for _ in range(4):
            ask(served)
