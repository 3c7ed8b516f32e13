"""``seed check``: every rule finds its fault, and says where and what to do."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from kb_api.folders import find_folder
from kb_api.seeding import check_seed
from kb_api.seeding.files import dump_yaml

Change = Callable[[list[dict]], None]


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A copy of the seed that may be spoiled."""
    return Path(shutil.copytree(find_folder("seed"), tmp_path / "seed"))


def spoil(seed: Path, name: str, change: Change) -> list[str]:
    """Change one file and return what the check says."""
    path = seed / name
    records = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    change(records)
    path.write_text(dump_yaml(records), encoding="utf-8")
    return [str(problem) for problem in check_seed(seed)[1]]


def test_the_seed_is_sound(seed: Path) -> None:
    assert check_seed(seed)[1] == []


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("signs.yaml", lambda records: records[0].pop("slug"), "/slug: Missing data for required field."),
        ("signs.yaml", lambda records: records[0].update(colour="red"), "/colour: Unknown field."),
        ("signs.yaml", lambda records: records[0]["name"].pop("sv"), "/name has no text in 'sv'"),
        ("signs.yaml", lambda records: records[1].update(slug="muscle-cramps"), "repeats the slug of"),
        ("mechanisms.yaml", lambda records: records[0].update(parent="nowhere"), "names mechanism 'nowhere'"),
        ("references.yaml", lambda records: records[0].update(doi="not-a-doi"), "/doi: must be a DOI"),
        ("references.yaml", lambda records: records[0].update(pmid="12x"), "/pmid: must be a PubMed number"),
        ("references.yaml", lambda records: records[0].pop("source_url"), "/source_url: Missing data"),
        ("claims/muscle-cramps.yaml", lambda records: records[0].update(evidence=[]), "needs at least one piece"),
        ("claims/muscle-cramps.yaml", lambda records: records[0].update(links=[]), "links to nothing"),
        (
            "claims/muscle-cramps.yaml",
            lambda records: records[0].update(certainty="sure"),
            "/certainty: Must be one of",
        ),
        (
            "claims/muscle-cramps.yaml",
            lambda records: records[0]["evidence"][0].update(reference="nobody-1900"),
            "names reference 'nobody-1900'",
        ),
        (
            "claims/muscle-cramps.yaml",
            lambda records: records[0]["passages"][0].update(sentence=40),
            "the article has no sentence",
        ),
        ("foods.yaml", lambda records: records[1]["measurements"][0].pop("verification"), "/verification: Miss"),
        ("intakes.yaml", lambda records: records[0].pop("unit"), "/unit: Missing data"),
        ("sections.yaml", lambda records: records[0].update(sentence_count=9), "is in no claim"),
    ],
)
def test_each_fault_is_found_with_its_file(seed: Path, name: str, change: Change, said: str) -> None:
    problems = spoil(seed, name, change)

    assert any(said in problem for problem in problems), problems[:5]


def test_a_problem_names_file_line_slug_and_pointer(seed: Path) -> None:
    problems = spoil(seed, "signs.yaml", lambda records: records[1].update(body_system="soul"))

    line = next(
        number
        for number, text in enumerate((seed / "signs.yaml").read_text(encoding="utf-8").splitlines(), 1)
        if text == "  body_system: soul"
    )
    assert any(
        problem.startswith(f"seed/signs.yaml:{line}: fatigue: /body_system: Must be one of") for problem in problems
    )


def test_all_problems_are_listed(seed: Path) -> None:
    def change(records: list[dict]) -> None:
        for record in records:
            record["body_system"] = "soul"

    assert len([problem for problem in spoil(seed, "signs.yaml", change) if "/body_system" in problem]) == 11


def test_a_file_that_is_no_yaml_is_named(seed: Path) -> None:
    (seed / "signs.yaml").write_text("- slug: [unclosed", encoding="utf-8")

    assert any(str(problem).startswith("seed/signs.yaml:") for problem in check_seed(seed)[1])


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    assert "holds no seed files" in str(check_seed(tmp_path)[1][0])


def test_two_references_with_one_doi_are_found(seed: Path) -> None:
    def change(records: list[dict]) -> None:
        with_doi = [record for record in records if "doi" in record]
        with_doi[1]["doi"] = with_doi[0]["doi"]

    assert any("merge them" in problem for problem in spoil(seed, "references.yaml", change))
