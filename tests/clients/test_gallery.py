"""The clients that are written by hand: a web page, a chatbot, and a client of the Model Context Protocol."""

import importlib.util
import json
import os
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.clients.conftest import CLIENTS
from tests.support.optional import find_chromium, needs

Message = dict[str, Any]


@pytest.fixture(scope="session")
def chatbot() -> ModuleType:
    """The loop, imported from the documentation."""
    spec = importlib.util.spec_from_file_location("chatbot_loop", CLIENTS / "chatbot" / "loop.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scripted_model(messages: list[Message], tools: list[Message]) -> Message:
    """Calls the tool with the question, then says the first line of what it was given that cites."""
    last = messages[-1]
    if last["role"] == "user":
        arguments = json.dumps({"question": last["content"]})
        function = {"name": tools[0]["function"]["name"], "arguments": arguments}
        return {"role": "assistant", "tool_calls": [{"id": "call-1", "type": "function", "function": function}]}
    cited = next(line for line in last["content"].splitlines() if "[1" in line and "cramps" in line)
    return {"role": "assistant", "content": cited}


def tireless_model(messages: list[Message], tools: list[Message]) -> Message:
    """Calls the tool whatever it is told."""
    return scripted_model([messages[1]], tools)


def test_the_chatbot_answers_with_citations(chatbot: ModuleType, api: str) -> None:
    said, packs = chatbot.converse("Does magnesium prevent muscle cramps?", scripted_model, api)

    assert "cramps" in said
    assert packs[0]["claims"][0]["slug"] == "supplement-cramps"
    assert packs[0]["references"][0]["number"] == 1


def test_the_chatbot_says_a_refusal_as_it_is(chatbot: ModuleType, api: str) -> None:
    said, packs = chatbot.converse("How much magnesium should I take?", scripted_model, api)

    assert packs[0]["reason"] == "personal_medical_advice"
    assert said == packs[0]["message"]


def test_the_chatbot_comes_to_an_end(chatbot: ModuleType, api: str) -> None:
    with pytest.raises(RuntimeError, match="without an answer"):
        chatbot.converse("Does magnesium prevent muscle cramps?", tireless_model, api)


def test_the_client_of_the_protocol_gets_an_answer(served_database_url: str) -> None:
    environment = os.environ | {"KB_API_DATABASE_URL": served_database_url, "KB_API_EMBEDDINGS": "false"}

    done = subprocess.run(
        [sys.executable, CLIENTS / "mcp" / "ask.py"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.startswith("tools: search, get, claim_evidence, answer, graph\n")
    assert "Magnesium supplements prevent muscle cramps in older adults." in done.stdout


@needs("chromium")
def test_the_page_of_plain_html_shows_a_sign(api: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{(CLIENTS / 'html' / 'index.html').as_uri()}?api={api}")
        expect(page.locator("#signs option")).to_have_count(11)
        page.select_option("#signs", "headache")

        expect(page.locator("#claims")).to_contain_text("migraine")
        expect(page.locator("#disclaimer")).to_contain_text("not medical advice")
        browser.close()
