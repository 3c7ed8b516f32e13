"""From a request to an answer: language, media type, revision, ETag, and the envelope that every answer has.

Rule: every answer of a reading view is made by a ``Reading``; nothing else sets caching headers or ``meta``.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, current_app, request
from marshmallow import Schema
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb_api.database import Database
from kb_api.errors import Fault, InvalidInputError
from kb_api.models import Clock
from kb_api.queries.details import get_details, get_summaries
from kb_api.queries.slugs import find_nearest, resolve_filters
from kb_api.settings import Settings
from kb_api.shapes.links import Shape
from kb_api.shapes.words import ALL_LANGUAGES, Words
from kb_api.views.blueprint import make_schema
from kb_api.views.negotiation import Answer, Representation, choose_representation
from kb_api.views.paging import Page
from kb_api.views.representations import JSON
from kb_api.views.shelf import Section, Shelf
from kb_api.vocabulary import PLURALS, Kind, Language

STANDING_REVISION = "kb_api.revision"
"""Where the response cache notes, in the environment, which revision stood when the request came."""
REVISION_MAX_DIGITS = 10
CACHE_CONTROL = "public, max-age=60, stale-if-error=86400"
VARY = "Accept, Accept-Language, Accept-Encoding"
SAFE_PART = re.compile(r"[a-z0-9-]+")
"""A part of an address that can stand in a file's name."""
REVISION = select(Clock.revision)
"""Built once, because every request asks it first."""
NOT_FILTERS = {"lang", "include", "fields", "limit", "cursor", "sort", "format", "style", "locale"}
"""The parameters that do not choose between things."""
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

    def __init__(
        self,
        session: Session,
        query: Mapping[str, Any],
        *,
        forms: Sequence[Representation] = (JSON,),
        shelf: Shelf | None = None,
    ) -> None:
        """``shelf`` is for what is read of a revision that stands: never for what a write has not committed yet."""
        self.session, self.query = session, query
        language = query.get("lang") or choose_language()
        self.form = choose_representation(forms, query, language)
        self._refuse_meaningless()
        # Linked data tags each text with its language, so it takes all there are and falls back to none.
        self.words = Words(ALL_LANGUAGES if self.form.is_linked_data else language)
        self.revision = session.execute(REVISION).scalar_one()
        self.etag = ""
        self._shelf = shelf if self.form is JSON and not query.get("fields") else None
        self._notices: dict[tuple[str, str, str], Shape] = {}

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

    def gather(self, kind: Kind, ids: Sequence[int], *, is_detail: bool = False) -> list[Any]:
        """The things with these keys, shaped; as JSON already where that is all that is needed."""
        get_shapes = partial(get_details if is_detail else get_summaries, self.session, kind)
        if self._shelf is None:
            shapes = list(get_shapes(ids, self.words))
            self.note(shapes)
            return shapes
        kept = self._shelf.find(self.revision, Section(kind, is_detail, self.words.language), ids, get_shapes)
        for thing in kept:
            if thing.notices:
                self.note([{"notices": thing.notices}])
            self.words.fallbacks += thing.fallbacks
        return [thing.json for thing in kept]

    def note(self, shapes: Iterable[Shape]) -> None:
        """Tell in ``meta`` the notices on every reference that these shapes show, each once."""
        for shape in shapes:
            for notice in shape.get("notices", ()):
                said = (notice["on"]["slug"], str(notice["notice_type"]), str(notice["text"]))
                self._notices.setdefault(said, notice)

    def answer(
        self,
        data: Shape | list[Shape],
        *,
        page: Page | None = None,
        included: Shape | None = None,
        links: Shape | None = None,
        **meta: Any,
    ) -> Response:
        """The answer as a response, in the form that was asked for."""
        links = {"self": self_address(), **(links or {})}
        if page is not None:
            meta = {"total": page.total, "total_exact": page.total_exact, **meta}
            if page.next_cursor:
                links["next"] = self_address(cursor=page.next_cursor)
        answer = Answer(
            self._narrow(data), included, links, self.meta(**meta), settings().public_url, self._shown_languages()
        )
        response = self.finish(Response(self.form.write(answer), content_type=self.form.content_type))
        if "next" in links:
            response.headers["Link"] = f'<{links["next"]}>; rel="next"'
        if self.form.file_extension:
            response.headers["Content-Disposition"] = f'inline; filename="{self._file_name()}"'
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
        if self._notices:
            meta["notices"] = list(self._notices.values())
        if self.words.fallbacks:
            meta["fallbacks"] = self.words.fallbacks
        return meta

    def finish(self, response: Response) -> Response:
        """The headers of an answer; one that never stood, such as that to a POST, is not cached."""
        if self.etag:
            response.set_etag(self.etag)
        response.headers["Cache-Control"] = CACHE_CONTROL if self.etag else "no-store"
        response.headers["Content-Language"] = self.content_language
        response.headers["KB-Revision"] = str(self.revision)
        return response

    @property
    def counted_as(self) -> Hashable:
        """What decides how many things a list has: the database, its revision, the address and the filters."""
        filters = [parameter for parameter in canonical_query() if parameter[0] not in NOT_FILTERS]
        return database().url, self.revision, request.path, tuple(filters)

    @property
    def content_language(self) -> str:
        if locale := self.form.parameters.get("locale"):
            return locale
        return ", ".join(Language) if self.words.language == ALL_LANGUAGES else self.words.language

    def _representation(self) -> str:
        """What else than the content decides the bytes: address, language, form."""
        parts = (request.path, canonical_query(), self.words.language, self.form.content_type)
        return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

    def _refuse_meaningless(self) -> None:
        """Raise for parameters that shape JSON and would silently do nothing in this form."""
        given = [name for name in ("fields", "include") if self.query.get(name) and name not in self.form.shaped_by]
        if given:
            message = f"has no meaning in the format '{self.form.name}'"
            raise InvalidInputError([Fault(f"'{name}' {message}", parameter=name) for name in given])

    def _shown_languages(self) -> list[str]:
        """The languages of linked data: all, or the one that the query names."""
        wanted = self.query.get("lang") or ALL_LANGUAGES
        return [str(language) for language in Language] if wanted == ALL_LANGUAGES else [wanted]

    def _file_name(self) -> str:
        """The address as a file's name: ``slutsky-2010.bib``, ``nmda-block-references.ris``."""
        parts = [part for part in request.path.split("/") if SAFE_PART.fullmatch(part)]
        name = parts[-1] if parts[-2] in PLURALS.values() else "-".join(parts[-2:]).removeprefix("v1-")
        return f"{name}.{self.form.file_extension}"

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
    with read_snapshot() as session:
        yield Reading(session, query, shelf=current_app.extensions["kb_shelf"], **options)


