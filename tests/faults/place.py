"""Where a check takes place: a folder of its own, a fresh database on the engine asked for, a PostgreSQL to be hurt."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.service import Service
from tests.support.filling import fill_from_seed
from tests.support.postgres import PostgresServer

_numbers = count(1)


@dataclass(frozen=True)
class Verdict:
    """Whether what must hold held, whether the times did, and the figures that say so.

    Times say something only where nothing else runs: the suite asks for what was counted, ``make faults`` for both.
    """

    holds: bool
    figures: str
    in_time: bool = True


@dataclass
class Place:
    """What a check may use. ``broken`` names the broken build that it is made with, for showing that it can fail."""

    engine: str
    folder: Path
    quick: bool
    broken: str
    server: PostgresServer | None
    _filled: Path = field(default_factory=Path)

    @property
    def postgres(self) -> PostgresServer:
        """The server of the check."""
        if self.server is None:
            raise RuntimeError("this check has no PostgreSQL")
        return self.server

    def make_database(self) -> str:
        """The address of a fresh database with the seed."""
        if self.server is not None:
            return self.server.create_database(f"fault_{next(_numbers)}", "filled")
        target = self.folder / f"kb{next(_numbers)}.sqlite3"
        shutil.copy(self._filled, target)
        return f"sqlite:///{target}"

    def make_service(
        self, database_url: str | None = None, *, workers: int = 2, before: tuple[str, ...] = ()
    ) -> Service:
        """The service, not started."""
        url = database_url or self.make_database()
        return Service(url, self.folder / "service.log", workers=workers, broken=self.broken, before=before)


@contextmanager
def make_place(engine: str, *, quick: bool, broken: str = "") -> Iterator[Place]:
    """A place that is gone afterwards."""
    with TemporaryDirectory(prefix="kb-api-faults-") as folder:
        server = PostgresServer() if engine == "postgresql" else None
        filled = Path(folder) / "filled.sqlite3"
        fill_from_seed(server.create_database("filled") if server else f"sqlite:///{filled}")
        try:
            yield Place(engine, Path(folder), quick, broken, server, filled)
        finally:
            if server is not None:
                server.remove()
