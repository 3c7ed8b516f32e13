"""The blueprint that every resource uses: strict parameters and our problems instead of the framework's.

Rule: a view's decorators stand in the order ``route, arguments, response``; they are its contract.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NoReturn

import flask_smorest
from flask import current_app, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser

from kb_api.errors import Fault, InvalidInputError, LimitError
from kb_api.queries.slugs import find_nearest
from kb_api.schemas.base import messages_of


class Parser(FlaskParser):
    """Refuses what it does not know, and a second value where one is meant."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs reads it as a class attribute
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def load_querystring(self, req: Any, schema: Schema) -> Any:
        """Parameter → its value, or its values where there may be several.

        As a dictionary: Werkzeug's own makes an exception for every parameter that is not there.
        """
        written, singles = req.args.to_dict(flat=False), find_singles(schema)
        repeated = [
            Fault(f"'{name}' takes one value", parameter=name)
            for name, values in written.items()
            if len(values) > 1 and name in singles
        ]
        if repeated:
            raise InvalidInputError(repeated)
        return {name: values[0] if name in singles else values for name, values in written.items()}

    def parse(self, argmap: Any, req: Any = None, *, location: str | None = None, **options: Any) -> Any:
        """What was sent, with a page no longer than the operator allows."""
        schema = make_schema(argmap) if isinstance(argmap, type) else argmap
        data = super().parse(schema, req, location=location, **options)
        if location == "query" and isinstance(data, dict) and "limit" in data:
            _bound_page(data)
        return data

    def handle_error(self, error: ValidationError, req: Any, schema: Schema, **_: Any) -> NoReturn:
        """Every fault that the schema found, each with the nearest valid value."""
        faults: list[Fault] = []
        for location, messages in messages_of(error).items():
            if location == "query":
                faults += _query_faults(messages, req, schema)
            else:
                faults += body_faults(messages)
        raise InvalidInputError(faults) from error


@cache
def make_schema(schema: type[Schema]) -> Schema:
    """The one instance of a schema: to make one copies every field, and nothing in it changes by judging."""
    return schema()


@cache
def find_singles(schema: Schema) -> frozenset[str]:
    """The parameters that take one value."""
    return frozenset(
        field.data_key or name for name, field in schema.fields.items() if not isinstance(field, fields.List)
    )


class Blueprint(flask_smorest.Blueprint):
    """A blueprint whose parameters are strict."""

    ARGUMENTS_PARSER = Parser()

    def response(
        self,
        status_code: Any,
        schema: Any = None,
        *,
        also: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
        **options: Any,
    ) -> Callable[[Any], Any]:
        """What a view answers; ``also`` says in which other media types, each with its schema.

        An ``example`` in such a schema is one of the whole answer, for what cannot be shown by a shortened real one.
        """
        decorate = super().response(status_code, schema, **options)
        others = [
            self.alt_response(
                status_code,
                schema={key: value for key, value in other.items() if key != "example"},
                example=other.get("example"),
                content_type=media_type,
                description="OK",
                success=True,
            )
            for media_type, other in also.items()
        ]

        def decorator(view: Any) -> Any:
            for other in reversed(others):
                view = other(view)
            return decorate(view)

        return decorator


def body_faults(messages: Any, pointer: str = "") -> list[Fault]:
    """Faults of a body, each with its JSON pointer."""
    if not isinstance(messages, dict):
        return [Fault(str(message), pointer=pointer) for message in messages]
    faults = []
    for key, value in messages.items():
        faults += body_faults(value, pointer if key == "_schema" else f"{pointer}/{key}")
    return faults


def _bound_page(query: dict[str, Any]) -> None:
    """Raise ``LimitError`` for a page that was asked for and is too long; a default that is, becomes shorter."""
    maximum: int = current_app.extensions["kb_settings"].max_page_size
    if query["limit"] > maximum and "limit" in request.args:
        message = f"'limit': a page has at most {maximum} things"
        raise LimitError("max_page_size", maximum, message, faults=[Fault(message, parameter="limit")])
    query["limit"] = min(query["limit"], maximum)


def _query_faults(messages: Any, req: Any, schema: Schema) -> Iterator[Fault]:
    for name, found in messages.items():
        if name not in schema.fields:
            suggestion = find_nearest(name, schema.fields)
            yield Fault(f"there is no parameter '{name[:120]}'", parameter=name, did_you_mean=suggestion)
            continue
        values = req.args.getlist(name)
        items = found.items() if isinstance(found, dict) else [(0, found)]
        for position, texts in items:
            written = values[position] if position < len(values) else ""
            choices = _choices(schema.fields[name])
            suggestion = find_nearest(written, choices) if choices else None
            yield Fault(f"'{name}': {'; '.join(texts)}", parameter=name, did_you_mean=suggestion)


def _choices(field: Any) -> list[str]:
    inner = field.inner if isinstance(field, fields.List) else field
    return [
        choice
        for validator in inner.validators
        if isinstance(validator, validate.OneOf)
        for choice in validator.choices
    ]
