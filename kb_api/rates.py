"""How often, and from where: the two settings that have a grammar of their own.

Rule: this reads what an operator wrote and says what is wrong with it; it counts nothing.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from kb_api.errors import SettingsError

Network = IPv4Network | IPv6Network
SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
RATE = re.compile(
    r"(\d{1,9})\s*(?:/|\s+per\s+)\s*(?:(\d{1,5})\s*)?(second|minute|hour|day)s?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: int


def read_rate(written: str) -> Rate | None:
    """``"100/minute"`` or ``"100 per 5 minutes"``; ``None`` when nothing is written. Raises ``SettingsError``."""
    if not written.strip():
        return None
    found = RATE.fullmatch(written.strip())
    if found is None or int(found[1]) == 0 or (found[2] and int(found[2]) == 0):
        raise SettingsError(f"KB_API_RATE_LIMIT is '{written}': write it as 100/minute (second, minute, hour, day)")
    return Rate(int(found[1]), int(found[2] or 1) * SECONDS[found[3].lower()])


def read_networks(written: str) -> list[Network]:
    """Addresses and networks, comma-separated. Raises ``SettingsError``."""
    try:
        return [ip_network(part.strip(), strict=False) for part in written.split(",") if part.strip()]
    except ValueError as error:
        raise SettingsError(f"KB_API_TRUSTED_PROXIES: {error}") from error
