"""``python -m tests.fuzz --examples 1000``: the long run; ``make fuzz`` calls it."""

import argparse
import re
import sys
import tempfile
import time
from pathlib import Path

import yaml

from tests.fuzz.running import PROJECT, Outcome, fuzz


def main() -> int:
    """Go through the resources one by one, each on a database of its own, then from answer to answer over them all.

    Prints the report of schemathesis where something was found and a line for each; 1 when anything was found.
    """
    parser = argparse.ArgumentParser(description="Generated requests against the service's own description.")
    parser.add_argument("--examples", type=int, default=1_000, help="for each operation; default: 1000")
    parser.add_argument("--only", nargs="*", default=[], help="resources such as signs or healthz, or 'links'")
    arguments = parser.parse_args()
    wanted = arguments.only or [*list_resources(), "links"]
    return max([_fuzz_resource(resource, arguments.examples) for resource in wanted], default=0)


def list_resources() -> list[str]:
    """The first segment of each path, without /v1."""
    paths = yaml.safe_load((PROJECT / "openapi.yaml").read_text(encoding="utf-8"))["paths"]
    return list(dict.fromkeys(path.removeprefix("/v1").split("/")[1] for path in paths))


def _fuzz_resource(resource: str, examples: int) -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        if resource == "links":
            outcome = fuzz(Path(folder), examples=examples, phases="stateful")
        else:
            paths = f"^(/v1)?/{re.escape(resource)}(/|$)"
            outcome = fuzz(Path(folder), examples=examples, phases="examples,coverage,fuzzing", paths=paths)
    is_clean = outcome.is_clean and not outcome.errors
    if not is_clean:
        sys.stdout.write("\n".join([outcome.report, *outcome.errors, ""]))
    sys.stdout.write(f"{resource}: {_describe(outcome)} in {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()
    return 0 if is_clean else 1


def _describe(outcome: Outcome) -> str:
    found = "nothing found" if outcome.is_clean and not outcome.errors else "FAULTS FOUND"
    return f"{found} with {outcome.cases} requests"


if __name__ == "__main__":
    sys.exit(main())
