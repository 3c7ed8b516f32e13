"""Rows of health claims, safety, intakes and sections → what goes out."""

from collections.abc import Iterable
from typing import Any

from kb_api.shapes.links import Shape, id_of, shape_head, shape_link
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind, RelationRole

RELATION_KEYS = {
    RelationRole.SIGN: "signs",
    RelationRole.CLAIM: "claims",
    RelationRole.FORM: "forms",
    RelationRole.POPULATION: "populations",
    RelationRole.SOURCE: "sources",
}
"""Role of a relation → the key under which its links stand."""


def shape_health_claim(row: Any, relations: Iterable[Any], words: Words) -> Shape:
    """A regulatory wording to the letter, or the finding that there is none."""
    owner = id_of(Kind.HEALTH_CLAIM, row.slug)
    return {
        **shape_head(Kind.HEALTH_CLAIM, row),
        "name": words.say(row.name, "topic", owner),
        "jurisdiction": row.jurisdiction,
        "status": row.status,
        "wording": words.say(row.wording, "wording", owner),
        "conditions": words.say(row.conditions, "conditions", owner),
        "legal_act": row.legal_act,
        "efsa": row.efsa,
        "article_section": row.article_section,
        **shape_relations(relations, words, RelationRole.SIGN, RelationRole.CLAIM, RelationRole.FORM),
        "wording_verification": row.wording_verification,
        "note": words.say(row.note, "note", owner),
        "verification": row.verification,
    }


def shape_safety(row: Any, relations: Iterable[Any], words: Words) -> Shape:
    """When to seek care, what a medicine does, what harms, who should not take it."""
    owner = id_of(Kind.SAFETY, row.slug)
    text = words.say(row.name, "text", owner)
    return {
        **shape_head(Kind.SAFETY, row),
        "name": text,
        "text": text,
        "safety_type": row.safety_type,
        "urgency": row.urgency,
        "action": words.say(row.action, "action", owner),
        "medicine": words.say(row.medicine, "medicine", owner),
        "direction": row.direction,
        "hours_apart_min": row.hours_apart_min,
        "hours_before": row.hours_before,
        "hours_after": row.hours_after,
        "listed_by_ods": row.listed_by_ods,
        "where_to_turn": words.say(row.where_to_turn, "where_to_turn", owner),
        **shape_relations(relations, words, RelationRole.SIGN, RelationRole.CLAIM, RelationRole.POPULATION),
        "note": words.say(row.note, "note", owner),
        "verification": row.verification,
    }


def shape_red_flag(row: Any, words: Words) -> Shape:
    """A red flag as it stands on the page of its sign."""
    owner = id_of(Kind.SAFETY, row.slug)
    return {
        "slug": row.slug,
        "urgency": row.urgency,
        "text": words.say(row.name, "text", owner),
        "where_to_turn": words.say(row.where_to_turn, "where_to_turn", owner),
        "verification": row.verification,
    }


def shape_intake(row: Any, _relations: Iterable[Any], words: Words) -> Shape:
    """One authority's value for one population."""
    owner = id_of(Kind.INTAKE, row.slug)
    return {
        **shape_head(Kind.INTAKE, row),
        "name": words.say(row.name, "name", owner),
        "measure": row.measure,
        "authority": words.say(row.authority, "authority", owner),
        "population": words.say(row.population, "population", owner),
        "sex": row.sex,
        "age_from_years": row.age_from_years,
        "age_to_years": row.age_to_years,
        "value": row.value,
        "value_low": row.value_low,
        "value_high": row.value_high,
        "unit": row.unit,
        "applies_to": row.applies_to,
        "superseded": row.superseded,
        "text": words.say(row.text, "text", owner),
        "note": words.say(row.note, "note", owner),
        "verification": row.verification,
    }


def shape_section(row: Any, _relations: Iterable[Any], words: Words) -> Shape:
    """A section of the article and the sentences in it that state nothing."""
    owner = id_of(Kind.SECTION, row.slug)
    return {
        **shape_head(Kind.SECTION, row),
        "name": words.say(row.name, "heading", owner),
        "number": row.number,
        "sentence_count": row.sentence_count,
        "unclaimed": [words.say_keys(sentence, "reason", owner=owner) for sentence in row.unclaimed],
    }


def shape_relations(relations: Iterable[Any], words: Words, *roles: RelationRole) -> Shape:
    """The links of each role under its key, with what the relation adds."""
    shapes: Shape = {RELATION_KEYS[role]: [] for role in roles}
    for row in relations:
        if row.role in roles:
            detail = words.say_keys(row.detail or {}, "why")
            shapes[RELATION_KEYS[RelationRole(row.role)]].append(shape_link(row, words, **detail))
    return shapes


FACT_SHAPES = {
    Kind.HEALTH_CLAIM: shape_health_claim,
    Kind.SAFETY: shape_safety,
    Kind.INTAKE: shape_intake,
    Kind.SECTION: shape_section,
}
"""Kind → its shape."""
