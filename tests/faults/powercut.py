"""A power cut, without a special kernel: from the log of what the service asked of the disk, what a cut would leave.

Of every write that no ``fsync`` had followed at the moment of the cut, a disk may have kept nothing, all of it, or any
of its sectors of 512 bytes; the same holds for files that were made or removed.
"""

import random
import re
import shutil
import sqlite3
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.client import Answered, Client, Crowd
from tests.faults.killing import sqlite_path
from tests.faults.place import Place, Verdict

SECTOR = 512
CALLS = "pwrite64,ftruncate,fsync,fdatasync,unlink,unlinkat,openat"
LINE = re.compile(r"^(\d+)\s+([\d.]+) (.*)$")
RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)$")
WRITE = re.compile(r'pwrite64\(\d+<([^>]*)>, "((?:\\x[0-9a-f]{2})*)", \d+, (\d+)')
TRUNCATE = re.compile(r"ftruncate\(\d+<([^>]*)>, (\d+)")
SYNC = re.compile(r"f(?:data)?sync\(\d+<([^>]*)>")
NAMED = re.compile(r'(unlink|unlinkat|openat)\(.*?"((?:\\x[0-9a-f]{2})+)"(.*)$')


@dataclass(frozen=True)
class Call:
    """One thing asked of the disk: ``kind`` is write, truncate, sync, make or remove."""

    at: float
    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What is safe, and what is not yet."""

    safe: dict[str, bytearray]
    files: set[str]
    waiting: dict[str, list[Call]] = field(default_factory=lambda: defaultdict(list))
    renaming: list[Call] = field(default_factory=list)

    def take(self, call: Call) -> None:
        """One call more."""
        match call.kind:
            case "write" | "truncate":
                self.waiting[call.file].append(call)
            case "sync" if call.file == ".":
                for change in self.renaming:
                    (self.files.add if change.kind == "make" else self.files.discard)(change.file)
                self.renaming = []
            case "sync":
                content = self.safe.setdefault(call.file, bytearray())
                for written in self.waiting.pop(call.file, []):
                    _apply(content, written)
            case "make" if call.file not in self.files and not any(c.file == call.file for c in self.renaming):
                self.safe[call.file] = bytearray()
                self.renaming.append(call)
            case "remove":
                self.renaming.append(call)

    def cut(self, luck: float, chance: random.Random) -> dict[str, bytes]:
        """What the disk holds after a cut; ``luck`` is the share of what was not safe that it kept all the same."""
        files = set(self.files)
        for change in self.renaming:
            if chance.random() < luck:
                (files.add if change.kind == "make" else files.discard)(change.file)
        contents = {name: bytearray(content) for name, content in self.safe.items() if name in files}
        for name, calls in self.waiting.items():
            if name in files:
                for call in calls:
                    _apply_partly(contents.setdefault(name, bytearray()), call, luck, chance)
        return {name: bytes(content) for name, content in contents.items()}


def cut_power(place: Place) -> Verdict:
    """Write under a log of the disk, cut at moments after acknowledgements, and look at what is left."""
    cuts, folder, log = 12 if place.quick else 320, place.folder / "disk", place.folder / "calls.log"
    folder.mkdir()
    shutil.copy(sqlite_path(place.make_database()), folder / "kb.sqlite3")
    before = ("strace", "-f", "-y", "-xx", "-ttt", "-qq", "-s", "1048576", "-e", f"trace={CALLS}", "-o", str(log))
    start = {file.name: bytearray(file.read_bytes()) for file in folder.iterdir()}
    with place.make_service(f"sqlite:///{folder / 'kb.sqlite3'}", before=before) as service:
        key = service.make_key()
        # What was written beside the service, before it writes, stands on the disk.
        calls_from = time.time()
        start |= {f.name: bytearray(f.read_bytes()) for f in folder.iterdir() if not f.name.endswith("-shm")}
        crowd = Crowd()
        acknowledged: list[tuple[float, str]] = []
        crowd.add(3, lambda: service.client(key=key, timeout=20), lambda client: _note(client, acknowledged))
        crowd.run(3 if place.quick else 8)
        service.kill()
    calls = [call for call in read_calls(log, folder) if call.at >= calls_from]
    return _judge(place, start, calls, sorted(acknowledged), cuts)


def _judge(
    place: Place, start: dict[str, bytearray], calls: list[Call], acknowledged: list[tuple[float, str]], cuts: int
) -> Verdict:
    chance = random.Random(7)  # noqa: S311 - the same cuts every time.
    moments = sorted(chance.choice(acknowledged)[0] for _ in range(cuts)) if acknowledged else []
    disk, position, lost, corrupt, worst = Disk(dict(start), set(start)), 0, 0, 0, 0
    times = [at for at, _ in acknowledged]
    for number, moment in enumerate(moments):
        while position < len(calls) and calls[position].at <= moment:
            disk.take(calls[position])
            position += 1
        slugs = [slug for _, slug in acknowledged[: bisect_right(times, moment)]]
        missing, is_sound = _look_at(disk.cut((0.0, 0.5, 0.5, 1.0)[number % 4], chance), slugs)
        lost, worst, corrupt = lost + bool(missing), max(worst, missing), corrupt + (not is_sound)
    figures = (
        f"{len(moments)} images of {len(acknowledged)} acknowledged writes: {lost} with a loss (at most {worst}), "
        f"{corrupt} corrupt"
    )
    return Verdict(len(moments) == cuts and not lost and not corrupt, figures)


def _look_at(image: dict[str, bytes], slugs: list[str]) -> tuple[int, bool]:
    """How many of the slugs are missing in an image, and whether it is sound."""
    with TemporaryDirectory(prefix="kb-api-image-") as name:
        for file, content in image.items():
            (Path(name) / file).write_bytes(content)
        connection = sqlite3.connect(Path(name) / "kb.sqlite3")
        try:
            is_sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            there = {row[0] for row in connection.execute("SELECT slug FROM thing WHERE kind = 'mechanism'")}
        except sqlite3.DatabaseError:
            return len(slugs), False
        finally:
            connection.close()
    return sum(slug not in there for slug in slugs), is_sound


def read_calls(log: Path, folder: Path) -> Iterator[Call]:
    """The calls that touched the folder, in the order in which they ended."""
    begun: dict[str, str] = {}
    with log.open(errors="replace") as lines:
        for line in lines:
            found = LINE.match(line.rstrip("\n"))
            if not found:
                continue
            process, at, text = found.groups()
            if text.endswith("<unfinished ...>"):
                begun[process] = text.removesuffix("<unfinished ...>")
                continue
            if resumed := RESUMED.match(text):
                text = begun.pop(process, "") + resumed.group(1)
            if "= -1 E" not in text and (call := _read_call(float(at), text, folder)):
                yield call


def _read_call(at: float, text: str, folder: Path) -> Call | None:
    if found := WRITE.match(text):
        name = _name(found.group(1), folder)
        return name and Call(at, "write", name, int(found.group(3)), _decode(found.group(2)))
    if found := TRUNCATE.match(text):
        name = _name(found.group(1), folder)
        return name and Call(at, "truncate", name, int(found.group(2)))
    if found := SYNC.match(text):
        name = _name(found.group(1), folder)
        return name and Call(at, "sync", name)
    if found := NAMED.match(text):
        name = _name(found.group(2), folder)
        if name and found.group(1) != "openat":
            return Call(at, "remove", name)
        return name and Call(at, "make", name) if "O_CREAT" in found.group(3) else None
    return None


def _name(written: str, folder: Path) -> str | None:
    """The file's name in the folder, ``.`` for the folder itself; ``None`` for what is elsewhere or only in memory."""
    path = Path((_decode(written).decode() if written.startswith("\\x") else written).removesuffix(" (deleted)"))
    if path == folder:
        return "."
    return path.name if path.parent == folder and not path.name.endswith("-shm") else None


def _decode(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _apply(content: bytearray, call: Call) -> None:
    if call.kind == "truncate":
        del content[call.offset :]
        content.extend(b"\0" * (call.offset - len(content)))
        return
    content.extend(b"\0" * (call.offset + len(call.data) - len(content)))
    content[call.offset : call.offset + len(call.data)] = call.data


def _apply_partly(content: bytearray, call: Call, luck: float, chance: random.Random) -> None:
    if call.kind == "truncate":
        if chance.random() < luck:
            _apply(content, call)
        return
    for start in range(0, len(call.data), SECTOR):
        if chance.random() < luck:
            part = call.data[start : start + SECTOR]
            _apply(content, Call(call.at, "write", call.file, call.offset + start, part))


def _note(client: Client, acknowledged: list[tuple[float, str]]) -> Answered:
    answer = client.add_mechanism()
    if answer.status == 201:
        acknowledged.append((time.time(), answer.slug))
    return answer
