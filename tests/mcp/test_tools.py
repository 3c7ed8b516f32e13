"""The tools, as a real client of the protocol sees them."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, Tool
from starlette.testclient import TestClient

from kb_api.answers import estimate_tokens
from kb_api.database import Database
from kb_api.mcp import INSTRUCTIONS, create_server, guard_hosts
from kb_api.settings import Settings

CATALOGUE_TOKENS_MAX = 2_000
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
HEADERS = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}

CALLS = {
    "search": {"query": "magnesim for slep"},
    "get": {"ids": ["sign:fatigue", "claim:nmda-block", "sign:nothing"]},
    "claim_evidence": {"claim": "supplement-cramps"},
    "answer": {"question": "Does magnesium reduce migraine attacks?"},
    "graph": {"around": "sign:fatigue"},
}
"""Tool → arguments that it answers."""

Call = Callable[[str, dict[str, Any]], CallToolResult]


def talk(database: Database, said: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client in this process gets from the server."""

    async def run() -> Any:
        settings = Settings(database_url=database.url, embeddings=False)
        async with Client(create_server(database, settings)) as client:
            return await said(client)

    return asyncio.run(run())


@pytest.fixture
def tools(loaded_database: Database) -> list[Tool]:
    async def list_tools(client: Client) -> list[Tool]:
        return list((await client.list_tools()).tools)

    listed: list[Tool] = talk(loaded_database, list_tools)
    return listed


@pytest.fixture
def call(loaded_database: Database) -> Call:
    def run(name: str, arguments: dict[str, Any]) -> CallToolResult:
        result: CallToolResult = talk(loaded_database, lambda client: client.call_tool(name, arguments))
        return result

    return run


def test_there_are_five_read_only_tools(tools: list[Tool]) -> None:
    assert [tool.name for tool in tools] == list(CALLS)
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)


def test_the_catalogue_is_small(tools: list[Tool]) -> None:
    listed = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]
    catalogue = json.dumps(listed, separators=(",", ":"), ensure_ascii=False)

    assert estimate_tokens(catalogue + INSTRUCTIONS) <= CATALOGUE_TOKENS_MAX


@pytest.mark.parametrize("name", CALLS)
def test_every_tool_answers_with_a_typed_result(call: Call, tools: list[Tool], name: str) -> None:
    result = call(name, CALLS[name])
    schema = next(tool.output_schema for tool in tools if tool.name == name)

    assert not result.is_error
    assert schema is not None
    assert result.structured_content is not None
    assert set(schema["required"]) == set(result.structured_content)


def test_a_search_mends_typos(call: Call) -> None:
    found = call("search", CALLS["search"]).structured_content or {}

    assert found["corrected"] == "magnesium for sleep"
    assert "sign:sleep-problems" in [hit["id"] for hit in found["hits"]]


def test_things_come_in_the_order_asked_for(call: Call) -> None:
    things = (call("get", CALLS["get"]).structured_content or {})["things"]

    assert [thing["status"] for thing in things] == ["found", "found", "missing"]


def test_evidence_shows_what_speaks_against(call: Call) -> None:
    evidence = (call("claim_evidence", CALLS["claim_evidence"]).structured_content or {})["evidence"]

    assert "refutes" in [piece["stance"] for piece in evidence]


def test_an_answer_cites_by_number(call: Call) -> None:
    pack = call("answer", CALLS["answer"]).structured_content or {}
    numbers = {reference["number"] for reference in pack["references"]}

    assert pack["answered"]
    assert {number for claim in pack["claims"] for number in claim["citations"]} == numbers


def test_an_emergency_says_whom_to_call(call: Call) -> None:
    pack = call("answer", {"question": "ont i bröstet och svårt att andas", "lang": "sv"}).structured_content or {}

    assert pack["reason"] == "emergency"
    assert "112" in pack["message"]


def test_every_edge_says_its_effect(call: Call) -> None:
    graph = call("graph", CALLS["graph"]).structured_content or {}

    assert graph["edges"]
    assert all(edge["effect"] and edge["balance"] for edge in graph["edges"])


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("claim_evidence", {"claim": "nmda-blok"}, "nmda-block"),
        ("graph", {"around": "sign:fatige"}, "fatigue"),
        ("graph", {"around": "planet:mars"}, "planet"),
        ("search", {"query": "a", "kind": "planet"}, "planet"),
        ("answer", {"question": "a" * 501}, "500"),
        ("get", {"ids": []}, "ids"),
    ],
)
def test_an_error_tells_the_model_what_to_do(call: Call, name: str, arguments: dict[str, Any], told: str) -> None:
    result = call(name, arguments)

    assert result.is_error
    assert told in str(result.content)


@pytest.mark.only_on("sqlite", reason="the process is told of a file")
def test_a_client_can_start_the_command(read_url: str) -> None:
    environment = {**os.environ, "KB_API_DATABASE_URL": read_url, "KB_API_EMBEDDINGS": "false"}
    parameters = StdioServerParameters(command=sys.executable, args=["-m", "kb_api.cli", "mcp"], env=environment)

    async def run() -> list[str]:
        async with Client(parameters) as client:
            await client.call_tool("search", CALLS["search"])
            return [tool.name for tool in (await client.list_tools()).tools]

    assert asyncio.run(run()) == list(CALLS)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:8001"}, 200),
        ({"Host": "kb.example.org"}, 200),
        ({"Host": "127.0.0.1:8001", "Origin": "http://localhost:8001"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1:8001", "Origin": "http://evil.example"}, 403),
    ],
)
def test_a_foreign_host_or_origin_is_refused(loaded_database: Database, headers: dict[str, str], status: int) -> None:
    settings = Settings(database_url=loaded_database.url, public_url="https://kb.example.org")
    app = create_server(loaded_database, settings).streamable_http_app(
        stateless_http=True, json_response=True, transport_security=guard_hosts(settings, 8001)
    )

    with TestClient(app) as client:
        response = client.post("/mcp", json=INITIALIZE, headers=HEADERS | headers)

    assert response.status_code == status
