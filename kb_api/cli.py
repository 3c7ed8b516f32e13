"""The command ``kb-api``.

Rule: every error ends with a message and a non-zero exit, never with a traceback.
"""

import sys
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import click
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

import kb_api
from kb_api.copying import (
    EXPORTERS,
    copy_database,
    import_entries,
    parse_entries,
    restore_backup,
    write_backup,
)
from kb_api.database import Database, check_processes
from kb_api.editing.keys import create_key, list_keys, revoke_keys
from kb_api.errors import KnowledgeBaseError, SettingsError, StorageError
from kb_api.folders import find_folder
from kb_api.migrating import migrate as run_migrations
from kb_api.migrating import pending_migrations
from kb_api.models import Clock, Thing
from kb_api.search import rebuild_index
from kb_api.seeding import ClashError, Preference, check_seed, export_seed, load_records
from kb_api.settings import MEANINGS, PREFIX, read_settings
from kb_api.vocabulary import PLURALS, Kind, Scope

SETTINGS_HELP = "Settings, from the environment:\n\n" + "\n\n".join(
    f"  {PREFIX}{name.upper()}: {meaning}" for name, meaning in MEANINGS.items()
)


class Command(click.Group):
    """A group whose commands turn our errors into one line on stderr."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KnowledgeBaseError as error:
            raise click.ClickException(str(error)) from error
        except SQLAlchemyError as error:
            raise click.ClickException(f"the database cannot do it: {_first_line(error)}") from error
        except OSError as error:
            raise click.ClickException(f"{error.strerror}: {error.filename}") from error


@click.group(cls=Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(kb_api.__version__)
def main() -> None:
    """An evidence-checked knowledge base about magnesium deficiency, served as a REST API."""


@main.command(epilog=SETTINGS_HELP)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that serve.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve over HTTP; a new database is made and filled first."""
    from kb_api.serving import run_server  # noqa: PLC0415 - the server's library is for this command only.

    warn_of_sqlite(workers)
    prepare_database()
    announce(host, port)
    run_server(host=host, port=port, workers=workers)


@main.command()
@click.option(
    "--to", "revision", default="head", show_default=True, help="'head', a migration's number, or 'base' to undo all."
)
def migrate(revision: str) -> None:
    """Bring the database's tables to this version."""
    database = open_database()
    run_migrations(database, revision)
    click.echo(f"the tables are at '{revision}'")


@main.group()
def seed() -> None:
    """Check, load and export the seed files."""


@seed.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
def check_command(folder: Path | None) -> None:
    """List everything that is wrong in the seed files."""
    records, problems = check_seed(folder or find_folder("seed"))
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} problems in the seed")
    click.echo(f"the seed is sound: {count_kinds(records)}")


@seed.command("load")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--theirs", "preference", flag_value="theirs", help="Where both changed, the files are to stand.")
@click.option("--ours", "preference", flag_value="ours", help="Where both changed, what stands is to stay.")
def load_command(folder: Path | None, preference: str | None) -> None:
    """Load the seed files as one revision; what is as it was is no revision.

    What editors have changed since the last load is kept while the files have left it alone. What both have changed is
    listed, and nothing is loaded without --theirs or --ours.
    """
    preferred = Preference(preference or Preference.NEITHER)
    click.echo(load_seed(open_database(), folder or find_folder("seed"), preferred))


@seed.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export_command(folder: Path) -> None:
    """Write what stands in the database as seed files below FOLDER."""
    with open_database().read() as session:
        names = export_seed(session, folder)
    click.echo(f"wrote {len(names)} files below {folder}")


@main.group()
def keys() -> None:
    """Make, list and revoke the keys of editors."""


@keys.command("create")
@click.option("--name", required=True, help="Who holds it: the name that every revision shows, in public.")
@click.option("--scope", required=True, type=click.Choice([str(scope) for scope in Scope]), help="What it allows.")
@click.option("--expires", help="When it ends: 2027-01-31, 2027-01-31T12:00:00Z, or from now: 90d, 12h.")
def create_key_command(name: str, scope: str, expires: str | None) -> None:
    """Make a key and print it on the last line, once: only a digest of it is stored."""
    until = read_moment(expires) if expires else None
    with open_migrated_database().write() as session:
        key = create_key(session, holder=name, scope=Scope(scope), expires_at=until)
        session.commit()
    click.echo(f"a key for {name} ({scope}), {describe_expiry(until)}; it is shown this once")
    click.echo(key)


