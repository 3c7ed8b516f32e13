"""What an operator may write about rates and networks."""

import pytest

from kb_api.errors import SettingsError
from kb_api.rates import Rate, read_networks, read_rate


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("", None),
        ("100/minute", Rate(100, 60)),
        ("5 per second", Rate(5, 1)),
        (" 10/2 hours ", Rate(10, 7_200)),
        ("1000 / Day", Rate(1_000, 86_400)),
    ],
)
def test_a_rate_is_read(written: str, rate: Rate | None) -> None:
    assert read_rate(written) == rate


@pytest.mark.parametrize(
    "written", ["100", "100/", "-1/minute", "1/fortnight", "0/second", "1/0 minutes", "1e3/minute"]
)
def test_a_rate_without_sense_is_refused(written: str) -> None:
    with pytest.raises(SettingsError, match="KB_API_RATE_LIMIT"):
        read_rate(written)


def test_networks_and_addresses_are_read() -> None:
    assert [str(network) for network in read_networks("10.0.0.0/8, ::1,")] == ["10.0.0.0/8", "::1/128"]


def test_a_network_without_sense_is_refused() -> None:
    with pytest.raises(SettingsError, match="KB_API_TRUSTED_PROXIES"):
        read_networks("the proxy")
