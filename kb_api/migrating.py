"""Bringing a database's tables to the version of this code.

Rule: migrations are the only thing that changes tables. They form one line, in the order of the numbers that their
files begin with; what is pending is told by these alone, so that a start with nothing to do does not load Alembic.
"""

from typing import TYPE_CHECKING

from sqlalchemy import column, inspect, select, table

from kb_api.database import Database
from kb_api.errors import StorageError
from kb_api.folders import find_folder

if TYPE_CHECKING:
    from alembic.config import Config

ALEMBIC_VERSION = table("alembic_version", column("version_num"))
"""Where Alembic notes the last migration that a database has seen."""


def migrate(database: Database, revision: str = "head") -> None:
    """Run every migration up to ``revision``, or undo those after it; to ``base``, undo them all."""
    from alembic import command  # noqa: PLC0415 - a tenth of a start, which seldom has anything to migrate.

    numbers = ["base", *_numbers()]
    target = numbers[-1] if revision == "head" else revision
    current = _read_current(database) or "base"
    is_down = target in numbers and numbers.index(target) < numbers.index(current)
    config = configure()
    with database.writing_engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if is_down else command.upgrade)(config, revision)
        connection.commit()


def pending_migrations(database: Database) -> list[str]:
    """The migrations that the database has not seen yet. Raises ``StorageError`` when it has seen one from later."""
    current = _read_current(database)
    return [number for number in _numbers() if current is None or number > current]


def configure() -> "Config":
    """What Alembic needs to know."""
    from alembic.config import Config  # noqa: PLC0415 - as above.

    config = Config()
    config.set_main_option("script_location", str(find_folder("migrations")))
    return config


def _numbers() -> list[str]:
    files = (find_folder("migrations") / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def _read_current(database: Database) -> str | None:
    with database.read(from_primary=True) as session:
        if not inspect(session.connection()).has_table(ALEMBIC_VERSION.name):
            return None
        current: str | None = session.execute(select(ALEMBIC_VERSION)).scalar()
    if current is not None and current not in _numbers():
        raise StorageError(f"the tables are at '{current}', which this version does not know: use a newer one")
    return current
