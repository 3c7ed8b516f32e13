"""The OpenAPI document: committed, valid, complete, and what is served."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from kb_api.views.describing import describe_api, dump_openapi
from kb_api.views.service import openapi_file

Document = dict[str, Any]


def read_yaml(text: str) -> Document:
    document: Document = yaml.load(text, yaml.CSafeLoader)
    return document


@pytest.fixture(scope="module")
def document() -> Document:
    return read_yaml(openapi_file().read_text(encoding="utf-8"))


def operations(document: Document) -> list[tuple[str, Document]]:
    return [(f"{method} {path}", op) for path, found in document["paths"].items() for method, op in found.items()]


@pytest.mark.only_on("sqlite", reason="the document is the same on either engine, and takes a while to make")
def test_the_committed_document_is_what_the_code_describes(fresh_app: Flask) -> None:
    described = dump_openapi(describe_api(fresh_app))

    assert described == openapi_file().read_text(encoding="utf-8"), "run: make openapi"


def test_it_is_valid_openapi_3_1(document: Document) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_it_says_what_the_service_is_not(document: Document) -> None:
    assert "no diagnosis" in document["info"]["description"]
    assert "scores no symptoms" in document["info"]["description"]


def test_it_is_readable_for_swedes() -> None:
    assert "\\xE5" not in openapi_file().read_text(encoding="utf-8")


def test_every_operation_is_named_and_described(document: Document) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]

    assert len(names) == len(set(names))
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name


def test_every_parameter_has_a_description_and_an_example(document: Document) -> None:
    for name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (name, parameter["name"])
            assert "example" in parameter, (name, parameter["name"])


def test_every_response_has_a_schema_and_an_example_that_fits_it(document: Document) -> None:
    for name, operation in operations(document):
        for status, response in operation["responses"].items():
            resolved = response
            if "$ref" in response:
                resolved = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
            for media_type, content in resolved.get("content", {}).items():
                assert "schema" in content, (name, status, media_type)
                assert "example" in content, (name, status, media_type)
                if "json" in media_type:
                    schema = {**content["schema"], "components": document["components"]}
                    Draft202012Validator(schema).validate(content["example"])


def test_errors_are_problems(document: Document) -> None:
    for name, operation in operations(document):
        errors = [response for status, response in operation["responses"].items() if status[0] in "45d"]
        assert errors, name
        assert all("/Problem" in response.get("$ref", "") for response in errors), name


@pytest.mark.parametrize(
    ("address", "mimetype", "read"),
    [("/openapi.json", "application/json", json.loads), ("/openapi.yaml", "application/yaml", read_yaml)],
)
def test_it_is_served(
    client: FlaskClient, document: Document, address: str, mimetype: str, read: Callable[[str], Document]
) -> None:
    response = client.get(address)

    assert response.mimetype == mimetype
    assert read(response.get_data(as_text=True)) == document
