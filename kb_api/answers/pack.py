"""A decision → the answer pack: claims with numbered citations, references, notices, and the same as text for a model.

Rule: every statement in a pack is a claim of the knowledge base or a message of its content; nothing is composed.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from kb_api.answers.content import Reason, read_content
from kb_api.answers.deciding import Decision, Unanswered, decide
from kb_api.answers.meaning import RERANKED_MAX, is_available, rerank
from kb_api.answers.prompt import PROMPT_TOKENS_DEFAULT, estimate_tokens, write_prompt
from kb_api.citations import Locale, format_full, format_short
from kb_api.models import Claim, Clock, Relation, Safety, Thing
from kb_api.queries.claims import select_claims
from kb_api.queries.details import get_details
from kb_api.queries.facts import URGENCY_ORDER
from kb_api.search.remembering import remember
from kb_api.shapes.links import Shape, shape_link
from kb_api.shapes.references import bibliographic_record
from kb_api.shapes.words import Words
from kb_api.vocabulary import Kind, Language, SafetyType

LIMIT_DEFAULT = 5
LIMIT_MAX = 20

RELATED_MAX = 3
"""Claims named beside a refusal, as not an answer."""

SCORE_SHARE_MIN = 0.4
"""A claim with less than this share of the best one's score is on another matter (a guess; it leaves few strays)."""

SIGNS_MAX = 2
"""Signs of the best claim whose red flags are brought: a claim about all eleven is about none of them in particular."""

NOTICES_MAX = 12
"""Red flags and interactions in one pack, the most urgent first: one sign has at most seven."""

LOCALES = {Language.SV: Locale.SWEDISH, Language.EN: Locale.ENGLISH}


def answer_question(
    session: Session,
    question: str,
    *,
    lang: Language = Language.EN,
    limit: int = LIMIT_DEFAULT,
    max_tokens: int = PROMPT_TOKENS_DEFAULT,
    by_meaning: bool = False,
) -> Shape:
    """The answer pack of a question. Reads only; the question is kept nowhere.

    ``by_meaning`` ranks with the extra ``embeddings`` as well, where it is installed.
    """
    decision = decide(session, question)
    if by_meaning and is_available() and decision.answered:
        decision = _rank_by_meaning(session, question, decision)
    words = Words(lang)
    claims = _shape_claims(session, decision, words, limit=limit)
    references = _number_references(session, claims, words)
    _cite(claims, references)
    pack: Shape = {
        "answered": decision.answered,
        "reason": None if decision.answered else str(_main(decision).reason),
        "message": _say_message(decision, lang),
        "corrected": decision.corrected,
        "unanswered": [_shape_unanswered(part, lang) for part in decision.unanswered],
        "claims": claims,
        "related": _shape_related(session, decision, words),
        "references": references,
        "notices": _shape_notices(session, claims, words),
        "disclaimer": read_content().messages["disclaimer"][lang],
        "revision": session.execute(select(Clock.revision)).scalar_one(),
        "max_tokens": max_tokens,
    }
    pack["prompt"] = write_prompt(pack, lang=lang, max_tokens=max_tokens)
    pack["prompt_tokens"] = estimate_tokens(pack["prompt"])
    return pack


def say_refusal(part: Unanswered, lang: Language) -> str:
    """What to say to a part that is not answered, and where to turn."""
    messages = read_content().messages[part.reason]
    special = messages.get("topics", {}).get(part.topic)
    said: str = (special or messages["message"])[lang]
    return said


def _rank_by_meaning(session: Session, question: str, decision: Decision) -> Decision:
    ids = [claim.thing_id for claim in decision.claims[:RERANKED_MAX]]
    rows = session.execute(select(Thing.id, Thing.name).where(Thing.id.in_(ids)))
    return replace(decision, claims=rerank(question, decision.claims, {row.id: row.name for row in rows}))


def _main(decision: Decision) -> Unanswered:
    """The part whose reason stands for the whole: the gravest."""
    order = list(Reason)
    return min(decision.unanswered, key=lambda part: order.index(part.reason))


def _say_message(decision: Decision, lang: Language) -> str | None:
    if not decision.unanswered:
        return None
    if not decision.answered:
        return say_refusal(_main(decision), lang)
    partial: str = read_content().messages["partial"]["message"][lang]
    parts = [(f"”{part.question}”", say_refusal(part, lang)) for part in decision.unanswered]
    return " ".join(partial.format(question=question, message=message) for question, message in parts)


def _shape_unanswered(part: Unanswered, lang: Language) -> Shape:
    return {"question": part.question, "reason": str(part.reason), "message": say_refusal(part, lang)}


def _shape_claims(session: Session, decision: Decision, words: Words, *, limit: int) -> list[Shape]:
    """The best claims in detail, each with its score."""
    if not decision.claims:
        return []
    least = decision.claims[0].score * SCORE_SHARE_MIN
    chosen = [claim for claim in decision.claims[:limit] if claim.score >= least]
    shapes = _read_claims(session, [claim.thing_id for claim in chosen], words.language)
    return [shapes[claim.thing_id] | {"score": round(claim.score, 3)} for claim in chosen]


def _read_claims(session: Session, claim_ids: Sequence[int], language: str) -> dict[int, Shape]:
    def load(missing: list[int]) -> dict[int, Shape]:
        return dict(zip(missing, get_details(session, Kind.CLAIM, missing, Words(language)), strict=True))

    return remember(session, f"claims in {language}", claim_ids, load)


