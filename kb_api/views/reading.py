"""From a request to an answer: language, media type, revision, ETag, and the envelope that every answer has.

Rule: every answer of a reading view is made by a ``Reading``; nothing else sets caching headers or ``meta``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from flask import Response, current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.database import Database
from kb_api.errors import Fault, InvalidInputError, NotAcceptableError
from kb_api.models import Clock
from kb_api.queries.slugs import find_nearest, resolve_filters
from kb_api.shapes.links import Shape
from kb_api.shapes.words import ALL_LANGUAGES, Words
from kb_api.views.paging import Page
from kb_api.vocabulary import Kind, Language

JSON = "application/json"
CACHE_CONTROL = "public, max-age=60, stale-if-error=86400"
VARY = "Accept, Accept-Language, Accept-Encoding"
LICENSE = {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
DISCLAIMERS = {
    "en": "General information, not medical advice and not a diagnosis. Certainty and urgency levels have not been "
    "reviewed by a clinician. In an emergency call 112.",
    "sv": "Allmän information, inte medicinsk rådgivning och ingen diagnos. Nivåerna för säkerhet och brådska har "
    "inte granskats av kliniker. Ring 112 vid en nödsituation.",
}


class NotModified(Exception):  # noqa: N818 - not an error: the client has this answer already.
    """The representation that the client holds still stands."""

    def __init__(self, reading: "Reading") -> None:
        super().__init__()
        self.reading = reading


class Reading:
    """One request on one snapshot."""

    def __init__(self, session: Session, query: Mapping[str, Any], *, media_types: Sequence[str] = (JSON,)) -> None:
        self.session, self.query = session, query
        self.media_type = choose_media_type(media_types)
        self.words = Words(query.get("lang") or choose_language())
        self.revision = session.execute(select(Clock.revision)).scalar_one()
        self.etag = ""

    def tag(self, thing_revision: int | None = None) -> None:
        """Fix the ETag: the thing's version, the base's, and what else decides the bytes."""
        self.etag = f"{thing_revision or self.revision}-{self.revision}-{self._representation()}"

    def stand(self, thing_revision: int | None = None) -> None:
        """Fix the ETag before anything else is read; raises ``NotModified`` when the client has it."""
        self.tag(thing_revision)
        if request.if_none_match.contains_weak(self.etag):
            raise NotModified(self)

    def resolve(self, parameters: Mapping[str, Kind]) -> dict[Kind, list[int]]:
        """The keys of the things that the query filters by: parameter → the kind that its slugs are of."""
        wanted = {name: (kind, self.query[name]) for name, kind in parameters.items() if self.query.get(name)}
        return resolve_filters(self.session, wanted)

    def values(self, *fields: str) -> dict[str, Any]:
        """The values that the query filters by, field by field."""
        return {field: self.query[field] for field in fields if self.query.get(field) is not None}

    def answer(
        self,
        data: Shape | list[Shape],
        *,
        page: Page | None = None,
        included: Shape | None = None,
        links: Shape | None = None,
        **meta: Any,
    ) -> Response:
        """The envelope as a response."""
        links = {"self": self_address(), **(links or {})}
        body: Shape = {"data": self._narrow(data)}
        if included is not None:
            body["included"] = included
        if page is not None:
            meta = {"total": page.total, "total_exact": page.total_exact, **meta}
            if page.next_cursor:
                links["next"] = self_address(cursor=page.next_cursor)
        body |= {"links": links, "meta": self.meta(**meta)}
        response = self.finish(Response(orjson.dumps(body), mimetype=JSON))
        if "next" in links:
            response.headers["Link"] = f'<{links["next"]}>; rel="next"'
        return response

    def meta(self, **more: Any) -> Shape:
        """What every answer says of itself."""
        language = self.words.language
        meta = {
            "revision": self.revision,
            "lang": language,
            "license": LICENSE,
            "disclaimer": DISCLAIMERS if language == ALL_LANGUAGES else DISCLAIMERS[language],
            **{key: value for key, value in more.items() if value is not None},
        }
        if self.words.fallbacks:
            meta["fallbacks"] = self.words.fallbacks
        return meta

    def finish(self, response: Response) -> Response:
        """The headers of a cacheable answer."""
        response.set_etag(self.etag)
        response.headers["Cache-Control"] = CACHE_CONTROL
        response.headers["Content-Language"] = self.content_language
        response.headers["KB-Revision"] = str(self.revision)
        return response

    @property
    def content_language(self) -> str:
        return ", ".join(Language) if self.words.language == ALL_LANGUAGES else self.words.language

    def _representation(self) -> str:
        """What else than the content decides the bytes: address, language, media type."""
        parts = (request.path, canonical_query(), self.words.language, self.media_type)
        return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def _narrow(self, data: Shape | list[Shape]) -> Shape | list[Shape]:
        names = split_list(self.query.get("fields"))
        if not names:
            return data
        if isinstance(data, list):
            return [{name: shape[name] for name in names if name in shape} for shape in data]
        return {name: data[name] for name in names if name in data}


@contextmanager
def reading(query: Mapping[str, Any], **options: Any) -> Iterator[Reading]:
    """A ``Reading`` on a snapshot of the application's database."""
    with database().read() as session:
        yield Reading(session, query, **options)


def database() -> Database:
    """The application's database."""
    found: Database = current_app.extensions["kb_database"]
    return found


def choose_language() -> str:
    """The language that ``Accept-Language`` likes best; English without a wish."""
    return request.accept_languages.best_match([str(language) for language in Language]) or str(Language.EN)


def choose_media_type(available: Sequence[str]) -> str:
    """The first of the available types without a wish, else the best match. Raises ``NotAcceptableError``."""
    if not request.accept_mimetypes.provided:
        return available[0]
    best = request.accept_mimetypes.best_match(available)
    if best is None:
        raise NotAcceptableError(f"can be given as: {', '.join(available)}", available)
    return best


def canonical_query() -> list[tuple[str, str]]:
    """The query in one order, whatever order it was written in."""
    return sorted(request.args.items(multi=True))


def self_address(**changed: str) -> str:
    """The path and query of this request in one spelling, path-absolute, with some parameters changed."""
    from_query = [(name, value) for name, value in canonical_query() if name not in changed]
    path, encoded = quote(request.path), urlencode([*from_query, *changed.items()])
    return f"{path}?{encoded}" if encoded else path


def split_list(value: str | None) -> list[str]:
    """``"a,b"`` → its parts; ``include`` and ``fields`` are written so."""
    return [part.strip() for part in value.split(",") if part.strip()] if value else []


def check_names(parameter: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Raise ``InvalidInputError`` for each name that is not known, with the nearest that is."""
    faults = [
        Fault(f"there is no '{name[:120]}' for '{parameter}'", parameter, did_you_mean=find_nearest(name, known))
        for name in names
        if name not in known
    ]
    if faults:
        raise InvalidInputError(faults)
