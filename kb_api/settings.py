"""Settings, read once from the environment as ``KB_API_…``.

Rule: a setting is declared here with its meaning; ``kb-api serve --help`` and the README list the same table.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs
from environs import Env, EnvError

from kb_api.errors import SettingsError

PREFIX = "KB_API_"


@dataclass(frozen=True)
class Settings:
    """What an operator can set; every field is ``KB_API_`` and its name in capitals."""

    database_url: str = ""
    public_url: str = "http://127.0.0.1:8000"

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", default_database_url())


MEANINGS = {
    "database_url": "the database; default: a SQLite file in the user's data folder",
    "public_url": "the address that absolute links are built from; default: http://127.0.0.1:8000",
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
