"""Who asks: the client behind the proxies, and the name that a request has in the log.

Rule: nothing that a client says of itself is believed; a proxy that the operator trusts is.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from random import getrandbits
from time import perf_counter
from typing import Any

from flask import request
from werkzeug.exceptions import HTTPException

from kb_api.counting import Standing
from kb_api.errors import KnowledgeBaseError
from kb_api.rates import Network

Environ = dict[str, Any]

NOTE = "kb_api.note"
"""Where a request carries its note, from the gate to the views and back."""
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
IPV6_CLIENT_BITS = 64
"""A household has this much of IPv6 to itself: counting by address would give it 2^64 clients."""

PEERS_REMEMBERED = 4_096
"""Reading an address costs more than answering from the cache: those of the latest clients are remembered."""

Address = IPv4Address | IPv6Address


@dataclass
class Note:
    """Who asks, and what came of it: written by the gate, completed by the views."""

    client: str
    request_id: str
    refusal: HTTPException | KnowledgeBaseError | None = None
    """Why the request is not let in."""
    standing: Standing | None = None
    """How the client stands after this request was counted; ``None`` when it was not."""
    limit: str | None = None
    """The limit that the request is above."""
    began: float = field(default_factory=perf_counter)
    """When the request came."""


def read_note() -> Note:
    """The note of the request that is being answered."""
    note: Note = request.environ.setdefault(NOTE, Note("", ""))
    return note


def write_note(environ: Environ, trusted: list[Network]) -> Note:
    """The client and the id of a request; of a peer that is not trusted only its address counts."""
    peer = environ.get("REMOTE_ADDR") or ""
    if not trusted:
        return Note(_name_peer(peer), _make_id())
    address = _read_address(peer)
    if address is None or not _is_trusted(address, trusted):
        return Note(_name_peer(peer), _make_id())
    given = environ.get("HTTP_X_REQUEST_ID", "")
    request_id = given if REQUEST_ID.fullmatch(given) else _make_id()
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
    return Note(_name_client(_find_client(address, forwarded, trusted)), request_id)


def _make_id() -> str:
    """A name that no other request has. It is no secret, and to ask the system for one lets go of the interpreter."""
    return f"{getrandbits(128):032x}"


@lru_cache(PEERS_REMEMBERED)
def _name_peer(peer: str) -> str:
    """The client that a connection comes from."""
    return _name_client(_read_address(peer)) or peer


def _find_client(peer: Address, forwarded: str, trusted: list[Network]) -> Address:
    """The last address that no trusted proxy has: what stands before it, the client may have written itself."""
    client = peer
    for written in reversed(forwarded.split(",")[-20:]):
        address = _read_address(written)
        if address is None:
            return client
        client = address
        if not _is_trusted(address, trusted):
            return client
    return client


def _read_address(written: str) -> Address | None:
    """An address with or without a port, or ``None``; IPv4 written as IPv6 is IPv4."""
    bare = written.strip()[:60]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: Address, trusted: list[Network]) -> bool:
    return any(address in network for network in trusted)


def _name_client(address: Address | None) -> str:
    if isinstance(address, IPv6Address):
        # A zone (fe80::1%eth0) is no part of a network.
        return str(ip_network((int(address), IPV6_CLIENT_BITS), strict=False))
    return str(address or "")
