"""``make faults``: every fault on every engine, every broken build, and the table of ``docs/reliability.md``."""

import compileall
import os
import platform
import sys
from datetime import UTC, datetime

import click

from kb_api.folders import PACKAGE
from tests.faults.rows import ROWS, Row

DOCUMENT = PACKAGE.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- the table of make faults -->", "<!-- end of the table -->"
HEAD = "| fault | engine | must hold | measured | holds | broken build turns it red |\n|---|---|---|---|---|---|"


@click.command()
@click.option("--quick", is_flag=True, help="A short round of each.")
@click.option("--only", default="", help="Only the rows whose name contains this.")
@click.option("--broken/--no-broken", default=True, help="Also show that each check fails on a broken build.")
@click.option("--write", is_flag=True, help="Put the table into docs/reliability.md.")
def main(quick: bool, only: str, broken: bool, write: bool) -> None:
    """Make every fault and print what held; exit 1 when something did not."""
    # As an installation does, also where Python is told to write no bytecode: a start is part of what is measured.
    compileall.compile_dir(PACKAGE, quiet=1)
    lines, failed = [HEAD], 0
    loads = [os.getloadavg()[0]]
    click.echo(HEAD)
    for row in ROWS:
        for engine in row.engines if only in row.name else ():
            line, is_good = _run(row, engine, quick=quick, broken=broken)
            failed += not is_good
            lines.append(line)
            click.echo(line)
            loads.append(os.getloadavg()[0])
    if write:
        _write(lines, loads)
    sys.exit(1 if failed else 0)


def _run(row: Row, engine: str, *, quick: bool, broken: bool) -> tuple[str, bool]:
    verdict = row.run(engine, quick=quick)
    red = ""
    is_red = True
    if broken and engine == row.engines[0]:
        # A short round is enough to see red.
        sabotaged = row.run(engine, quick=True, broken=row.broken)
        is_red = not (sabotaged.holds and sabotaged.in_time)
        red = f"{'yes' if is_red else 'NO'} (`{row.broken}`): {sabotaged.figures}"
    is_good = verdict.holds and verdict.in_time
    holds = "yes" if is_good else "**no**"
    line = f"| {row.name} | {engine} | {row.must_hold} | {verdict.figures} | {holds} | {red} |".replace("\n", " ")
    return line, is_good and is_red


def _write(lines: list[str], loads: list[float]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    stamp = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {platform.machine()}, {os.cpu_count()} processors, Python "
        f"{platform.python_version()}. The load average was {min(loads):.1f} to {max(loads):.1f}; the harness itself "
        "makes about 2. With more, others took the processors, and what depends on time says little."
    )
    table = "\n".join(lines)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{stamp}\n\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
