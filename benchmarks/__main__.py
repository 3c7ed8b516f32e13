"""``python -m benchmarks``: the service beside the floor and its peers, on the same content, as one table.

Without ``--quick`` it needs nginx and an environment with the peers (``make bench`` makes it) and writes
``docs/performance.md``; with it, it checks what is stable enough for every change and needs neither.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.growing import measure_growth, measure_import
from benchmarks.reporting import Figure, write_report
from benchmarks.serving import measure_serving

REPORT = Path(__file__).parent.parent / "docs" / "performance.md"


def main() -> int:
    """Measure, print the table; 1 when ``--quick`` finds a figure beside its target."""
    options = _read_options()
    figures: list[Figure] = []
    with TemporaryDirectory(prefix="kb-api-bench-") as name:
        folder = Path(name)
        figures += measure_serving(folder, peers=None if options.quick else options.peers, rounds=options.rounds)
        figures += measure_import(folder, claims=500 if options.quick else 5_000)
        for engine in ["sqlite"] if options.quick else ["sqlite", "postgresql"]:
            figures += measure_growth(folder, claims=20_000 if options.quick else options.claims, engine=engine)
    table = write_report(figures, None if options.quick else REPORT)
    sys.stdout.write(table)
    missed = [figure for figure in figures if figure.is_met is False and figure.is_stable]
    return 1 if options.quick and missed else 0


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only what is stable; exit 1 on a miss")
    parser.add_argument("--peers", type=Path, default=Path(".venv-bench"), help="the environment of the peers")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the best counts")
    parser.add_argument("--claims", type=int, default=1_000_000, help="how far the content is grown")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
