"""Is the seed fit to be loaded? Each record by the schema of the API, then all of them together.

Rule: every problem is listed, with file, line, slug and what to do; the first one never hides the rest.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from kb_api.editing import find_mentions
from kb_api.schemas.base import messages_of
from kb_api.schemas.records import RECORDS
from kb_api.seeding.files import Problem, Record, SeedRecord, read_records
from kb_api.vocabulary import Kind, Language

IDENTIFIERS = ("doi", "pmid", "pmcid")


def check_seed(folder: Path) -> tuple[list[tuple[Kind, Record]], list[Problem]]:
    """The valid records of a seed folder in loading order, and all problems found."""
    found, problems = read_records(folder)
    loaded: list[tuple[SeedRecord, Record]] = []
    for seed_record in found:
        try:
            loaded.append((seed_record, RECORDS[seed_record.kind].load(seed_record.data)))
        except ValidationError as error:
            problems += _schema_problems(seed_record, error)
    for check in (_repeated_slugs, _repeated_identifiers, _missing_languages, _unlinked, _uncovered):
        problems += check(loaded)
    problems += _unknown_mentions(loaded, known={(seed_record.kind, seed_record.slug) for seed_record in found})
    if not found and not problems:
        problems.append(
            Problem(folder.name, 1, "?", "holds no seed files: name a folder with signs.yaml and the others")
        )
    return [(seed_record.kind, record) for seed_record, record in loaded], sorted(problems, key=_place)


def flatten_messages(messages: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """(JSON pointer, message) of everything that a schema found."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from flatten_messages(value, pointer if key == "_schema" else f"{pointer}/{key}")
    else:
        for message in messages:
            yield pointer, str(message)


def _place(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line, problem.message


def _schema_problems(seed_record: SeedRecord, error: ValidationError) -> Iterator[Problem]:
    for pointer, message in flatten_messages(messages_of(error)):
        yield _problem(seed_record, pointer, f"{pointer or 'the record'}: {message}")


def _problem(seed_record: SeedRecord, pointer: str, message: str) -> Problem:
    return Problem(seed_record.file, seed_record.line(pointer), seed_record.slug, message)


def _repeated_slugs(loaded: list[tuple[SeedRecord, Record]]) -> Iterator[Problem]:
    seen: dict[tuple[Kind, str], SeedRecord] = {}
    for seed_record, record in loaded:
        identity = (seed_record.kind, record["slug"])
        if other := seen.get(identity):
            yield _problem(seed_record, "/slug", f"repeats the slug of {other.file}:{other.line()}: choose another")
        seen[identity] = seed_record


def _repeated_identifiers(loaded: list[tuple[SeedRecord, Record]]) -> Iterator[Problem]:
    """Two references with one identifier, or one that can't be looked up anywhere."""
    seen: dict[tuple[str, str], str] = {}
    for seed_record, record in loaded:
        if seed_record.kind is not Kind.REFERENCE:
            continue
        for name in IDENTIFIERS:
            value = record.get(name)
            if value and (other := seen.setdefault((name, value), record["slug"])) != record["slug"]:
                yield _problem(seed_record, f"/{name}", f"has the {name} of reference '{other}': merge them")


def _missing_languages(loaded: list[tuple[SeedRecord, Record]]) -> Iterator[Problem]:
    for seed_record, record in loaded:
        for pointer, text in _find_wordings(record):
            for language in Language:
                if language not in text and not pointer.endswith(("/wording", "/conditions")):
                    yield _problem(seed_record, pointer, f"{pointer} has no text in '{language}': write it")


def _find_wordings(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(value, dict):
        if value and value.keys() <= set(Language) and all(isinstance(text, str) for text in value.values()):
            yield pointer, value
            return
        for key, part in value.items():
            yield from _find_wordings(part, f"{pointer}/{key}")
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _find_wordings(part, f"{pointer}/{position}")


def _unknown_mentions(loaded: list[tuple[SeedRecord, Record]], *, known: set[tuple[Kind, str]]) -> Iterator[Problem]:
    """What no file holds; a record that is there but wrong is known, so that one fault does not look like many."""
    for seed_record, record in loaded:
        for mention in find_mentions(seed_record.kind, record):
            if (mention.kind, mention.slug) not in known:
                message = f"{mention.pointer} names {mention.kind} '{mention.slug}', which is in no file"
                yield _problem(seed_record, mention.pointer, message)


def _unlinked(loaded: list[tuple[SeedRecord, Record]]) -> Iterator[Problem]:
    for seed_record, record in loaded:
        if seed_record.kind is Kind.CLAIM and not record["links"]:
            yield _problem(seed_record, "/links", "links to nothing: name the things that it is about")


def _uncovered(loaded: list[tuple[SeedRecord, Record]]) -> Iterator[Problem]:
    """Every sentence of the article is a passage of a claim, or said to state nothing; and no passage is elsewhere."""
    covered: dict[int, set[int]] = defaultdict(set)
    sections = {record["number"]: (found, record) for found, record in loaded if found.kind is Kind.SECTION}
    for seed_record, record in loaded:
        for position, passage in enumerate(record.get("passages", [])):
            covered[passage["section"]].add(passage["sentence"])
            _, section = sections.get(passage["section"], (None, {"sentence_count": 0}))
            if passage["sentence"] > section["sentence_count"]:
                message = f"the article has no sentence {passage['section']}.{passage['sentence']}"
                yield _problem(seed_record, f"/passages/{position}/sentence", message)
    for number, (seed_record, record) in sections.items():
        unclaimed = {sentence["sentence"] for sentence in record["unclaimed"]}
        for sentence in range(1, record["sentence_count"] + 1):
            if sentence not in covered[number] | unclaimed:
                yield _problem(
                    seed_record, "", f"sentence {number}.{sentence} is in no claim: add a passage or a reason"
                )
