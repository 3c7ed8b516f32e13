"""The table in shared memory that the rate limit counts in."""

import multiprocessing
import time
from pathlib import Path

import pytest

from kb_api import counting
from kb_api.counting import SharedCounts
from kb_api.rates import Rate


def test_as_many_as_allowed_and_no_more(tmp_path: Path) -> None:
    counts = SharedCounts(tmp_path / "counts", Rate(3, 60))

    allowed = [counts.take("a").allowed for _ in range(5)]

    assert allowed == [True, True, True, False, False]
    assert counts.peek("a").remaining == 0
    assert 0 < counts.peek("a").reset_seconds <= 60


def test_clients_do_not_share(tmp_path: Path) -> None:
    counts = SharedCounts(tmp_path / "counts", Rate(1, 60))
    counts.take("a")

    assert not counts.take("a").allowed
    assert counts.take("b").allowed


def test_what_is_given_back_may_be_taken_again(tmp_path: Path) -> None:
    counts = SharedCounts(tmp_path / "counts", Rate(1, 60))
    counts.take("a")

    counts.give_back("a")

    assert counts.take("a").allowed
    assert counts.give_back("b").remaining == 1


def test_a_window_ends(tmp_path: Path) -> None:
    counts = SharedCounts(tmp_path / "counts", Rate(1, 1))
    counts.take("a")

    time.sleep(1.05)

    assert counts.take("a").allowed


def test_without_a_path_nobody_else_counts() -> None:
    first, second = SharedCounts(None, Rate(1, 60)), SharedCounts(None, Rate(1, 60))
    first.take("a")

    assert second.take("a").allowed


def take_many(path: Path, wanted: int) -> int:
    counts = SharedCounts(path, Rate(500, 3_600))
    return sum(counts.take("a").allowed for _ in range(wanted))


def test_processes_share_one_count(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        allowed = pool.starmap(take_many, [(tmp_path / "counts", 250)] * 4)

    assert sum(allowed) == 500


def test_a_flood_of_clients_keeps_the_table_at_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "SLOTS", 16)
    counts = SharedCounts(tmp_path / "counts", Rate(2, 60))

    standings = [counts.take(f"client {number}") for number in range(1_000)]

    assert all(standing.allowed for standing in standings)
    assert (tmp_path / "counts").stat().st_size == counting.SALT.size + 16 * counting.SLOT.size
