"""The same questions for language models, by the Model Context Protocol: five tools, all read-only.

Rule: a tool asks the functions that the views ask and shapes nothing itself; its description is all that a model knows
of it, so that it says when to use it and what not to conclude. The whole catalogue stays within 2 000 tokens.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

import kb_api
from kb_api.answers import answer_question
from kb_api.database import Database
from kb_api.errors import Fault, InvalidInputError, KnowledgeBaseError
from kb_api.queries.batch import find_batch
from kb_api.queries.details import get_details
from kb_api.queries.graph import GRAPH_KINDS, find_neighbourhood, shape_graph
from kb_api.queries.slugs import get_head
from kb_api.search import find
from kb_api.settings import Settings
from kb_api.shapes.links import Shape, id_of
from kb_api.shapes.words import Words
from kb_api.vocabulary import CONCEPT_KINDS, Kind, Language

INSTRUCTIONS = (
    "Evidence-checked claims about magnesium and eleven signs of deficiency. State only what a claim says, with its "
    "certainty and what speaks against it, and cite. When `answered` is false, pass on `message` and give no answer of "
    "your own. Never diagnose or dose."
)
READ_ONLY = ToolAnnotations(read_only_hint=True)

Lang = Literal["en", "sv"]
Id = Annotated[str, Field(description="kind:slug, such as sign:fatigue")]
Text = Annotated[str, Field(max_length=500)]


# The results say no more than their keys do: every word here is in the catalogue that each model reads.
class Hits(TypedDict):
    hits: list[dict[str, Any]]
    corrected: str | None


class Things(TypedDict):
    things: list[dict[str, Any]]


class ClaimEvidence(TypedDict):
    claim: str
    text: str
    certainty: str
    certainty_reason: str
    balance: dict[str, int]
    evidence: list[dict[str, Any]]
    article: list[dict[str, Any]]
    url: str
    revision: int


class Answer(TypedDict):
    answered: bool
    reason: str | None
    message: str | None
    prompt: str
    claims: list[dict[str, Any]]
    references: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    revision: int


class GraphPart(TypedDict):
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]


def create_server(database: Database, settings: Settings) -> MCPServer[Any]:
    """The server with its tools, on that database."""
    server: MCPServer[Any] = MCPServer("kb-api", instructions=INSTRUCTIONS, version=kb_api.__version__)
    tools = Tools(database, settings)
    for tool in (tools.search, tools.get, tools.claim_evidence, tools.answer, tools.graph):
        register: Callable[[Any], Any] = server.tool(annotations=READ_ONLY)
        register(tool)
    return server


class Tools:
    """The tools; what each docstring says is what a model reads."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def search(
        self, query: Text, kind: str | None = None, lang: Lang = "en", limit: Annotated[int, Field(ge=1, le=50)] = 10
    ) -> Hits:
        """Find signs, mechanisms, forms, foods, populations, claims, references and safety by any words."""
        with self._reading() as session:
            kinds = [_read_kind(kind)] if kind else []
            result = find(session, query, kinds=kinds, lang=Language(lang), limit=limit)
            words = Words(lang)
            hits = [
                {
                    "id": id_of(hit.kind, hit.slug),
                    "name": hit.name.get("und") or words.say(hit.name),
                    "url": hit.url,
                    "snippet": hit.snippet,
                }
                for hit in result.hits
            ]
            return Hits(hits=hits, corrected=result.corrected)

    def get(self, ids: Annotated[list[Id], Field(min_length=1, max_length=20)], lang: Lang = "en") -> Things:
        """Get things whole, by id. A status other than `found` says that a thing is missing, moved or gone."""
        with self._reading() as session:
            return Things(things=find_batch(session, ids, Words(lang)))

    def claim_evidence(self, claim: Annotated[str, Field(description="slug")], lang: Lang = "en") -> ClaimEvidence:
        """Get all evidence for and against a claim, and what the starting article says of it."""
        with self._reading() as session:
            head = get_head(session, Kind.CLAIM, claim.removeprefix("claim:"))
            (shape,) = get_details(session, Kind.CLAIM, [head.id], Words(lang))
            return ClaimEvidence(
                claim=shape["slug"],
                text=shape["text"],
                certainty=shape["certainty"],
                certainty_reason=shape["certainty_reason"],
                balance=shape["balance"],
                evidence=shape["evidence"],
                article=shape["passages"],
                url=shape["url"],
                revision=shape["revision"],
            )

    def answer(self, question: Text, lang: Lang = "en", limit: Annotated[int, Field(ge=1, le=10)] = 5) -> Answer:
        """Answer a question with ranked claims and numbered references, or a refusal with what to say instead."""
        with self._reading() as session:
            pack = answer_question(
                session, question, lang=Language(lang), limit=limit, by_meaning=self._settings.embeddings
            )
            return Answer(
                answered=pack["answered"],
                reason=pack["reason"],
                message=pack["message"],
                prompt=pack["prompt"],
                claims=[_shorten_claim(claim) for claim in pack["claims"]],
                references=[_shorten_reference(reference) for reference in pack["references"]],
                notices=pack["notices"],
                revision=pack["revision"],
            )

    def graph(self, around: Id, depth: Annotated[int, Field(ge=1, le=2)] = 1, lang: Lang = "en") -> GraphPart:
        """Get what a thing is joined to, by which claims. An edge alone proves nothing: read its effect and balance."""
        with self._reading() as session:
            kind, _, slug = around.partition(":")
            head = get_head(session, _read_kind(kind), slug)
            found = find_neighbourhood(session, head, depth=depth, kinds=list(CONCEPT_KINDS))
            shape = shape_graph(session, found, Words(lang))
            return GraphPart(nodes=shape["nodes"], edges=shape["edges"])

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """A session whose domain errors reach the model as what it can do about them."""
        try:
            with self._database.read() as session:
                yield session
        except KnowledgeBaseError as error:
            raise ToolError(_explain(error)) from error


