"""Seed files: where they are, how a record becomes YAML and comes back, with the line of every part.

Rule: files are canonical. Loading and exporting again gives the same bytes, so that a review shows changes of content
and nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb_api.vocabulary import PLURALS, Kind

Record = dict[str, Any]
ORDERED_BY = {Kind.SIGN: "position", Kind.SECTION: "number"}
"""Kinds whose file keeps another order than that of the slugs."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the seed, with its place."""

    file: str
    line: int
    slug: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.slug}: {self.message}"


@dataclass(frozen=True)
class SeedRecord:
    """One record as it stands in a file, before any schema has judged it."""

    kind: Kind
    file: str
    data: Any
    node: yaml.Node

    @property
    def slug(self) -> str:
        slug = self.data.get("slug") if isinstance(self.data, dict) else None
        return slug if isinstance(slug, str) else "?"

    def line(self, pointer: str = "") -> int:
        """The line of the part that a JSON pointer names, or of its nearest ancestor that is there."""
        node = self.node
        for step in pointer.split("/")[1:]:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return int(node.start_mark.line) + 1


def list_files(folder: Path) -> list[tuple[Kind, Path]]:
    """(kind, file) in the order of kinds; claims have one file a subject."""
    single = [kind for kind in PLURALS if kind is not Kind.CLAIM]
    files: list[tuple[Kind, Path]] = [(kind, folder / f"{PLURALS[kind]}.yaml") for kind in single]
    files += [(Kind.CLAIM, path) for path in sorted((folder / "claims").glob("*.yaml"))]
    return [(kind, path) for kind, path in files if path.exists()]


def read_records(folder: Path) -> tuple[list[SeedRecord], list[Problem]]:
    """Every record of every file, and what could not be read at all."""
    records: list[SeedRecord] = []
    problems: list[Problem] = []
    for kind, path in list_files(folder):
        name = path.relative_to(folder.parent).as_posix()
        try:
            records += _read_file(kind, path, name)
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            problems.append(Problem(name, line, "?", f"is not a YAML list of records: {_first_line(error)}"))
    return records, problems


def dump_yaml(records: Iterable[Record]) -> str:
    """The canonical form of a file."""
    dumped: str = yaml.dump(list(records), allow_unicode=True, sort_keys=False, width=100, Dumper=_Dumper)
    return dumped


def arrange_files(records: Iterable[tuple[Kind, Record]]) -> Iterator[tuple[str, list[Record]]]:
    """(file name below the seed folder, its records in canonical order)."""
    files: dict[str, tuple[Kind, list[Record]]] = {}
    for kind, record in records:
        if kind is Kind.CLAIM:
            name = f"claims/{record['subject']}.yaml"
            kept = {key: value for key, value in record.items() if key != "subject"}
        else:
            name, kept = f"{PLURALS[kind]}.yaml", record
        files.setdefault(name, (kind, []))[1].append(kept)
    for name, (kind, of_file) in sorted(files.items()):
        key = ORDERED_BY.get(kind, "slug")
        yield name, sorted(of_file, key=lambda record: record[key])


class _Dumper(yaml.SafeDumper):
    """Block style, list items flush with their key, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _read_file(kind: Kind, path: Path, name: str) -> list[SeedRecord]:
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise ValueError("the file must be a list")
    constructor = yaml.SafeLoader("")
    records = []
    for node in root.value:
        data = constructor.construct_object(node, deep=True)
        if kind is Kind.CLAIM and isinstance(data, dict):
            data = {"slug": data.get("slug"), "subject": path.stem, **data}
        records.append(SeedRecord(kind, name, data, node))
    return records


def _child(node: yaml.Node, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        child: yaml.Node = node.value[int(step)]
        return child
    return None


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
