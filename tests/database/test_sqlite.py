import pytest

from kb_api.database import sqlite
from kb_api.database.sqlite import check_processes, has_reset_bug
from kb_api.errors import SettingsError


@pytest.mark.parametrize(
    ("version", "has_bug"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_versions_with_the_reset_bug(version: tuple[int, int, int], has_bug: bool) -> None:
    assert has_reset_bug(version) is has_bug


def test_several_processes_are_refused_on_a_library_with_the_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "has_reset_bug", lambda: True)

    with pytest.raises(SettingsError, match="pysqlite3"):
        check_processes(2)


def test_one_process_is_warned_on_a_library_with_the_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "has_reset_bug", lambda: True)

    assert "WAL-reset bug" in str(check_processes(1))


def test_the_library_in_the_lock_file_has_no_bug() -> None:
    assert check_processes(64) is None
