"""The OpenAPI document: what flask-smorest gathers from the views, completed with examples that really happened.

Rule: nothing about an operation is written here that its view could say itself; examples are answers of the service
on its own seed, shortened.
"""

import re
from copy import deepcopy
from http import HTTPStatus
from typing import Any

import yaml
from flask import Flask
from flask.testing import FlaskClient

from kb_api.schemas.base import SLUG
from kb_api.views.exampling import Examples, shorten
from kb_api.views.problems import MEDIA_TYPE
from kb_api.vocabulary import SLUG_MAX_LENGTH

Document = dict[str, Any]

DESCRIPTION = """\
A structured, evidence-checked knowledge base about magnesium deficiency, in Swedish and English: signs, mechanisms,
forms, foods and populations, tied together by atomic claims with evidence **for and against**.

**What it is not.** It gives no diagnosis, scores no symptoms and recommends no dose to anyone: no operation takes a
person's symptoms and returns a likelihood, and none ever will. Red flags (when to seek care) are static content of a
sign. Certainty and urgency levels have not been reviewed by a clinician. In an emergency call 112.

**Conventions.** Lists are keyset pages (`links.next`). `lang` beats `Accept-Language`. Every answer names the revision
it was made from (`meta.revision`, `KB-Revision`) and has a strong `ETag`. Every error is `application/problem+json`
(RFC 9457) that names the culprit and, where there is one, the nearest valid value. An unknown parameter or slug is an
error, never an empty list."""

SLUGS = {
    "signs": "fatigue",
    "mechanisms": "nmda-receptor",
    "forms": "magnesium-citrate",
    "foods": "nuts",
    "populations": "older-adults",
    "claims": "supplement-cramps",
    "references": "slutsky-2010",
    "health-claims": "eu-muscle-function",
    "safety": "cramp-long",
    "intakes": "efsa-ul",
    "sections": "section-1",
    "passages": "1-4-supplement-cramps",
}
"""Resource → a slug that is there, for examples."""

QUERIES = {"/v1/graph": "around=mechanism:substance-p"}
"""Address → the query of its example, where it needs one."""

PROBLEMS = {
    "400": "The request is malformed.",
    "401": "No key, or one that does not hold.",
    "403": "The key does not allow this.",
    "404": "There is no such thing.",
    "406": "None of the formats asked for can be given.",
    "409": "The change contradicts what stands.",
    "410": "The thing was retracted; the reason and the successor are named.",
    "412": "The thing has changed since it was read.",
    "413": "The body is too large.",
    "414": "The query string is too long, or has too many parameters.",
    "415": "The body is of a type that is not read.",
    "422": "A parameter or a part of the body is not acceptable; each culprit is named.",
    "428": "The request needs If-Match.",
    "429": "Too many requests; Retry-After says when to come back.",
    "503": "The database cannot answer now; Retry-After says when to try again.",
}
"""Status → what it means, for the reference."""

VARIABLE = re.compile(r"<(?:[^<>:]*:)?([^<>:]+)>")
"""A part of a route that varies, with or without a converter: ``<slug>``, ``<int(max=9):number>``."""

PATH_SLUG_MAX_LENGTH = SLUG_MAX_LENGTH + 10
"""A passage is named by section, sentence and the slug of its claim."""