def _shape_related(session: Session, decision: Decision, words: Words) -> list[Shape]:
    """What the knowledge base has near a question that it does not answer; in an emergency nothing may distract."""
    if decision.answered or _main(decision).reason is Reason.EMERGENCY:
        return []
    ids = [claim.thing_id for claim in decision.related[:RELATED_MAX] if claim.coverage]
    rows = {row.id: row for row in session.execute(select_claims().where(Claim.thing_id.in_(ids)))}
    return [shape_link(rows[claim_id], words, is_answer=False) for claim_id in ids if claim_id in rows]


def _number_references(session: Session, claims: Sequence[Shape], words: Words) -> list[Shape]:
    """Every reference that the claims cite, numbered in the order in which they are first cited."""
    slugs = list(dict.fromkeys(evidence["reference"]["slug"] for claim in claims for evidence in claim["evidence"]))
    shapes = _read_references(session, slugs, words.language)
    return [shapes[slug] | {"number": number} for number, slug in enumerate(slugs, start=1)]


def _read_references(session: Session, slugs: Sequence[str], language: str) -> dict[str, Shape]:
    """Slug → the reference with its short and its full form."""
    locale = LOCALES[Language(language)]

    def load(missing: list[str]) -> dict[str, Shape]:
        query = select(Thing.id).where(Thing.kind == Kind.REFERENCE, Thing.slug.in_(missing))
        shapes = get_details(session, Kind.REFERENCE, session.execute(query).scalars().all(), Words(language))
        return {shape["slug"]: shape | _cite_forms(shape, locale) for shape in shapes}

    return remember(session, f"references in {language}", slugs, load)


def _cite_forms(shape: Shape, locale: Locale) -> Shape:
    record = bibliographic_record(shape)
    return {"short": format_short(record), "full": format_full(record, locale)}


def _cite(claims: Sequence[Shape], references: Sequence[Shape]) -> None:
    """Give each claim its citations: number, short and full form, and the stance of the reference towards the claim."""
    by_slug = {reference["slug"]: reference for reference in references}
    for claim in claims:
        claim["citations"] = [
            {
                "number": reference["number"],
                "stance": evidence["stance"],
                "short": reference["short"],
                "full": reference["full"],
                "reference": evidence["reference"],
            }
            for evidence in claim["evidence"]
            if (reference := by_slug.get(evidence["reference"]["slug"]))
        ]


def _shape_notices(session: Session, claims: Sequence[Shape], words: Words) -> list[Shape]:
    """Red flags of the signs involved, interactions that touch the claims, and warnings on what they cite."""
    targets = [(Kind.CLAIM, claim["slug"]) for claim in claims]
    signs = [link["slug"] for claim in claims[:1] for link in claim["links"] if link["kind"] == Kind.SIGN]
    targets += [(Kind.SIGN, slug) for slug in signs[:SIGNS_MAX]]
    by_target = _read_safety(session, targets, words.language)
    safety = {notice["on"]["slug"]: notice for target in targets for notice in by_target[target]}
    most_urgent = sorted(safety.values(), key=lambda notice: URGENCY_ORDER.index(notice["urgency"]))[:NOTICES_MAX]
    warnings = {
        (notice["on"]["slug"], str(notice["text"])): _shape_warning(notice)
        for claim in claims
        for notice in claim["notices"]
    }
    return [*most_urgent, *warnings.values()]


def _read_safety(
    session: Session, targets: Sequence[tuple[Kind, str]], language: str
) -> dict[tuple[Kind, str], list[Shape]]:
    """(kind, slug) → the red flags and interactions that touch this thing."""

    def load(missing: list[tuple[Kind, str]]) -> dict[tuple[Kind, str], list[Shape]]:
        wanted = [SafetyType.RED_FLAG, SafetyType.INTERACTION]
        query = (
            select(Thing.kind, Thing.slug, Relation.thing_id)
            .join(Relation, Relation.target_id == Thing.id)
            .join(Safety, Safety.thing_id == Relation.thing_id)
            .where(tuple_(Thing.kind, Thing.slug).in_(missing), Safety.safety_type.in_(wanted))
        )
        touching = session.execute(query).all()
        ids = sorted({row.thing_id for row in touching})
        shapes = get_details(session, Kind.SAFETY, ids, Words(language))
        notices = {fact: _shape_safety_notice(shape) for fact, shape in zip(ids, shapes, strict=True)}
        found: dict[tuple[Kind, str], list[Shape]] = {target: [] for target in missing}
        for row in touching:
            found[Kind(row.kind), row.slug].append(notices[row.thing_id])
        return found

    return remember(session, f"safety in {language}", targets, load)


def _shape_safety_notice(shape: Shape) -> Shape:
    return {
        "notice_type": shape["safety_type"],
        "urgency": shape["urgency"],
        "text": shape["text"],
        "action": shape["action"],
        "on": {key: shape[key] for key in ("kind", "slug", "name", "url")},
    }


def _shape_warning(notice: Shape) -> Shape:
    """An erratum or another warning on a reference, in the form that all notices of a pack have."""
    return {
        "notice_type": notice["notice_type"],
        "urgency": None,
        "text": notice["text"],
        "action": None,
        "on": notice["on"],
    }
