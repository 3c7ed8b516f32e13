"""Rows of references and notices → what goes out, and the record that citations are made from."""

from collections.abc import Iterable
from typing import Any

from kb_api.shapes.links import Shape, id_of, shape_head, url_of
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind


def shape_reference(row: Any, notices: Iterable[Any], words: Words) -> Shape:
    """One reference, its title in the original."""
    owner = id_of(Kind.REFERENCE, row.slug)
    return {
        **shape_head(Kind.REFERENCE, row),
        "title": row.name["und"],
        **{key: getattr(row, key) for key in BIBLIOGRAPHIC},
        "sample": words.say(row.sample, "sample", owner),
        "finding": words.say(row.finding, "finding", owner),
        "funding": words.say(row.funding, "funding", owner),
        "notices": [shape_notice(notice, words) for notice in notices],
        "cited_in_article": row.cited_in_article,
        "note": words.say(row.note, "note", owner),
        "verification": _shape_verification(row.verification, words),
    }


def shape_notice(row: Any, words: Words) -> Shape:
    """An erratum or another warning, with the reference that it is on and the one that gives it."""
    reference = None
    if row.notice_slug is not None:
        reference = {
            "kind": Kind.REFERENCE,
            "slug": row.notice_slug,
            "name": row.notice_name["und"],
            "url": url_of(Kind.REFERENCE, row.notice_slug),
        }
    return {
        "notice_type": row.notice_type,
        "text": words.say(row.text, "text", id_of(Kind.REFERENCE, row.slug)),
        "on": {
            "kind": Kind.REFERENCE,
            "slug": row.slug,
            "name": row.name["und"],
            "url": url_of(Kind.REFERENCE, row.slug),
        },
        "reference": reference,
        "verification": row.verification,
    }


def bibliographic_record(shape: Shape) -> Shape:
    """What a citation needs of a shaped reference."""
    return {"slug": shape["slug"], "title": shape["title"], **{key: shape[key] for key in BIBLIOGRAPHIC}}


BIBLIOGRAPHIC = (
    "csl_type",
    "authors",
    "et_al",
    "container_title",
    "publisher",
    "issued",
    "volume",
    "issue",
    "page",
    "article_number",
    "doi",
    "pmid",
    "pmcid",
    "source_url",
    "study_type",
)
"""The columns that go out as they stand."""


def _shape_verification(verification: Shape, words: Words) -> Shape:
    unverified = verification.get("unverified_fields")
    return verification if unverified is None else verification | {"unverified_fields": words.say_aliases(unverified)}