def describe_api(app: Flask) -> Document:
    """The whole document. The application must stand on a loaded seed: examples are asked of it."""
    document: Document = deepcopy(app.extensions["kb_api"].spec.to_dict())
    document["info"] = {
        "title": "kb_api",
        "summary": "An evidence-checked knowledge base about magnesium deficiency.",
        "description": DESCRIPTION,
        "version": "1.0.0",
        "license": {"name": "Code MIT, content CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    }
    document["servers"] = [{"url": "/", "description": "This server."}]
    document = {key: document[key] for key in ("openapi", "info", "servers", "tags", "paths", "components")}
    _describe_problems(document)
    client = app.test_client()
    for path, method, operation in _operations(document):
        _name_operation(app, path, method, operation)
        _complete_parameters(path, operation)
        _complete_problems(path, method, operation)
        if method == "get":
            _add_examples(client, path, method, operation)
    Examples(app, document).live()
    for path, method, operation in _operations(document):
        _add_examples(client, path, method, operation)
        _complete_dry_run(operation)
    return document


def dump_openapi(document: Document) -> str:
    """The document as YAML that people can read: å, ä, ö as they are, in the order of writing."""
    dumped: str = yaml.dump(document, allow_unicode=True, sort_keys=False, width=120, Dumper=_Dumper)
    return dumped


class _Dumper(yaml.SafeDumper):
    """Long texts in block style, no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def _operations(document: Document) -> list[tuple[str, str, Document]]:
    """Every operation; what its path says of parameters is moved into it, so that each stands for itself."""
    for described in document["paths"].values():
        shared = described.pop("parameters", [])
        for operation in described.values():
            operation["parameters"] = [*deepcopy(shared), *operation.get("parameters", [])]
    methods = ("get", "post", "put", "patch", "delete")
    return [
        (path, method, described[method])
        for path, described in document["paths"].items()
        for method in methods
        if method in described
    ]


def _name_operation(app: Flask, path: str, method: str, operation: Document) -> None:
    """The operationId is the name of the endpoint, with the method before it where several share one."""
    operation["description"] = " ".join(operation.get("description", "").split())
    if "operationId" in operation:
        return
    endpoint = next(found.endpoint for found in app.url_map.iter_rules() if VARIABLE.sub(r"{\1}", found.rule) == path)
    name = endpoint.rpartition(".")[2]
    operation["operationId"] = name if method in {"get", "post"} else f"{method}_{name.partition('_')[2]}"


def _complete_parameters(path: str, operation: Document) -> None:
    for parameter in operation.get("parameters", []):
        schema = parameter.get("schema", {})
        if "example" in schema:
            parameter["example"] = schema.pop("example")
        if parameter["in"] == "path":
            parameter.setdefault("description", "The slug of the thing; its number, for a revision.")
            parameter.setdefault("example", SLUGS.get(path.split("/")[2], 1))
            if parameter["name"] == "slug":
                schema.update(pattern=f"^{SLUG}$", maxLength=PATH_SLUG_MAX_LENGTH)


def _complete_problems(path: str, method: str, operation: Document) -> None:
    statuses = ["400", "406", "414", "422", "429", "503"]
    if "{slug}" in path:
        statuses += ["404", "410"]
    if method != "get":
        statuses += ["413", "415"]
    responses = operation["responses"]
    responses.pop("default", None)
    for status in [*statuses, *(status for status in responses if status in PROBLEMS)]:
        responses[status] = {"$ref": f"#/components/responses/Problem{status}"}
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    operation["responses"] = dict(sorted(responses.items()))


def _complete_dry_run(operation: Document) -> None:
    """What is made with 201 is only tried with 200, and looks the same."""
    responses = operation["responses"]
    has_dry_run = any(parameter["name"] == "dry_run" for parameter in operation["parameters"])
    if has_dry_run and "201" in responses and "200" not in responses:
        tried = {**deepcopy(responses["201"]), "description": "With `dry_run`: what would stand; nothing was changed."}
        operation["responses"] = {"200": tried, **responses}


def _describe_problems(document: Document) -> None:
    schema = {"$ref": "#/components/schemas/Problem"}
    responses = {
        f"Problem{status}": {
            "description": description,
            "content": {MEDIA_TYPE: {"schema": schema, "example": _problem_example(int(status), description)}},
        }
        for status, description in PROBLEMS.items()
    }
    responses["Problem"] = {
        "description": "Any other error, in the same form.",
        "content": {MEDIA_TYPE: {"schema": schema, "example": _problem_example(500, "an error on our side")}},
    }
    document["components"]["responses"] = responses
    document["components"]["schemas"].pop("Error", None)
    document["components"]["schemas"].pop("PaginationMetadata", None)


def _problem_example(status: int, detail: str) -> Document:
    phrase = HTTPStatus(status)
    return {
        "type": f"/docs/problems#{phrase.name.lower().replace('_', '-')}",
        "title": phrase.phrase,
        "status": status,
        "detail": detail,
        "instance": "/v1/signs",
    }


def _add_examples(client: FlaskClient, path: str, method: str, operation: Document) -> None:
    """The answer to one real request, shortened, for every media type that has none yet."""
    address = _example_address(path, operation)
    for status, response in operation["responses"].items():
        for media_type, content in response.get("content", {}).items():
            if "example" in content or not status.startswith("2"):
                continue
            if path.startswith("/openapi."):
                content["example"] = {"openapi": "3.1.0", "info": {"title": "kb_api", "version": "1.0.0"}}
                continue
            answer = client.open(
                address, method=method, json=_request_example(operation), headers={"Accept": media_type}
            )
            if answer.status_code == int(status):
                content["example"] = shorten(answer.get_json() if answer.is_json else answer.get_data(as_text=True))


def _example_address(path: str, operation: Document) -> str:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    needed = [p for p in operation.get("parameters", []) if p["in"] == "query" and p.get("required")]
    if path in QUERIES:
        return f"{path}?{QUERIES[path]}"
    query = "&".join(f"{parameter['name']}={parameter['example']}" for parameter in needed)
    return f"{path}?{query}" if query else path


def _request_example(operation: Document) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    return next((part.get("example") for part in content.values()), None)
