"""How Alembic reaches the database: by the same settings and engines as the service."""

from alembic import context

from kb_api.database import Database
from kb_api.models import Base
from kb_api.settings import read_settings


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the tables that SQLite keeps below a full-text index."""
    return not (kind == "table" and name is not None and name.startswith("search_fts"))


def include_object(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Leave out the indexes that only PostgreSQL has."""
    is_document_index = kind == "index" and name is not None and name.startswith("ix_search_entry_document")
    return not (is_document_index and context.get_context().dialect.name == "sqlite")


def run_migrations() -> None:
    """Every pending migration, in one transaction, on the connection given or on the configured database."""
    connectable = context.config.attributes.get("connection") or Database(read_settings().database_url).writing_engine
    if hasattr(connectable, "connect"):
        with connectable.connect() as connection:
            _migrate(connection)
            connection.commit()
    else:
        _migrate(connectable)


def _migrate(connection: object) -> None:
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=Base.metadata,
        include_name=include_name,
        include_object=include_object,
        render_as_batch=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run_migrations()
