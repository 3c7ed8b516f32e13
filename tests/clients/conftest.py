"""A server with the seed, for all clients."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.filling import fill_from_seed
from tests.support.serving import serve

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / "docs" / "clients"


@pytest.fixture(scope="session")
def served_database_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A filled database of its own: the clients see no engine, so that one is enough."""
    url = f"sqlite:///{tmp_path_factory.mktemp('clients') / 'kb.sqlite3'}"
    fill_from_seed(url)
    return url


@pytest.fixture(scope="session")
def api(served_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server."""
    log = tmp_path_factory.mktemp("clients-log") / "serve.log"
    with serve(served_database_url, log, workers=1, embeddings="false") as served:
        yield served.url
