"""A pack as compact numbered text that can be put before a language model, within a bound.

Rule: what does not fit is left out whole, the least relevant first; a sentence is never cut.
"""

import math
from typing import Any

from kb_api.answers.content import read_content
from kb_api.shapes.links import Shape
from kb_api.vocabulary import Language

PROMPT_TOKENS_DEFAULT = 1_500
PROMPT_TOKENS_MIN = 300
"""Room for the rules and the longest message in either language."""
PROMPT_TOKENS_MAX = 8_000

BYTES_PER_TOKEN = 2.5
"""A cautious guess: models take about 4 bytes of English, 3 of Swedish, so that the bound holds for both."""

CARE_LINES_MAX = 4
"""Red flags in the text; all are in the pack."""


def estimate_tokens(text: str) -> int:
    """How many tokens a text takes at most."""
    return math.ceil(len(text.encode()) / BYTES_PER_TOKEN)


def write_prompt(pack: Shape, *, lang: Language, max_tokens: int) -> str:
    """The pack as text of at most ``max_tokens`` by the estimate."""
    said = read_content().messages["prompt"]
    if not pack["answered"]:
        return _fit([said["refusal_rules"][lang], pack["message"], _say_revision(pack, said, lang)], max_tokens)
    for count in range(len(pack["claims"]), 0, -1):
        text = "\n".join(_write_lines(pack, count, said, lang))
        if estimate_tokens(text) <= max_tokens:
            return text
    return _fit([said["rules"][lang], _say_revision(pack, said, lang)], max_tokens)


def _fit(lines: list[str], max_tokens: int) -> str:
    """As many of the lines as fit, in order."""
    kept: list[str] = []
    for line in lines:
        if estimate_tokens("\n".join([*kept, line])) <= max_tokens:
            kept.append(line)
    return "\n".join(kept)


def _write_lines(pack: Shape, count: int, said: dict[str, Any], lang: Language) -> list[str]:
    claims = pack["claims"][:count]
    cited = {citation["number"] for claim in claims for citation in claim["citations"]}
    lines = [said["rules"][lang], f"{said['claims'][lang]}:"]
    lines += [_write_claim(number, claim, said, lang) for number, claim in enumerate(claims, start=1)]
    lines.append(f"{said['sources'][lang]}:")
    lines += [_write_source(reference) for reference in pack["references"] if reference["number"] in cited]
    flags = [notice["text"] for notice in pack["notices"] if notice["notice_type"] == "red_flag"][:CARE_LINES_MAX]
    if flags:
        lines.append(f"{said['care'][lang]}: {' | '.join(flags)}")
    if pack["unanswered"]:
        lines.append(f"{said['not_answered'][lang]}: {pack['message']}")
    return [*lines, pack["disclaimer"], _say_revision(pack, said, lang)]


def _write_claim(number: int, claim: Shape, said: dict[str, Any], lang: Language) -> str:
    certainty = said["certainty"][claim["certainty"]][lang]
    balance = said["balance"][lang].format(**claim["balance"])
    numbers = "".join(f"[{citation['number']}]" for citation in claim["citations"])
    return f"{number}. {claim['text']} ({certainty}; {balance}) {numbers}".rstrip()


def _write_source(reference: Shape) -> str:
    place = f"doi:{reference['doi']}" if reference["doi"] else reference["source_url"]
    return f"[{reference['number']}] {reference['short']}. {place}"


def _say_revision(pack: Shape, said: dict[str, Any], lang: Language) -> str:
    return f"{said['revision'][lang]} {pack['revision']}."
