"""Faults that generated requests found, each with the request that shows it."""

from typing import Any

import pytest

from tests.editing.conftest import Editor
from tests.support.contract import assert_problem


@pytest.mark.parametrize("version", ['""', 'W/""', '"", "", W/"x"'])
def test_an_empty_version_is_a_stale_one(ann: Editor, version: str) -> None:
    assert_problem(ann.patch("/v1/signs/fatigue", json={"position": 70}, version=version), 412)


@pytest.mark.parametrize("field", ["molar_mass_g_per_mol", "elemental_magnesium_percent"])
def test_what_the_database_refuses_is_refused_before(ann: Editor, field: str) -> None:
    record: dict[str, Any] = ann.get("/v1/forms/magnesium-citrate/record").get_json()["data"]

    response = ann.put("/v1/forms/magnesium-citrate", json=record | {field: 0}, version=1)

    assert_problem(response, 422, f"/{field}")


@pytest.mark.parametrize("path", ["/v1/signs", "/v1/signs/fatigue/history", "/v1/revisions"])
def test_a_cursor_of_another_alphabet_is_refused(ann: Editor, path: str) -> None:
    assert_problem(ann.get(f"{path}?cursor=WyJwb3NpdGlvbiIsMSwxXQ!!"), 422, "cursor")
