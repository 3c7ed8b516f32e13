"""Rows of claims, links, evidence and passages → what goes out."""

from collections.abc import Iterable
from typing import Any

from kb_api.shapes.links import Shape, id_of, shape_head, shape_link, url_of
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind


def shape_claim(row: Any, links: Iterable[Any], words: Words) -> Shape:
    """One claim with its balance and its links."""
    owner = id_of(Kind.CLAIM, row.slug)
    return {
        **shape_head(Kind.CLAIM, row),
        "text": words.say(row.name, "text", owner),
        "claim_type": row.claim_type,
        "exposure": row.exposure,
        "effect": row.effect,
        "effect_on": words.say(row.effect_on, "effect_on", owner),
        "certainty": row.certainty,
        "certainty_reason": words.say(row.certainty_reason, "certainty_reason", owner),
        "balance": shape_balance(row),
        "links": [shape_link(link, words, role=link.role) for link in links],
    }


def shape_claim_detail(
    row: Any, links: Iterable[Any], evidence: Iterable[Any], passages: Iterable[Any], notices: list[Shape], words: Words
) -> Shape:
    """One claim with everything that speaks for and against it."""
    owner = id_of(Kind.CLAIM, row.slug)
    return {
        **shape_claim(row, links, words),
        "subject": row.subject,
        "evidence_status": row.evidence_status,
        "looked_at": words.say(row.looked_at, "looked_at", owner),
        "derivation": words.say(row.derivation, "derivation", owner),
        "conflicts": words.say(row.conflicts, "conflicts", owner),
        "note": words.say(row.note, "note", owner),
        "evidence": [shape_evidence(piece, words) for piece in evidence],
        "passages": [shape_passage(passage, words) for passage in passages],
        "notices": notices,
        "reviewed_on": row.reviewed_on,
    }


def shape_balance(row: Any) -> Shape:
    """How many pieces of evidence take each stance."""
    return {
        "supports": row.supports,
        "mixed": row.mixed,
        "refutes": row.refutes,
        "background": row.background,
    }


def shape_evidence(row: Any, words: Words) -> Shape:
    """One piece of evidence; ``row`` has the reference's kind, slug and name."""
    return {
        "stance": row.stance,
        "study_type": row.study_type,
        "note": words.say(row.note, "note", id_of(Kind.REFERENCE, row.slug)),
        "reference": shape_link(row, words),
    }


def shape_passage(row: Any, words: Words) -> Shape:
    """Where the article says the claim, what it says there in our words, and the verdict."""
    return {
        "section": row.section,
        "sentence": row.sentence,
        "says": words.say(row.says, "says", f"passage:{row.section}-{row.sentence}"),
        "verdict": row.verdict,
    }


def shape_passage_detail(row: Any, words: Words) -> Shape:
    """A passage by itself, with the claim that it is a passage of."""
    slug = passage_slug(row.section, row.sentence, row.slug)
    return {
        "kind": "passage",
        "slug": slug,
        "url": f"/v1/passages/{slug}",
        "revision": row.revision,
        "name": words.say(row.says, "says", f"passage:{slug}"),
        **shape_passage(row, words),
        "heading": words.say(row.heading, "heading", f"section:{row.section}"),
        "claim": {
            "kind": Kind.CLAIM,
            "slug": row.slug,
            "name": words.say(row.name, "text", id_of(Kind.CLAIM, row.slug)),
            "url": url_of(Kind.CLAIM, row.slug),
        },
    }


def passage_slug(section: int, sentence: int, claim: str) -> str:
    """``3-4-mgt-bbb``: section, sentence and claim."""
    return f"{section}-{sentence}-{claim}"