def serve_stdio(database: Database, settings: Settings) -> None:
    """Serve one client over stdin and stdout until it goes."""
    create_server(database, settings).run("stdio")


def serve_http(database: Database, settings: Settings, *, host: str, port: int) -> None:
    """Serve over HTTP at ``/mcp``; every request stands alone, so that any number of processes may serve."""
    create_server(database, settings).run(
        "streamable-http",
        host=host,
        port=port,
        stateless_http=True,
        json_response=True,
        transport_security=guard_hosts(settings, port),
    )


def guard_hosts(settings: Settings, port: int) -> TransportSecuritySettings:
    """Which ``Host`` and ``Origin`` are ours: this machine's, and the public address. All others are refused."""
    public = urlsplit(settings.public_url).netloc
    hosts = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    named = [name.strip() for name in settings.allowed_hosts.split(",") if name.strip() and name.strip()[0] != "."]
    allowed = list(dict.fromkeys([*hosts, public, *named]))
    origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in allowed]
    return TransportSecuritySettings(allowed_hosts=allowed, allowed_origins=origins)


def _read_kind(written: str) -> Kind:
    if written not in GRAPH_KINDS and written not in set(Kind):
        raise InvalidInputError([Fault(f"there is no kind '{written[:40]}': use one of {', '.join(Kind)}")])
    return Kind(written)


def _shorten_claim(claim: Shape) -> Shape:
    numbers = [citation["number"] for citation in claim["citations"]]
    return {
        "id": id_of(Kind.CLAIM, claim["slug"]),
        "text": claim["text"],
        "certainty": claim["certainty"],
        "balance": claim["balance"],
        "citations": numbers,
        "url": claim["url"],
    }


def _shorten_reference(reference: Shape) -> Shape:
    return {key: reference[key] for key in ("number", "short", "full", "doi", "url")}


def _explain(error: KnowledgeBaseError) -> str:
    """The message, with the nearest valid value where there is one."""
    faults = getattr(error, "faults", [])
    suggestions = [fault.did_you_mean for fault in faults if fault.did_you_mean]
    suggestion = getattr(error, "did_you_mean", None) or (suggestions[0] if suggestions else None)
    return f"{error}; did you mean '{suggestion}'?" if suggestion else str(error)
