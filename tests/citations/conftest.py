"""What the citation tests share: the references of the seed, and one reference to vary."""

from pathlib import Path
from typing import Any

import pytest
import yaml

_SEED_FILE = Path(__file__).parents[2] / "seed" / "references.yaml"


@pytest.fixture(scope="session")
def references() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = yaml.safe_load(_SEED_FILE.read_text(encoding="utf-8"))
    return records
