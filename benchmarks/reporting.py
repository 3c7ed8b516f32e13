"""Figures beside their targets, as a table for the terminal and for ``docs/performance.md``."""

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PREFACE = """\
# Performance

Written by `make bench`; `python -m benchmarks --quick` checks the figures that are stable enough at every change.
µs is processor time of the whole server process tree per request, the best of several rounds; a ratio compares figures
of one run. Cold means: no answer from the cache, though what it shows may have been shown before; first after a write:
nothing was. Everything is asked over HTTP, one connection for cold requests,
sixteen for hot ones. Peers serve the same content from the same tables, about the same bytes (`benchmarks/peers`).
Why targets are missed, and what would meet them: decisions 8 and 10 in `docs/decisions/`.

"""


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``target`` is a bound of ``figure``; without one the line only tells."""

    what: str
    figure: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    is_stable: bool = False
    """Whether it holds on a busy machine too, so that a change can be judged by it."""

    @property
    def is_met(self) -> bool | None:
        if self.at_most is not None:
            return self.figure <= self.at_most
        return None if self.at_least is None else self.figure >= self.at_least

    @property
    def target(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return "" if self.at_least is None else f"≥ {self.at_least:g}"


def write_report(figures: list[Figure], path: Path | None) -> str:
    """The table; also written to ``path``, with what it was measured on."""
    marks = {True: "yes", False: "**no**", None: ""}
    lines = ["| what | target | figure | met |", "|---|--:|--:|---|"]
    lines += [
        f"| {figure.what} | {figure.target} | {figure.figure:.4g} {figure.unit} | {marks[figure.is_met]} |"
        for figure in figures
    ]
    table = "\n".join(lines) + "\n"
    if path is not None:
        load = f"{os.cpu_count()} cores, load {os.getloadavg()[1]:.1f}"
        where = f"Python {platform.python_version()}, {platform.machine()}, {load}, {datetime.now(UTC):%Y-%m-%d}."
        path.write_text(f"{PREFACE}{where}\n\n{table}", encoding="utf-8")
    return table
