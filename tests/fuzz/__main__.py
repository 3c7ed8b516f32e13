"""``python -m tests.fuzz --examples 1000``: the long run; ``make fuzz`` calls it."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.running import fuzz


def main() -> int:
    """Print the report of schemathesis and say how long it took; 1 when anything was found."""
    parser = argparse.ArgumentParser(description="Generated requests against the service's own description.")
    parser.add_argument("--examples", type=int, default=1_000, help="for each operation; default: 1000")
    examples = parser.parse_args().examples
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = fuzz(Path(folder), examples=examples)
    sys.stdout.write("\n".join([outcome.report, *outcome.errors, ""]))
    is_clean = outcome.is_clean and not outcome.errors
    found = "nothing found" if is_clean else "FAULTS FOUND"
    sys.stdout.write(f"{found}: {outcome.cases} requests in {time.monotonic() - began:.0f} s\n")
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
