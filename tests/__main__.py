"""``python -m tests``: every test that what is installed allows, then what was left out and how to bring it."""

import os
import subprocess
import sys

from tests.support.optional import OPTIONAL

WORKERS = (os.cpu_count() or 1) + 1
"""One more than there are cores: while a test waits for a server, a browser or a pause, another has its core."""


def main() -> int:
    """Run pytest on all cores; in CI (``CI=true``) something left out is a failure."""
    missing = [part for part in OPTIONAL if not part.is_there()]
    workers = os.environ.get("KB_API_TEST_WORKERS", str(WORKERS))
    command = [sys.executable, "-m", "pytest", "-n", workers, "-q", *sys.argv[1:]]
    result = subprocess.run(command, check=False).returncode
    for part in missing:
        sys.stdout.write(f"left out: {part.tests}, for want of {part.name}. To bring it: {part.command}\n")
    if not missing:
        sys.stdout.write("nothing was left out\n")
    if missing and os.environ.get("CI") == "true":
        sys.stdout.write("in CI everything must be there\n")
        return result or 1
    return result


if __name__ == "__main__":
    sys.exit(main())
