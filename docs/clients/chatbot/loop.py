"""A chatbot that asks the knowledge base by function calling, whatever model is behind it.

``converse`` takes any function from messages and tools to the model's next message, in the form of chat completions.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

Message = dict[str, Any]
Model = Callable[[list[Message], list[dict[str, Any]]], Message]

RULES = (
    "Answer questions about magnesium only from what ask_knowledge_base returns, and cite as it says. "
    "When it refuses, say its message and nothing else. Never diagnose and never recommend a dose."
)
TOOL = {
    "type": "function",
    "function": {
        "name": "ask_knowledge_base",
        "description": "Claims on magnesium with numbered citations, or a refusal with what to say instead.",
        "parameters": {
            "type": "object",
            "properties": {"question": {"type": "string", "description": "The question as it was asked."}},
            "required": ["question"],
        },
    },
}
MAX_CALLS = 4
"""A model that asks more often than this for one question does not come to an end by itself."""


def converse(question: str, model: Model, base_url: str = "http://127.0.0.1:8000") -> tuple[str, list[Message]]:
    """What the model says in the end, and the packs that it was given: show their references and notices beside it."""
    messages: list[Message] = [{"role": "system", "content": RULES}, {"role": "user", "content": question}]
    packs: list[Message] = []
    for _ in range(MAX_CALLS):
        said = model(messages, [TOOL])
        messages.append(said)
        if not said.get("tool_calls"):
            return said["content"], packs
        for call in said["tool_calls"]:
            pack = ask_knowledge_base(base_url, **json.loads(call["function"]["arguments"]))
            if not pack["answered"]:
                return pack["message"], [*packs, pack]  # A refusal is said as it is; no model may soften it.
            packs.append(pack)
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": pack["prompt"]})
    raise RuntimeError(f"the model has called the knowledge base {MAX_CALLS} times without an answer")


def ask_knowledge_base(base_url: str, question: str) -> Message:
    """The answer pack."""
    body = json.dumps({"question": question}).encode()
    request = Request(f"{base_url}/v1/answers", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as response:
        pack: Message = json.load(response)["data"]
    return pack
