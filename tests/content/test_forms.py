"""Forms: molar mass and elemental share follow from the formula."""

import re

import pytest

from kb_api.folders import find_folder
from kb_api.seeding import check_seed
from kb_api.vocabulary import Kind

# IUPAC abridged standard atomic weights.
ATOMIC_WEIGHTS = {"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Mg": 24.305, "S": 32.06, "Cl": 35.45}


def count_atoms(formula: str) -> dict[str, int]:
    """Atoms of a formula such as ``MgSO4·7H2O`` or ``Mg(OH)2``."""
    atoms: dict[str, int] = {}
    for part in formula.split("·"):
        times, _, body = re.match(r"(\d*)()(.*)", part).groups()
        body = re.sub(r"\((\w+)\)(\d+)", lambda found: found.group(1) * int(found.group(2)), body)
        for element, count in re.findall(r"([A-Z][a-z]?)(\d*)", body):
            atoms[element] = atoms.get(element, 0) + int(times or 1) * int(count or 1)
    return atoms


def compounds() -> list[tuple[str, dict]]:
    forms = [record for kind, record in check_seed(find_folder("seed"))[0] if kind is Kind.FORM]
    return [(form["slug"], compound) for form in forms for compound in [form, *form["variants"]]]


@pytest.mark.parametrize(("slug", "compound"), compounds())
def test_mass_and_share_follow_from_the_formula(slug: str, compound: dict) -> None:
    atoms = count_atoms(compound["formula"])
    mass = sum(ATOMIC_WEIGHTS[element] * count for element, count in atoms.items())
    share = 100 * ATOMIC_WEIGHTS["Mg"] * atoms["Mg"] / mass

    assert compound["molar_mass_g_per_mol"] == pytest.approx(mass, abs=0.02), slug
    assert compound["elemental_magnesium_percent"] == pytest.approx(share, abs=0.006), slug
