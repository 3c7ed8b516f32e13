"""The guide for language models."""

import re

import pytest
from flask.testing import FlaskClient


@pytest.fixture
def guide(client: FlaskClient) -> str:
    response = client.get("/llms.txt")
    assert response.mimetype == "text/plain"
    return response.get_data(as_text=True)


@pytest.mark.parametrize("heading", ["## How to ask", "## How to cite", "## What not to do"])
def test_it_says_how_to_ask_how_to_cite_and_what_not_to_do(guide: str, heading: str) -> None:
    assert guide.startswith("# ")
    assert heading in guide


def test_every_address_that_it_names_is_served(client: FlaskClient, guide: str) -> None:
    named = re.findall(r"http://127\.0\.0\.1:8000(/[^`)\s]*)", guide)
    addresses = [path.replace("{slug}", "nmda-block").replace("…", "sleep") for path in named]

    served = {path: client.get(path).status_code for path in addresses if path != "/v1/answers"}

    assert len(served) >= 8
    assert set(served.values()) <= {200, 308}, served
