"""What every app says of a row, in English: attributes that the frameworks' schemas read."""

from typing import Any

PATHS = {"claim": "claims", "reference": "references", "health_claim": "health-claims"}


def english(wording: dict[str, str] | None) -> str | None:
    """The text in English, else in whatever language there is."""
    if not wording:
        return None
    return wording.get("en") or next(iter(wording.values()))


class SaysThing:
    """Attributes of a row of ``thing``."""

    slug: str
    kind: str
    name: Any

    @property
    def label(self) -> str | None:
        return english(self.name)

    @property
    def url(self) -> str:
        return f"/v1/{PATHS.get(self.kind, self.kind + 's')}/{self.slug}"


class SaysDetail:
    """Attributes that a kind's own row takes from its ``thing``."""

    thing: Any

    @property
    def kind(self) -> str:
        return str(self.thing.kind)

    @property
    def slug(self) -> str:
        return str(self.thing.slug)

    @property
    def url(self) -> str:
        return str(self.thing.url)

    @property
    def revision(self) -> int:
        return int(self.thing.revision)

    @property
    def label(self) -> str | None:
        found: str | None = self.thing.label
        return found


class SaysSign(SaysDetail):
    summary: Any
    aliases: Any

    @property
    def summary_text(self) -> str | None:
        return english(self.summary)

    @property
    def alias_list(self) -> list[str]:
        return list((self.aliases or {}).get("en", []))


class SaysClaim(SaysDetail):
    effect_on: Any
    certainty_reason: Any
    note: Any
    supports: int
    mixed: int
    refutes: int
    background: int

    @property
    def effect_on_text(self) -> str | None:
        return english(self.effect_on)

    @property
    def certainty_reason_text(self) -> str | None:
        return english(self.certainty_reason)

    @property
    def note_text(self) -> str | None:
        return english(self.note)

    @property
    def balance(self) -> dict[str, int]:
        return {
            "supports": self.supports,
            "mixed": self.mixed,
            "refutes": self.refutes,
            "background": self.background,
        }


class SaysReference(SaysDetail):
    sample: Any
    finding: Any
    funding: Any
    note: Any

    @property
    def sample_text(self) -> str | None:
        return english(self.sample)

    @property
    def finding_text(self) -> str | None:
        return english(self.finding)

    @property
    def funding_text(self) -> str | None:
        return english(self.funding)

    @property
    def note_text(self) -> str | None:
        return english(self.note)


class SaysNote:
    note: Any

    @property
    def note_text(self) -> str | None:
        return english(self.note)


class SaysPassage:
    says: Any

    @property
    def says_text(self) -> str | None:
        return english(self.says)
