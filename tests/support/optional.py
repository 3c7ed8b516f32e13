"""What some tests need beside Python: how to tell whether it is there, and the command that brings it.

Rule: a test that needs one of these carries ``needs("…")``; nothing else in the suite is ever skipped.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Optional:
    """Something outside the lock files."""

    name: str
    tests: str
    command: str
    is_there: Callable[[], bool]


OPTIONAL = [
    Optional("chromium", "the tests in a real browser", "apt-get install chromium", lambda: bool(find_chromium())),
    Optional("node", "the TypeScript client, Lighthouse", "apt-get install npm", lambda: bool(shutil.which("npm"))),
    Optional("strace", "faults of the disk", "apt-get install strace", lambda: bool(shutil.which("strace"))),
    Optional("nginx", "the tests of the front", "apt-get install nginx-light", lambda: bool(shutil.which("nginx"))),
]


def find_chromium() -> str | None:
    """The path of a Chromium that Playwright can drive."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def needs(name: str) -> pytest.MarkDecorator:
    """Leave the test out, with the reason, when ``name`` is not there."""
    part = next(part for part in OPTIONAL if part.name == name)
    return pytest.mark.skipif(not part.is_there(), reason=f"needs {part.name}: {part.command}")
