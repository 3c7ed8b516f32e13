"""In which form an answer is given: what a resource can be given as, and which of these was asked for.

Rule: a form is one row of a table in ``representations``. ``?format=`` beats ``Accept``, as ``lang`` beats
``Accept-Language``; what is not among the forms is ``NotAcceptableError``, which names those that are.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import request
from werkzeug.http import parse_options_header

from kb_api.errors import NotAcceptableError
from kb_api.shapes.links import Shape

READ_PARAMETERS = ("style", "locale")
"""The parameters of a media type that choose between forms; all others, such as ``charset``, are no wish."""


class Answer(NamedTuple):
    """What a view found, before it has a form."""

    data: Shape | list[Shape]
    included: Shape | None
    links: Shape
    meta: Shape
    public_url: str
    languages: Sequence[str]
    """The languages of the texts that linked data shows."""

    @property
    def shapes(self) -> list[Shape]:
        """The things that were asked for, as a list also when there is one."""
        return self.data if isinstance(self.data, list) else [self.data]


@dataclass(frozen=True)
class Representation:
    """One form of an answer. ``name`` is what ``?format=`` says."""

    name: str
    media_type: str
    content_type: str
    write: Callable[[Answer], bytes]
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What tells it from other forms of its media type: the style and the locale of a bibliography."""
    file_extension: str | None = None
    is_linked_data: bool = False
    shaped_by: tuple[str, ...] = ()
    """Which of the parameters ``fields`` and ``include`` have a meaning in this form."""

    def describes(self, wanted: Mapping[str, str]) -> bool:
        """Whether each of the wanted parameters is as wanted; of a locale only the language counts."""
        return all(self._has(name, value) for name, value in wanted.items() if name in READ_PARAMETERS)

    def _has(self, name: str, value: str) -> bool:
        own = self.parameters.get(name, "")
        if name == "locale":
            return own[:2].lower() == value.lower().replace("_", "-").split("-")[0]
        return own == value.lower()


class Wish(NamedTuple):
    """One part of an ``Accept`` header."""

    media_type: str
    parameters: Mapping[str, str]
    quality: float

    def matches(self, form: Representation) -> bool:
        """Whether the form is of this type, and has the style and locale if it has any."""
        if self.media_type != form.media_type:
            main, _, sub = self.media_type.partition("/")
            return sub == "*" and main in {"*", form.media_type.partition("/")[0]}
        return form.describes(self.parameters) if form.parameters else True

    @property
    def precision(self) -> tuple[int, int]:
        """How much it says: a type beats a range, and each parameter read beats none."""
        read = [name for name in self.parameters if name in READ_PARAMETERS]
        return self.media_type.count("*") * -1, len(read)


def choose_representation(forms: Sequence[Representation], query: Mapping[str, Any], language: str) -> Representation:
    """The form that the request asks for, the first one without a wish. Raises ``NotAcceptableError``.

    Where a request leaves the locale open, the language of the answer decides.
    """
    forms = sorted(forms, key=lambda form: not form.parameters.get("locale", language).startswith(language))
    if query.get("locale"):
        forms = _with_locale(forms, query["locale"])
    if query.get("format"):
        return _named(forms, query["format"])
    return _accepted(forms, list(read_wishes()))


def read_wishes() -> Iterable[Wish]:
    """The ``Accept`` header, part by part: the type first, then its parameters."""
    for written, quality in request.accept_mimetypes:
        media_type, parameters = parse_options_header(written)
        yield Wish(media_type.lower(), parameters, quality)


def spell(form: Representation) -> str:
    """The media type with what tells it from others, as an ``Accept`` header would say it."""
    parameters = [f"{name}={form.parameters[name]}" for name in READ_PARAMETERS if name in form.parameters]
    return "; ".join([form.media_type, *parameters])


def _with_locale(forms: Sequence[Representation], locale: str) -> list[Representation]:
    """The forms without a locale, and those with this one."""
    kept = [form for form in forms if "locale" not in form.parameters or form.describes({"locale": locale})]
    locales = sorted({form.parameters["locale"] for form in forms if "locale" in form.parameters})
    if not any("locale" in form.parameters for form in kept):
        raise NotAcceptableError(f"there is nothing in the locale '{locale[:40]}': use {', '.join(locales)}", locales)
    return kept


def _named(forms: Sequence[Representation], name: str) -> Representation:
    for form in forms:
        if form.name == name.lower():
            return form
    names = list(dict.fromkeys(form.name for form in forms))
    raise NotAcceptableError(f"there is no format '{name[:40]}' here: use {', '.join(names)}", names)


def _accepted(forms: Sequence[Representation], wishes: Sequence[Wish]) -> Representation:
    if not wishes:
        return forms[0]
    best = max(forms, key=lambda form: _quality(form, wishes))  # The first of equals: the order of the table decides.
    if _quality(best, wishes) > 0:
        return best
    media_types = list(dict.fromkeys(spell(form) for form in forms))
    raise NotAcceptableError(f"can be given as: {', '.join(media_types)}", media_types)


def _quality(form: Representation, wishes: Sequence[Wish]) -> float:
    """How welcome a form is: the most precise wish that matches says so; without one it is not wanted."""
    matching = [wish for wish in wishes if wish.matches(form)]
    return max(matching, key=lambda wish: wish.precision).quality if matching else 0.0
