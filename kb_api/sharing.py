"""The folder where the processes of one host keep what they count together: the rate limit and the metrics.

Rule: nothing in it outlives the service; losing it loses counts, never content.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "KB_API_RUNTIME_FOLDER"
MEMORY = Path("/dev/shm")  # noqa: S108 - it is memory, and the folder in it is made for us alone.
PREFIX = "kb-api-"
OWNER = "owner"
"""The file whose lock says that somebody uses the folder; the lock ends with the last process that has it open."""


@contextmanager
def shared_folder() -> Iterator[Path]:
    """The folder of the setting, else one of our own; the processes begun inside the block find it by the variable."""
    if given := os.environ.get(VARIABLE):
        yield Path(given)
        return
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_memory()))
    owner = os.open(folder / OWNER, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(owner, fcntl.LOCK_EX)
    os.environ[VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        del os.environ[VARIABLE]
        shutil.rmtree(folder, ignore_errors=True)
        os.close(owner)


def sweep() -> None:
    """Remove the folders of services that were killed."""
    for owner in Path(_memory() or tempfile.gettempdir()).glob(f"{PREFIX}*/{OWNER}"):
        if not _is_held(owner):
            shutil.rmtree(owner.parent, ignore_errors=True)


def _memory() -> str | None:
    """Where memory can be shared as files; ``None`` is the system's folder for temporary files."""
    return str(MEMORY) if os.access(MEMORY, os.W_OK) else None


def _is_held(owner: Path) -> bool:
    """Whether somebody has the lock; what cannot be asked belongs to somebody else."""
    try:
        with owner.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False