@contextmanager
def read_snapshot() -> Iterator[Session]:
    """A session on a snapshot that the client cannot take for an earlier one than it has seen.

    Whoever shows a key reads where is written. Everybody else may be sent to a replica, but never to one that is
    behind the revision that the client names in ``KB-Revision`` or that whoever asks for it has found to stand.
    """
    seen = max(_read_revision("HTTP_KB_REVISION"), _read_revision(STANDING_REVISION))
    with database().read(at_least=seen, from_primary="Authorization" in request.headers) as session:
        yield session


def database() -> Database:
    """The application's database."""
    found: Database = current_app.extensions["kb_database"]
    return found


def settings() -> Settings:
    """The application's settings."""
    found: Settings = current_app.extensions["kb_settings"]
    return found


def _read_revision(name: str) -> int:
    """A revision from the request's environment; 0 when it says none."""
    written = str(request.environ.get(name, ""))
    return int(written) if written.isdecimal() and len(written) < REVISION_MAX_DIGITS else 0


def choose_language() -> str:
    """The language that ``Accept-Language`` likes best; English without a wish."""
    return request.accept_languages.best_match([str(language) for language in Language]) or str(Language.EN)


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


def check_fields(names: Sequence[str], schema: type[Schema]) -> None:
    """Raise ``InvalidInputError`` for each name that is no field of what goes out."""
    if names:
        check_names("fields", names, list(make_schema(schema).fields))


def check_names(parameter: str, names: Sequence[str], known: Sequence[str]) -> None:
    """Raise ``InvalidInputError`` for each name that is not known, with the nearest that is."""
    faults = [
        Fault(f"there is no '{name[:120]}' for '{parameter}'", parameter, did_you_mean=find_nearest(name, known))
        for name in names
        if name not in known
    ]
    if faults:
        raise InvalidInputError(faults)
