"""Bringing a database's tables to the version of this code.

Rule: migrations are the only thing that changes tables.
"""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from kb_api.database import Database
from kb_api.folders import find_folder


def migrate(database: Database, revision: str = "head") -> None:
    """Run every migration up to ``revision``, or undo those after it; to ``base``, undo them all."""
    config = _configure()
    with database.writing_engine.connect() as connection:
        config.attributes["connection"] = connection
        current = MigrationContext.configure(connection).get_current_revision()
        step = command.downgrade if revision in ["base", *_steps_before(config, current)] else command.upgrade
        step(config, revision)
        connection.commit()


def pending_migrations(database: Database) -> list[str]:
    """The migrations that the database has not seen yet."""
    config = _configure()
    with database.writing_engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    script = ScriptDirectory.from_config(config)
    return [step.revision for step in script.iterate_revisions("head", current or "base")]


def _steps_before(config: Config, current: str | None) -> list[str]:
    if current is None:
        return []
    steps = ScriptDirectory.from_config(config).iterate_revisions(current, "base")
    return [step.revision for step in steps if step.revision != current]


def _configure() -> Config:
    config = Config()
    config.set_main_option("script_location", str(find_folder("migrations")))
    return config
