"""Print how well questions are answered, by half and language.

``python -m benchmarks.answers [--by-meaning] [--misses]``; ``--by-meaning`` needs the extra ``embeddings``.

A database is made from the seed in a temporary folder, so that the figures speak of the content in this checkout.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.answers.measuring import Outcome, ask, read_questions, summarise
from kb_api.answers import is_available
from kb_api.database import Database
from kb_api.folders import find_folder
from kb_api.migrating import migrate
from kb_api.seeding import check_seed, load_records

FIGURES = {
    "questions": "d",
    "hit_at_1": ".3f",
    "hit_at_3": ".3f",
    "mrr": ".3f",
    "abstention_f1": ".3f",
    "wrongly_refused": ".3f",
    "emergencies_caught": ".3f",
    "false_alarms": ".3f",
    "reason_right": ".3f",
    "cpu_ms_median": ".2f",
    "cpu_ms_p95": ".2f",
}
"""Figure → how it is written."""


def main(arguments: Sequence[str]) -> None:
    """Ask every question of a fresh database and print the tables."""
    if "--by-meaning" in arguments and not is_available():
        sys.exit("the extra is not installed: pip install 'kb-api[embeddings]'")
    with TemporaryDirectory() as folder:
        database = make_database(Path(folder))
        outcomes = ask(database, read_questions(), by_meaning="--by-meaning" in arguments)
        database.dispose()
    for half in ("tune", "check"):
        print_table(half, [outcome for outcome in outcomes if outcome.question["half"] == half])
    if "--misses" in arguments:
        print_misses(outcomes)


def make_database(folder: Path) -> Database:
    """The seed in a SQLite file of that folder."""
    database = Database(f"sqlite:///{folder / 'kb.sqlite3'}")
    migrate(database)
    records, problems = check_seed(find_folder("seed"))
    if problems:
        sys.exit("\n".join(map(str, problems)))
    with database.write() as session:
        load_records(session, records, author="benchmark", message="load seed")
        session.commit()
    return database


def print_table(half: str, outcomes: Sequence[Outcome]) -> None:
    columns = {
        language: summarise([outcome for outcome in outcomes if outcome.question["lang"] == language])
        for language in ("sv", "en")
    }
    print(f"{half:<20}{'sv':>10}{'en':>10}")
    for figure, form in FIGURES.items():
        print(f"{figure:<20}" + "".join(f"{summary[figure]:>10{form}}" for summary in columns.values()))
    print()


def print_misses(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if not outcome.is_right:
            question = outcome.question
            expected = question.get("claims") or question["refused"]
            place = f"{question['id']} {question['half']}"
            print(f"{place} {question['question']!r}: expected {expected}, got {outcome.found}")


if __name__ == "__main__":
    main(sys.argv[1:])
