"""The folder in memory that the processes of one service share."""

import os
from pathlib import Path

import pytest

from kb_api import sharing
from kb_api.sharing import OWNER, VARIABLE, shared_folder, sweep


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sharing, "MEMORY", tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path


def test_a_folder_is_made_told_and_removed() -> None:
    with shared_folder() as folder:
        assert os.environ[VARIABLE] == str(folder)
        assert folder.stat().st_mode & 0o077 == 0

    assert not folder.exists()
    assert VARIABLE not in os.environ


def test_the_folder_of_the_setting_is_used_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))

    with shared_folder() as folder:
        assert folder == tmp_path

    assert tmp_path.exists()


def test_what_a_killed_service_left_is_swept_away(memory: Path) -> None:
    left = memory / "kb-api-dead"
    left.mkdir()
    (left / OWNER).touch()

    sweep()

    assert not left.exists()


def test_what_a_living_service_uses_is_not_swept_away() -> None:
    with shared_folder() as folder:
        sweep()

        assert folder.exists()
