"""Requests made up from what the service says of itself: every path and parameter of its description, with values that
are there, values that nearly are, and values that are not.

Rule: one seed gives one sequence of requests. A new endpoint or parameter is in it without a change here.
"""

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from kb_api.database import Database
from kb_api.models import Thing
from kb_api.shapes.words import ALL_LANGUAGES
from kb_api.vocabulary import PATHS, PLURALS, Kind, Language

LEFT_OUT = {"/v1/status", "/healthz", "/readyz", "/metrics", "/openapi.json", "/openapi.yaml"}
"""They tell of the process or of the engine, or read no database."""

ODD_TEXTS = [
    "",
    "%",
    "_",
    "'",
    '"',
    "a' OR 1=1 --",
    "å ä ö",
    "ﬁ",
    "İstanbul",
    "&|!",
    "NEAR(",
    "*",
    "-magnesium",
    "🧂 salt",
]
ODD_VALUES = ["", "-1", "0", "99999999999999999999", "1e400", "none", "å", "muscle cramps", "MUSCLE-CRAMPS", "*"]
FORGED_VALUES = [0, 1, 7, 2**31, 2**63, -1, 1.5, "a", "m", "a\x00", True, None, [1]]
SORTS = [
    *["slug", "revision", "name"] * 2,
    *["position", "issued", "study_type", "entered", "sentence", "number"],
    *["elemental_magnesium_percent", "magnesium_mg_per_100g"],
]
LINK_FOLLOWED_LIKELY = 0.12
LINKS_KEPT = 200


@dataclass(frozen=True)
class MadeRequest:
    """One request, as a client would send it."""

    method: str
    address: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None


