"""Migrations up, down and up again leave no trace, and the tables they make are those of the models."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.migrating import migrate


def main() -> int:
    """Print what was found; 1 when the tables drift from the models or a downgrade leaves something."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'kb.sqlite3'}")
        migrate(database)
        migrate(database, "base")
        left = set(inspect(database.writing_engine).get_table_names()) - {"alembic_version"}
        if left:
            sys.stderr.write(f"after the downgrade there are still: {', '.join(sorted(left))}\n")
            return 1
        migrate(database)
        config = Config()
        config.set_main_option("script_location", str(find_folder("migrations")))
        with database.writing_engine.connect() as connection:
            config.attributes["connection"] = connection
            command.check(config)
        database.dispose()
    sys.stdout.write("migrations: up, down, up; no drift\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
