"""The service as a process group that can be killed, hung up on and started again."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from kb_api.database import Database
from kb_api.editing.keys import create_key
from kb_api.vocabulary import Scope
from tests.faults.client import Client
from tests.support.serving import find_free_port

START_SECONDS = 120.0


class Service:
    """``kb-api serve`` on a port of the loopback; ``broken`` names a way in which the build is broken."""

    def __init__(
        self,
        database_url: str,
        log: Path,
        *,
        workers: int = 1,
        broken: str = "",
        before: tuple[str, ...] = (),
        **settings: str,
    ) -> None:
        self.database_url, self.log, self.port = database_url, log, find_free_port()
        self._before = before
        # What is measured is the command itself, without what breaks it.
        self._module = "tests.faults.broken" if broken else "kb_api.cli"
        self._arguments = ["serve", "--port", str(self.port), "--workers", str(workers)]
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("KB_API_")}
        self._environment |= {
            "KB_API_DATABASE_URL": database_url,
            "KB_FAULTS_BROKEN": broken,
            "KB_API_LOG_LEVEL": "warning",
        }
        self._environment |= {f"KB_API_{name.upper()}": value for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def start(self) -> float:
        """Start, and wait until a request is answered; how many seconds that took."""
        began = time.monotonic()
        command = [*self._before, sys.executable, "-m", self._module, *self._arguments]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=output, stderr=output, start_new_session=True
            )
        while time.monotonic() - began < START_SECONDS:
            if self._process.poll() is not None:
                break
            client = self.client(timeout=2.0)
            answer = client.get("/v1/signs?limit=1")
            client.close()
            if answer.status == 200:
                return time.monotonic() - began
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"the service did not start:\n{self.log.read_text(errors='replace')[-3_000:]}")

    def client(self, *, timeout: float = 30.0, key: str = "") -> Client:
        """A client with a connection of its own."""
        return Client(self.port, timeout=timeout, key=key)

    def make_key(self) -> str:
        """A key that may edit, made past the service as an operator makes one."""
        database = Database(self.database_url)
        with database.write() as session:
            key = create_key(session, holder="harness", scope=Scope.EDITOR)
            session.commit()
        database.dispose()
        return key

    def hang_up(self) -> None:
        """HUP, to the process that an operator would send it to."""
        self._started.send_signal(signal.SIGHUP)

    def terminate(self, *, seconds: float = 30.0) -> bool:
        """TERM; whether it ended in time."""
        self._started.send_signal(signal.SIGTERM)
        try:
            self._started.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End every process of the group with SIGKILL."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the service was not started")
        return self._process