@keys.command("list")
def list_keys_command() -> None:
    """List every key: its id, who holds it, what it allows, and whether it holds."""
    with open_migrated_database().read() as session:
        for key in list_keys(session):
            state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else describe_expiry(key.expires_at)
            click.echo(f"{key.public_id}  {key.scope:6}  {key.holder}  made {key.created_at:%Y-%m-%d}  {state}")


@keys.command("revoke")
@click.argument("key")
def revoke_key_command(key: str) -> None:
    """Let a key hold no longer: KEY is its id, the key itself, or the name of who holds it (all of theirs)."""
    with open_migrated_database().write() as session:
        revoked = revoke_keys(session, key)
        session.commit()
    click.echo(f"revoked: {', '.join(revoked)}")


@main.command()
@click.option("--http", is_flag=True, help="Serve over HTTP at /mcp instead of over stdin and stdout.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on, with --http.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="Port, with --http.")
def mcp(http: bool, host: str, port: int) -> None:
    """Serve the knowledge base to language models, by the Model Context Protocol; read-only."""
    from kb_api.mcp import serve_http, serve_stdio  # noqa: PLC0415 - the protocol's library is for this command only.

    database, settings = open_migrated_database(), read_settings()
    if http:
        serve_http(database, settings, host=host, port=port)
    else:
        serve_stdio(database, settings)


@main.group()
def search() -> None:
    """Look after the search index."""


@search.command("rebuild")
def rebuild_command() -> None:
    """Make the index from nothing; needed only when a new version of the package indexes otherwise."""
    with open_database().write() as session:
        indexed = rebuild_index(session)
        session.commit()
    click.echo(f"indexed {indexed} things")


@main.command()
@click.option("--write", is_flag=True, help="Write openapi.yaml beside the package instead of printing it.")
def openapi(write: bool) -> None:
    """Print the OpenAPI document, with examples asked of the seed."""
    from kb_api.views.describing import describe_api, dump_openapi  # noqa: PLC0415 - for this command only.
    from kb_api.views.service import openapi_file  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        settings = read_settings(database_url=f"sqlite:///{Path(folder) / 'kb.sqlite3'}", max_statement_seconds=60.0)
        database = Database(settings.database_url)
        run_migrations(database)
        load_seed(database, find_folder("seed"))
        document = dump_openapi(describe_api(kb_api.create_app(settings)))
    if write:
        openapi_file().write_text(document, encoding="utf-8")
        click.echo(f"wrote {openapi_file()}")
    else:
        click.echo(document, nl=False)


@main.command("copy")
@click.option("--from", "source", required=True, help="Address of the database to copy.")
@click.option("--to", "target", required=True, help="Address of an empty database.")
def copy_command(source: str, target: str) -> None:
    """Move content, record and keys to another database: sqlite:///… or postgresql://…"""
    revision = copy_database(Database(source), Database(target), progress=show_progress)
    click.echo(f"copied everything up to revision {revision}")


@main.command("export")
@click.argument("file", type=click.File("wb", atomic=True))
@click.option("--format", "name", type=click.Choice(list(EXPORTERS)), help="Otherwise told from FILE's name, or json.")
def export_everything(file: BinaryIO, name: str | None) -> None:
    """Write the whole knowledge base to FILE; '-' is standard output.

    json and ndjson hold the whole record and can be imported; jsonld and turtle hold what stands.
    """
    form = name or EXTENSIONS.get(Path(file.name).suffix, "json")
    base_url = read_settings().public_url
    with open_migrated_database().read() as session:
        for number, part in enumerate(EXPORTERS[form](session, base_url), start=1):
            file.write(part)
            if number % PARTS_SHOWN == 0:
                show_progress(f"exported as {form}", number, 0)
        revision = session.execute(select(Clock.revision)).scalar()
    click.echo(f"exported revision {revision} as {form}", err=True)


@main.command("import")
@click.argument("file", type=click.File("rb"))
def import_everything(file: BufferedReader) -> None:
    """Build an empty database up from FILE, an export as json or ndjson; '-' is standard input."""
    database = open_database()
    if pending_migrations(database):
        run_migrations(database)
    with database.write() as session:
        revision = import_entries(session, parse_entries(file), progress=show_progress)
        session.commit()
    click.echo(f"imported: the database is at revision {revision}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write a backup to FILE while the service goes on; it restores into either engine.

    A plain copy of a SQLite file in use is no backup: what stands in its log is missing, or the copy is torn.
    """
    revision = write_backup(open_database(), file, progress=show_progress)
    click.echo(f"wrote revision {revision} to {file}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put the backup in the place of what stands.")
def restore(file: Path, replace: bool) -> None:
    """Put the backup FILE into the database, in one step that running processes see at their next request."""
    revision = restore_backup(file, open_database(), replace=replace, progress=show_progress)
    click.echo(f"restored: the database is at revision {revision}")


@main.command()
def status() -> None:
    """Tell what the database holds."""
    database = open_migrated_database()
    with database.read() as session:
        revision = session.execute(select(Clock.revision)).scalar()
        query = select(Thing.kind, func.count()).where(Thing.retracted_in.is_(None)).group_by(Thing.kind)
        counted = {row[0]: row[1] for row in session.execute(query)}
    click.echo(f"revision {revision}: " + ", ".join(f"{counted.get(kind, 0)} {PLURALS[kind]}" for kind in Kind))


PARTS_SHOWN = 1_000
"""After how many parts of an export a line tells how far it is."""

EXTENSIONS = {".json": "json", ".ndjson": "ndjson", ".jsonld": "jsonld", ".ttl": "turtle"}
"""What a file's name says of its form."""


def open_database() -> Database:
    """The database of the settings."""
    return Database(read_settings().database_url)


def warn_of_sqlite(workers: int) -> None:
    """Say what the SQLite at hand cannot be trusted with; refuse several processes on such a one."""
    if open_database().is_sqlite and (warning := check_processes(workers)):
        click.echo(f"Warning: {warning}", err=True)


def open_migrated_database() -> Database:
    """The database of the settings, whose tables are those of this version."""
    database = open_database()
    if pending := pending_migrations(database):
        raise StorageError(f"the tables wait for {len(pending)} migrations: run 'kb-api migrate'")
    return database


def read_moment(written: str) -> datetime:
    """A date, a moment (of UTC unless it says otherwise) or a duration from now. Raises ``SettingsError``."""
    try:
        if written[-1:] in DURATIONS and written[:-1].isdigit():
            return datetime.now(UTC) + timedelta(seconds=int(written[:-1]) * DURATIONS[written[-1]])
        moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError) as error:
        message = f"'{written}' is no moment: write 2027-01-31, 2027-01-31T12:00:00Z, 90d or 12h"
        raise SettingsError(message) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


DURATIONS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
"""Unit → seconds."""


def describe_expiry(until: datetime | None) -> str:
    """``for good``, ``until 2027-01-31 00:00 UTC``, or ``expired …``."""
    if until is None:
        return "for good"
    word = "until" if until > datetime.now(UTC) else "expired"
    return f"{word} {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def prepare_database() -> None:
    """Migrate, and fill an empty database from the seed, saying so."""
    database = open_database()
    if pending := pending_migrations(database):
        click.echo(f"running {len(pending)} migrations")
        run_migrations(database)
    with database.read() as session:
        revision = session.execute(select(Clock.revision)).scalar()
    if not revision:
        click.echo(load_seed(database, find_folder("seed")))
    database.dispose()


def show_progress(table: str, done: int, total: int) -> None:
    """One line for what has been moved so far."""
    click.echo(f"{table}: {done} of {total}" if total else f"{table}: {done}", err=True)


def announce(host: str, port: int) -> None:
    """The addresses worth opening."""
    base = f"http://{host}:{port}"
    click.echo(f"serving {base} (stop with Ctrl-C)")
    click.echo(f"  explorer       {base}/")
    click.echo(f"  API reference  {base}/docs")
    click.echo(f"  an example     {base}/v1/signs?mechanism=nmda-receptor&include=claims,references")


def load_seed(database: Database, folder: Path, preference: Preference = Preference.NEITHER) -> str:
    """Check and load a seed folder, and say what came of it. Raises when anything is wrong, and nothing is loaded."""
    records, problems = check_seed(folder)
    if problems:
        for problem in problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"{len(problems)} problems in the seed: nothing was loaded")
    try:
        with database.write() as session:
            outcome = load_records(
                session, records, author="seed", message=f"load {folder.name}", preference=preference
            )
            session.commit()
    except ClashError as error:
        for clash in error.clashes:
            click.echo(str(clash), err=True)
        count = len(error.clashes)
        raise click.ClickException(
            f"{count} records were changed by editors and by the files, and nothing was loaded: "
            "--theirs takes the files, --ours keeps what stands"
        ) from error
    if outcome.revision is None:
        return "nothing in the seed is new: no revision"
    return f"loaded as revision {outcome.revision}: {len(outcome.changes)} changes ({count_kinds(records)})"


def count_kinds(records: list[tuple[Kind, dict[str, Any]]]) -> str:
    """``11 signs, 30 mechanisms, …``"""
    kinds = [kind for kind, _ in records]
    return ", ".join(f"{kinds.count(kind)} {PLURALS[kind]}" for kind in Kind if kind in kinds)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
