"""The pages as they are served: headers, files, guides. No browser is needed for these."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb_api.explorer import PAGES, PLURALS_WITH_PAGES
from kb_api.explorer.guides import Guide, list_guides, make_anchor, render_guide
from kb_api.folders import find_folder
from kb_api.views.describing import PROBLEMS

pytestmark = pytest.mark.only_on("sqlite", reason="no page asks the database")

ADDRESSES = [*PAGES, *(f"/{plural}/some-slug" for plural in PLURALS_WITH_PAGES)]


@pytest.mark.parametrize("address", [*ADDRESSES, "/docs", "/docs/problems"])
def test_pages_allow_no_inline_code_and_nothing_from_elsewhere(client: FlaskClient, address: str) -> None:
    response = client.get(address)

    policy = response.headers["Content-Security-Policy"]
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert re.findall(r"<script(?![^>]*src=)|<style| style=| on\w+=", response.get_data(as_text=True)) == []


def test_pages_of_the_explorer_forbid_text_to_become_html(client: FlaskClient) -> None:
    assert "require-trusted-types-for 'script'" in client.get("/signs").headers["Content-Security-Policy"]


@pytest.mark.parametrize(("header", "language"), [("sv-SE,sv;q=0.9", "sv"), ("fr", "en"), ("en-GB", "en")])
def test_a_page_stands_in_the_browser_s_language(client: FlaskClient, header: str, language: str) -> None:
    response = client.get("/", headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in response.get_data(as_text=True)
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize(
    ("address", "page"), [("/", "start"), ("/signs", "lists"), ("/signs/fatigue", "concepts"), ("/map", "map")]
)
def test_a_page_names_its_modules_and_no_other_page_s(client: FlaskClient, address: str, page: str) -> None:
    named = re.findall(r'"modulepreload" href="/explorer/\w+/([^"]+)"', client.get(address).get_data(as_text=True))

    assert {"main.js", "parts.js", "words.js", "vendor/preact/standalone.module.js", f"pages/{page}.js"} <= set(named)
    assert "drawing.js" not in named
    assert len([name for name in named if name.startswith("pages/")]) <= 2


def test_files_are_kept_for_ever_under_an_address_of_their_version(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    addresses = re.findall(r'(?:src|href)="(/explorer/[^"]+)"', page)

    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert client.get(address, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_an_old_version_leads_to_the_one_that_stands(client: FlaskClient) -> None:
    response = client.get("/explorer/0123456789ab/main.js", follow_redirects=True)

    assert response.status_code == 200
    assert response.mimetype == "text/javascript"


@pytest.mark.parametrize(
    "name", ["index.html", "__init__.py", "../views/explorer.py", "vendor/fonts/LICENSE-inter", "%2e%2e/cli.py"]
)
def test_what_is_no_file_of_the_page_is_not_served(client: FlaskClient, name: str) -> None:
    version = re.findall(r"/explorer/(\w+)/", client.get("/").get_data(as_text=True))[0]

    assert client.get(f"/explorer/{version}/{name}").status_code == 404


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_text_goes_out_compressed(client: FlaskClient, encoding: str) -> None:
    version = re.findall(r"/explorer/(\w+)/", client.get("/").get_data(as_text=True))[0]

    response = client.get(f"/explorer/{version}/explorer.css", headers={"Accept-Encoding": encoding})

    assert response.headers["Content-Encoding"] == encoding
    assert len(response.data) < 16_000


def test_every_library_stands_with_its_licence_and_version() -> None:
    vendor = find_folder("kb_api") / "explorer" / "vendor"
    listed = (vendor / "README.md").read_text(encoding="utf-8")

    files = [file for file in vendor.rglob("*") if file.suffix in {".js", ".css", ".woff2"}]

    assert [file.name for file in files if f"`{file.relative_to(vendor).as_posix()}`" not in listed] == []
    assert [folder.name for folder in vendor.iterdir() if folder.is_dir() and not list(folder.glob("LICENSE*"))] == []


def test_every_guide_is_served_and_its_links_lead_somewhere(client: FlaskClient) -> None:
    dead = []

    for guide in list_guides():
        page = client.get(f"/docs/{guide.name}").get_data(as_text=True)
        dead += [
            f"{guide.name}: {address}"
            for address in re.findall(r'(?:href|src)="(/[^"]*)"', page)
            if client.get(address.replace("&amp;", "&")).status_code >= 400
        ]

    assert dead == []


def test_guides_link_to_headings_that_are_there(client: FlaskClient) -> None:
    pages = {f"/docs/{guide.name}": client.get(f"/docs/{guide.name}").get_data(as_text=True) for guide in list_guides()}

    dead = [
        f"{source} → {address}#{anchor}"
        for source, page in pages.items()
        for address, anchor in re.findall(r'href="(/docs/[^"#]*)?#([^"]+)"', page)
        if anchor != "content" and f'id="{anchor}"' not in pages.get(address or source, "")
    ]

    assert dead == []


@pytest.mark.parametrize("status", [*PROBLEMS, "405", "431", "500"])
def test_every_type_of_problem_is_explained(client: FlaskClient, status: str) -> None:
    anchor = HTTPStatus(int(status)).name.lower().replace("_", "-")

    assert f'<h2 id="{anchor}">' in client.get("/docs/problems").get_data(as_text=True)


def test_html_in_a_guide_is_text(tmp_path: Path) -> None:
    file = tmp_path / "guide.md"
    file.write_text("# A guide\n\n<script>x</script> [y](javascript:z)\n", encoding="utf-8")

    title, body = render_guide(Guide("guide", file))

    assert title == "A guide"
    assert "<script" not in body
    assert "javascript:" not in re.findall(r'href="[^"]*"', body)


def test_anchors_are_those_of_github() -> None:
    assert make_anchor("What `<b>` is, and isn’t") == "what-b-is-and-isnt"


@pytest.mark.parametrize("name", ["nothing", "../README", "decisions/../../README", ".env", "model.svg/x"])
def test_what_is_no_guide_is_a_problem(client: FlaskClient, name: str) -> None:
    response = client.get(f"/docs/{name}")

    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
