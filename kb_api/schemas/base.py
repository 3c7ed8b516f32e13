"""The parts that every schema is made of: strict base classes and the fields that know our limits.

Rule: a schema judges one role (what comes in, or what goes out); ``only=`` and ``partial=`` are not used, because they
document the wrong thing.
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from kb_api.vocabulary import SLUG_MAX_LENGTH, Language

TEXT_MAX_LENGTH = 8_000
"""Twice what the contract promises for any text."""
LIST_MAX_LENGTH = 500
"""The most parts of one kind that a record may have: a guess, five times the largest in the seed."""

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# Line breaks and tabs are text; every other control and all that turn the reading direction are not.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)

UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf"}
"""Categories of characters that nobody sees: spaces, line breaks, zero-width joiners."""


class InputSchema(Schema):
    """What may come in: unknown keys are refused, absent and null keys are left out of the result."""

    class Meta:
        unknown = RAISE

    @post_load
    def leave_out_absent(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {key: value for key, value in data.items() if value is not None}


class OutputSchema(Schema):
    """What goes out; it documents, and the tests hold every answer against it."""

    class Meta:
        unknown = EXCLUDE


class Text(fields.String):
    """Text that people read: NFC, not blank, no control or direction characters."""

    def __init__(self, *, max_length: int = TEXT_MAX_LENGTH, **options: Any) -> None:
        super().__init__(validate=validate.Length(min=1, max=max_length), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **options))
        if all(unicodedata.category(character) in UNSEEN for character in text):
            raise ValidationError("must not be blank")
        if unwanted := UNWANTED.search(text):
            raise ValidationError(f"must not contain the control character U+{ord(unwanted.group()):04X}")
        return text


class Patterned(fields.String):
    """A string that, as a whole, has one form; a trailing line break does not slip through as it does with ``$``."""

    def __init__(self, pattern: str, message: str, *, max_length: int, **options: Any) -> None:
        super().__init__(validate=[validate.Length(max=max_length), self._check], **options)
        self.form, self.message = re.compile(pattern), message
        self.metadata = {"pattern": f"^(?:{pattern})$", **self.metadata}

    def _check(self, value: str) -> None:
        if not self.form.fullmatch(value):
            raise ValidationError(self.message)


class Slug(Patterned):
    """A slug: lower-case ASCII words joined by single hyphens."""

    def __init__(self, **options: Any) -> None:
        message = "must be lower-case ASCII words joined by single hyphens, such as 'muscle-cramps'"
        super().__init__(SLUG, message, max_length=SLUG_MAX_LENGTH, **options)


class Number(fields.Float):
    """A finite number that is written as one."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> float:
        if not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **options)


def enum(values: type[StrEnum], **options: Any) -> fields.String:
    """A field for one value of a closed list."""
    return fields.String(validate=validate.OneOf([str(value) for value in values]), **options)


def many(inner: fields.Field[Any], *, unique: bool = False, **options: Any) -> fields.List[Any]:
    """A list of bounded length, empty when absent; ``unique``: of different values."""
    checks: list[Any] = [validate.Length(max=LIST_MAX_LENGTH), *([check_different] if unique else [])]
    return fields.List(inner, load_default=list, validate=checks, **options)


def check_different(values: list[Any]) -> None:
    """Raise ``ValidationError`` at every value that stood before it in the list."""
    repeated = {place: [f"repeats '{value}'"] for place, value in enumerate(values) if value in values[:place]}
    if repeated:
        raise ValidationError(repeated)


def slug_list() -> fields.List[Any]:
    """A list of slugs, each once."""
    return many(Slug(), unique=True)


def number(*, minimum: float = 0, maximum: float = 1e9, **options: Any) -> fields.Float:
    """A finite number within bounds; ``"3"`` is refused."""
    return Number(validate=validate.Range(min=minimum, max=maximum), **options)


def positive(*, maximum: float = 1e9, **options: Any) -> fields.Float:
    """A finite number above 0."""
    judge = validate.Range(min=0, min_inclusive=False, max=maximum)
    return Number(validate=judge, metadata={"exclusiveMinimum": 0, "maximum": maximum}, **options)


class TrueOrFalse(fields.Boolean):
    """True or false as JSON has them; ``1``, ``"yes"`` and the like are refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def integer(*, minimum: int = 0, maximum: int = 1_000_000, **options: Any) -> fields.Integer:
    """A whole number within bounds; ``"3"`` and ``3.0`` are refused."""
    return fields.Integer(strict=True, validate=validate.Range(min=minimum, max=maximum), **options)


class WordingInput(InputSchema):
    """One text in at least one language."""

    sv = Text(metadata={"description": "The text in Swedish."})
    en = Text(metadata={"description": "The text in English."})

    @validates_schema
    def check_some_language(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError(f"needs at least one language of: {', '.join(Language)}")


class AliasesInput(InputSchema):
    """Names that people use, by language."""

    sv = many(Text(max_length=200))
    en = many(Text(max_length=200))


def wording(**options: Any) -> fields.Nested:
    """A field for one text in its languages."""
    return fields.Nested(WordingInput, **options)


def messages_of(error: ValidationError) -> dict[str, Any]:
    """What a schema found, always by field."""
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return messages


def unique(records: list[Mapping[str, Any]], *keys: str, field: str) -> None:
    """Raise ``ValidationError`` at ``field`` when two of its records have the same ``keys``."""
    seen = set()
    for position, record in enumerate(records):
        identity = tuple(record[key] for key in keys)
        if identity in seen:
            raise ValidationError({field: {position: [f"repeats {', '.join(map(str, identity))}"]}})
        seen.add(identity)
