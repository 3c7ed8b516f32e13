"""Migrations up, down and up again leave no trace, and the tables they make are those of the models.

``python -m tests.check_migrations`` holds this on SQLite and on PostgreSQL.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.migrating import migrate
from tests.support.postgres import QUICK, PostgresServer


def main() -> int:
    """Print what was found; 1 when the tables drift from the models or a downgrade leaves something."""
    with TemporaryDirectory() as folder:
        faults = check(f"sqlite:///{Path(folder) / 'kb.sqlite3'}")
    server = PostgresServer(QUICK)
    try:
        faults += check(server.create_database("migrated"))
    finally:
        server.remove()
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    if not faults:
        sys.stdout.write("migrations: up, down, up on both databases; no drift\n")
    return 1 if faults else 0


def check(url: str) -> list[str]:
    """What is wrong with the migrations on this empty database."""
    database = Database(url)
    migrate(database)
    migrate(database, "base")
    left = set(inspect(database.writing_engine).get_table_names()) - {"alembic_version"}
    faults = [f"{database.writing_engine.dialect.name}: after the downgrade there is still '{name}'" for name in left]
    migrate(database)
    config = Config()
    config.set_main_option("script_location", str(find_folder("migrations")))
    with database.writing_engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)
    database.dispose()
    return faults


if __name__ == "__main__":
    sys.exit(main())
