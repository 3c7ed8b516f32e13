"""Rows of signs, mechanisms, forms, foods and populations → what goes out."""

from typing import Any

from kb_api.shapes.links import Shape, id_of, shape_head, url_of
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind


def shape_concept(kind: Kind, row: Any, words: Words) -> Shape:
    """One concept without what it is linked to."""
    owner = id_of(kind, row.slug)
    shape = shape_head(kind, row)
    shape["name"] = words.say(row.name, "name", owner)
    shape["summary"] = words.say(row.summary, "summary", owner)
    shape["aliases"] = words.say_aliases(row.aliases)
    return shape | OWN[kind](row, words, owner)


def shape_xref(xref: Shape, words: Words, owner: str) -> Shape:
    return words.say_keys(xref, "term", owner=owner)


def shape_parent(kind: Kind, slug: str | None, name: dict[str, str] | None, words: Words) -> Shape | None:
    """A link to the thing above, or nothing."""
    if slug is None or name is None:
        return None
    return {"kind": kind, "slug": slug, "name": words.say(name, "name", id_of(kind, slug)), "url": url_of(kind, slug)}


def _shape_sign(row: Any, words: Words, owner: str) -> Shape:
    return {
        "position": row.position,
        "body_system": row.body_system,
        "xrefs": [shape_xref(xref, words, owner) for xref in row.xrefs],
        "health_claims_verdict": _shape_verdict(row.health_claims_verdict, words, owner),
    }


def _shape_mechanism(row: Any, words: Words, owner: str) -> Shape:
    return {
        "parent": shape_parent(Kind.MECHANISM, row.parent_slug, row.parent_name, words),
        "xrefs": [shape_xref(xref, words, owner) for xref in row.xrefs],
    }


def _shape_form(row: Any, words: Words, owner: str) -> Shape:
    status = row.market_status
    return {
        "compound": words.say(row.compound, "compound", owner),
        "formula": row.formula,
        "molar_mass_g_per_mol": row.molar_mass_g_per_mol,
        "elemental_magnesium_percent": row.elemental_magnesium_percent,
        "variants": [_shape_variant(variant, words, owner) for variant in row.variants],
        "brand_names": row.brand_names,
        "market_status": status and words.say_keys(status, "conditions", owner=owner),
        "health_claims_verdict": _shape_verdict(row.health_claims_verdict, words, owner),
        "xrefs": [shape_xref(xref, words, owner) for xref in row.xrefs],
    }


def _shape_variant(variant: Shape, words: Words, owner: str) -> Shape:
    said = words.say_keys(variant, "compound", owner=owner)
    return said | {"xrefs": [shape_xref(xref, words, owner) for xref in variant["xrefs"]]}


def _shape_food(row: Any, words: Words, owner: str) -> Shape:
    return {
        "group": shape_parent(Kind.FOOD, row.parent_slug, row.parent_name, words),
        "in_article": row.in_article,
        "magnesium_mg_per_100g": row.magnesium_mg_per_100g,
        "measurements": [words.say_keys(measurement, "serving", owner=owner) for measurement in row.measurements],
    }


def _shape_population(row: Any, words: Words, owner: str) -> Shape:
    return {"at_risk_listed_by_ods": row.at_risk_listed_by_ods}


def _shape_verdict(verdict: Shape | None, words: Words, owner: str) -> Shape | None:
    return verdict and words.say_keys(verdict, "not_covered", owner=owner)


OWN = {
    Kind.SIGN: _shape_sign,
    Kind.MECHANISM: _shape_mechanism,
    Kind.FORM: _shape_form,
    Kind.FOOD: _shape_food,
    Kind.POPULATION: _shape_population,
}
"""Kind → what it has beyond the shape that all concepts share."""