class RequestMaker:
    """Makes requests for as long as it is asked to; it follows the links that it is told of."""

    def __init__(self, app: Flask, database: Database, *, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same requests every time is what is wanted.
        self._operations = list(_read_operations(app))
        self._slugs, self._names = _read_things(database)
        self._next_links: list[str] = []

    def make(self) -> MadeRequest:
        """The next request."""
        if self._next_links and self._random.random() < LINK_FOLLOWED_LIKELY:
            place = self._random.randrange(len(self._next_links))
            return MadeRequest("GET", self._next_links.pop(place), self._make_headers())
        method, path, parameters = self._random.choice(self._operations)
        if method == "POST":
            return MadeRequest(method, path, self._make_headers(), self._make_body(path))
        query = list(self._make_query(parameters))
        address = self._fill_path(path) + (f"?{urlencode(query)}" if query else "")
        return MadeRequest(method, address, self._make_headers())

    def note_link(self, address: str | None) -> None:
        """A page has a next one, which may be asked for later."""
        if address and len(self._next_links) < LINKS_KEPT:
            self._next_links.append(address)

    def make_question(self) -> str:
        """Words as people type them: names, parts of names, typing errors, and what no name has."""
        chance = self._random.random()
        if chance < 0.06:
            return self._random.choice(ODD_TEXTS)
        name = self._random.choice(self._names)
        words = name.split()
        if chance < 0.3:
            words = self._random.sample(words, min(len(words), self._random.randint(1, 4)))
        elif chance < 0.5:
            words += self._random.choice(self._names).split()[:3]
        elif chance < 0.7:
            words = [self._misspell(word) if self._random.random() < 0.4 else word for word in words[:6]]
        return " ".join(words)[:400]

    def _make_headers(self) -> dict[str, str]:
        if self._random.random() < 0.8:
            return {}
        return {"Accept-Language": self._random.choice(["sv", "en", "sv-SE,sv;q=0.9,en;q=0.8", "de", "*"])}

    def _make_body(self, path: str) -> Any:
        if path.endswith("/batch"):
            kinds = self._random.choices(list(self._slugs), k=self._random.randint(1, 12))
            return {"ids": [f"{kind}:{self._make_slug(kind)}" for kind in kinds]}
        body: dict[str, Any] = {"question": self.make_question()}
        if self._random.random() < 0.4:
            body["lang"] = self._random.choice(list(Language))
        if self._random.random() < 0.3:
            body["limit"] = self._random.randint(1, 10)
        return body

    def _fill_path(self, path: str) -> str:
        kind = next((kind for kind, prefix in PATHS.items() if path.startswith(f"{prefix}/")), None)
        if "{slug}" not in path:
            return path
        return path.replace("{slug}", self._make_slug(kind or Kind.CLAIM).replace("/", "%2F") or "x")

    def _make_query(self, parameters: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        chosen = [parameter for parameter in parameters if self._is_wanted(parameter)]
        for parameter in chosen:
            schema = parameter["schema"]
            repeated = self._random.choice([1, 1, 1, 2, 3]) if schema.get("type") == "array" else 1
            for _ in range(repeated):
                yield parameter["name"], self._make_value(parameter["name"], schema.get("items", schema))

    def _is_wanted(self, parameter: dict[str, Any]) -> bool:
        return parameter.get("required", False) or self._random.random() < 0.22

    def _make_value(self, name: str, schema: dict[str, Any]) -> str:
        if self._random.random() < 0.04:
            return self._random.choice(ODD_VALUES)
        match name:
            case "q":
                return self.make_question()
            case "cursor":
                return self._forge_cursor()
            case "sort":
                return self._random.choice(["", "-"]) + self._random.choice(SORTS)
            case "include":
                return ",".join(self._random.sample([*PLURALS.values()], self._random.randint(1, 3)))
            case "fields":
                return ",".join(self._random.sample(["slug", "name", "kind", "url", "links", "text"], 2))
            case "lang":
                return self._random.choice([*Language, ALL_LANGUAGES])
            case "around":
                kind = self._random.choice(list(self._slugs))
                return f"{kind}:{self._make_slug(kind)}"
        return self._make_value_of_schema(name, schema)

    def _forge_cursor(self) -> str:
        """What somebody would make who has taken a cursor apart."""
        sort = self._random.choice(["", "-"]) + self._random.choice(SORTS)
        values = self._random.choices(FORGED_VALUES, k=self._random.randint(0, 3))
        return urlsafe_b64encode(json.dumps([sort, *values]).encode()).decode().rstrip("=")

    def _make_value_of_schema(self, name: str, schema: dict[str, Any]) -> str:
        if "enum" in schema:
            return str(self._random.choice(schema["enum"]))
        if schema.get("type") in ("integer", "number"):
            return str(self._random.randint(int(schema.get("minimum", 0)), min(int(schema.get("maximum", 50)), 50)))
        kind = Kind.FOOD if name == "group" else next((kind for kind in Kind if kind == name), None)
        if kind is not None:
            return self._make_slug(kind)
        return str(self._random.choice([schema.get("example", "x"), self._random.choice(self._names)[:100]]))

    def _make_slug(self, kind: Kind) -> str:
        slugs = self._slugs.get(kind) or ["none"]
        slug = self._random.choice(slugs)
        return self._misspell(slug) if self._random.random() < 0.05 else slug

    def _misspell(self, word: str) -> str:
        if len(word) < 4:
            return word
        place = self._random.randrange(1, len(word) - 1)
        swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        return self._random.choice([swapped, word[:place] + word[place + 1 :], word[:place] + "x" + word[place:]])


def _read_operations(app: Flask) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Method, path and query parameters of every operation that reads."""
    description = app.extensions["kb_api"].spec.to_dict()
    schemas = description.get("components", {}).get("parameters", {})
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            is_reading = method == "get" or (method == "post" and path in {"/v1/answers", "/v1/batch"})
            if not is_reading or path in LEFT_OUT or "{" in path.replace("{slug}", ""):
                continue
            parameters = [_resolve(parameter, schemas) for parameter in operation.get("parameters", [])]
            wanted = [parameter for parameter in parameters if parameter.get("in") == "query"]
            # A list has more to it than one thing has: it is asked oftener.
            for _ in range(1 if "{slug}" in path else 3):
                yield method.upper(), path, wanted


def _resolve(parameter: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return dict(parameter)
    return dict(schemas[parameter["$ref"].rsplit("/", 1)[1]])


def _read_things(database: Database) -> tuple[dict[Kind, list[str]], list[str]]:
    """The slugs of each kind, and every name in every language; both in one order on every engine."""
    slugs: dict[Kind, list[str]] = {}
    names: list[str] = []
    with database.read() as session:
        for row in session.execute(select(Thing.kind, Thing.slug, Thing.name).order_by(Thing.id)):
            slugs.setdefault(Kind(row.kind), []).append(row.slug)
            names += row.name.values()
    return slugs, names
