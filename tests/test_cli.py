"""The command line, as a user types it."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kb_api.folders import find_folder


def run(*arguments: str, database: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kb_api.cli", *arguments]
    variables = {**os.environ, "KB_API_DATABASE_URL": f"sqlite:///{database}", **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=variables, timeout=120)


def test_migrate_load_export_and_status(tmp_path: Path) -> None:
    database = tmp_path / "kb.sqlite3"

    assert run("migrate", database=database).returncode == 0
    loaded = run("seed", "load", database=database)
    again = run("seed", "load", database=database)
    exported = run("seed", "export", str(tmp_path / "out"), database=database)
    status = run("status", database=database)

    assert "loaded as revision 1" in loaded.stdout
    assert "no revision" in again.stdout
    assert exported.returncode == 0
    assert (tmp_path / "out" / "signs.yaml").read_bytes() == (find_folder("seed") / "signs.yaml").read_bytes()
    assert status.stdout.startswith("revision 1: 11 signs, 30 mechanisms")


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["status"], {}, "run 'kb-api migrate'"),
        (["status"], {"KB_API_DATABASE_URL": "nonsense"}, "not a database address"),
        (["status"], {"KB_API_DATABASE_URL": "mysql://localhost/x"}, "no support for 'mysql'"),
        (["seed", "check", "/nowhere"], {}, "does not exist"),
        (["seed", "load"], {}, "the database cannot do it"),
        (["fly"], {}, "No such command"),
        (["serve", "--port", "99999"], {}, "not in the range"),
    ],
)
def test_errors_end_with_a_message_and_no_traceback(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], said: str
) -> None:
    result = run(*arguments, database=tmp_path / "kb.sqlite3", **environment)

    assert result.returncode != 0
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_serve_help_lists_every_setting(tmp_path: Path) -> None:
    help_text = run("serve", "--help", database=tmp_path / "kb.sqlite3").stdout

    for word in ("--host", "--port", "--workers", "KB_API_DATABASE_URL", "KB_API_PUBLIC_URL"):
        assert word in help_text


def test_serve_fills_an_empty_database_and_answers(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "kb_api.cli", "serve", "--port", str(port)]
    variables = {**os.environ, "KB_API_DATABASE_URL": f"sqlite:///{tmp_path / 'kb.sqlite3'}"}
    server = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        body = _get_when_up(port, "/v1/signs?mechanism=nmda-receptor&limit=1")
    finally:
        server.terminate()
        output, _ = server.communicate(timeout=120)

    assert b'"brain-fog"' in body
    assert f"http://127.0.0.1:{port}/" in output
    assert "loaded as revision 1" in output


def _get_when_up(port: int, target: str) -> bytes:
    for _ in range(1_200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", target)
            return connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
