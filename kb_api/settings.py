"""Settings, read once from the environment as ``KB_API_…``.

Rule: a setting is declared here with its meaning; ``kb-api serve --help`` and the README list the same table.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs
from environs import Env, EnvError

from kb_api.errors import SettingsError
from kb_api.rates import Rate, read_networks, read_rate

PREFIX = "KB_API_"
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True)
class Settings:
    """What an operator can set; every field is ``KB_API_`` and its name in capitals."""

    database_url: str = ""
    read_database_url: str = ""
    public_url: str = "http://127.0.0.1:8000"
    two_person_rule: bool = False
    rate_limit: str = ""
    trusted_proxies: str = ""
    allowed_hosts: str = ""
    log_level: str = "info"
    runtime_folder: str = ""
    max_body_bytes: int = 1_000_000
    max_body_seconds: float = 20.0
    max_json_depth: int = 32
    max_number_length: int = 64
    max_parameters: int = 200
    max_query_bytes: int = 16_000
    max_page_size: int = 200
    max_statement_seconds: float = 2.5
    max_answer_bytes: int = 8_000_000
    cache_max_bytes: int = 33_554_432
    embeddings: bool = True

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", default_database_url())
        object.__setattr__(self, "public_url", self.public_url.rstrip("/"))
        read_rate(self.rate_limit)
        read_networks(self.trusted_proxies)
        if self.log_level.lower() not in LOG_LEVELS:
            raise SettingsError(f"KB_API_LOG_LEVEL is '{self.log_level}': use one of {', '.join(LOG_LEVELS)}")
        for field in fields(self):
            if field.name.startswith("max_") and getattr(self, field.name) <= 0:
                raise SettingsError(f"{PREFIX}{field.name.upper()} must be greater than 0")

    @property
    def rate(self) -> Rate | None:
        """How often a client may ask; ``None`` is as often as it likes."""
        return read_rate(self.rate_limit)


MEANINGS = {
    "database_url": "the database; default: a SQLite file in the user's data folder",
    "read_database_url": "replicas to read from, PostgreSQL only; default: everything is read from the database",
    "public_url": "the address that absolute links are built from; default: http://127.0.0.1:8000",
    "two_person_rule": "true: what an editor writes waits until another editor accepts it; default: false",
    "rate_limit": "how often one client may ask, such as 100/minute; default: as often as it likes",
    "trusted_proxies": "addresses and networks, comma-separated, whose X-Forwarded-For and X-Request-Id are believed; "
    "default: nobody's",
    "allowed_hosts": "the names under which the service answers, comma-separated; '.example.org' is every name below "
    "it; default: any",
    "log_level": "debug, info (a line a request), warning or error; default: info",
    "runtime_folder": "a folder in memory for what the processes of one host count together; default: serve makes one",
    "max_body_bytes": "the longest body; default: 1000000, several times the longest record that the schemas accept",
    "max_body_seconds": "how long a body may be on its way; default: 20, the longest at 50 kB a second",
    "max_json_depth": "how deep a body may be nested; default: 32, a record needs 6",
    "max_number_length": "the longest number in a body, in characters; default: 64, a double needs 24",
    "max_parameters": "the most parameters in a query; default: 200",
    "max_query_bytes": "the longest query string; default: 16000, two hundred slugs of the usual length",
    "max_page_size": "the most things on a page, at most 200; default: 200",
    "max_statement_seconds": "how long a request may wait for the database; default: 2.5, of the 3 that it may take",
    "max_answer_bytes": "the longest answer, but for the export; default: 8000000, ten times the longest in the seed",
    "cache_max_bytes": "memory for answers that were given before, a process; 0 keeps none; default: 33554432",
    "embeddings": "rank answers by meaning as well where the extra 'embeddings' is installed; default: true",
}
"""Setting → one line for people."""


def default_database_url() -> str:
    """A SQLite file in the user's data folder."""
    return f"sqlite:///{Path(platformdirs.user_data_dir('kb-api')) / 'kb.sqlite3'}"


def read_settings(**overrides: Any) -> Settings:
    """The settings of the environment; ``overrides`` beat it. Raises ``SettingsError`` with the variable's name."""
    env = Env(prefix=PREFIX)
    readers: dict[type, Any] = {str: env.str, int: env.int, float: env.float, bool: env.bool}
    values = {}
    for field in fields(Settings):
        try:
            values[field.name] = readers[type(field.default)](field.name.upper(), field.default)
        except EnvError as error:
            raise SettingsError(str(error)) from error
    return Settings(**{**values, **overrides})
