"""Where the files that ship with the package are.

Rule: nothing is read here; the floors above read what they own.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def find_folder(name: str) -> Path:
    """``seed`` or ``migrations``: beside the package in a checkout, inside it in a wheel."""
    beside = PACKAGE.parent / name
    return beside if beside.is_dir() else PACKAGE / name
