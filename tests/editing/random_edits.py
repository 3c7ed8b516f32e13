"""Random edits that are valid by construction, and what must stand after them."""

from copy import deepcopy
from random import Random

from kb_api.editing import Write, find_mentions
from kb_api.vocabulary import CONCEPT_KINDS, Kind, Operation
from tests.editing.factories import MAKERS, Record, link, wording

Identity = tuple[Kind, str]

REFERS = {
    Kind.CLAIM: (*CONCEPT_KINDS, Kind.REFERENCE),
    Kind.POPULATION: (Kind.REFERENCE,),
    Kind.SAFETY: (Kind.SIGN, Kind.CLAIM, Kind.POPULATION),
    Kind.HEALTH_CLAIM: (Kind.SIGN, Kind.CLAIM, Kind.FORM),
    Kind.REFERENCE: (Kind.REFERENCE,),
}
"""Kind → the kinds that its records name."""


class Model:
    """What must stand: every living record, kept beside the database and never read from it."""

    def __init__(self) -> None:
        self.living: dict[Identity, Record] = {}
        self.count = 0

    def propose(self, random: Random, touched: set[Identity]) -> Write | None:
        """One write that must be accepted; it touches nothing that is in ``touched``, and adds what it touches."""
        free = [identity for identity in self.living if identity not in touched]
        choice = random.choice(["create", "create", "update", "update", "update", "rename", "retract"])
        if choice == "create" or not free:
            return self._create(random, touched)
        kind, slug = random.choice(free)
        if choice == "retract":
            return self._retract(kind, slug, touched)
        record = self._vary(random, kind, self.living[kind, slug], touched)
        if choice == "rename":
            record["slug"] = self._new_slug()
        touched.add((kind, slug))
        return Write(Operation.UPDATE, kind, slug, record)

    def apply(self, writes: list[Write]) -> None:
        """What the writes leave standing."""
        renamed: dict[Identity, str] = {}
        for write in writes:
            record = self.living.pop((write.kind, write.slug), None)
            if write.record is not None:
                record = deepcopy(write.record)
                self.living[write.kind, record["slug"]] = record
                if record["slug"] != write.slug:
                    renamed[write.kind, write.slug] = record["slug"]
        for (kind, _), record in self.living.items():
            for mention in list(find_mentions(kind, record)):
                if new_slug := renamed.get((mention.kind, mention.slug)):
                    mention.holder[mention.key] = new_slug

    def _create(self, random: Random, touched: set[Identity]) -> Write:
        kind = random.choice(list(Kind))
        record = MAKERS[kind](self._new_slug())
        if kind is Kind.SIGN:
            record["position"] = self.count
        if kind is Kind.SECTION:
            record["number"] = self.count
        record = self._vary(random, kind, record, touched)
        touched.add((kind, record["slug"]))
        return Write(Operation.CREATE, kind, record["slug"], record)

    def _retract(self, kind: Kind, slug: str, touched: set[Identity]) -> Write | None:
        """Only what nothing names; what the batch writes may name anything, so then nothing is retracted."""
        if touched or (kind, slug) in self._named():
            return None
        # Nothing else goes into this batch.
        touched.update(self.living)
        return Write(Operation.RETRACT, kind, slug, reason="a random edit")

    def _vary(self, random: Random, kind: Kind, record: Record, touched: set[Identity]) -> Record:
        """Another text, and other things named."""
        varied = deepcopy(record)
        key = {Kind.CLAIM: "text", Kind.REFERENCE: "title", Kind.HEALTH_CLAIM: "topic", Kind.SAFETY: "text"}.get(kind)
        key = key or {Kind.INTAKE: "population", Kind.SECTION: "heading"}.get(kind, "name")
        text = f"{random.choice(['å', 'b', 'ç'])} {random.randrange(10**6)}"
        varied[key] = text if kind is Kind.REFERENCE else wording(text)
        self._name_others(random, kind, varied, touched)
        return varied

    def _name_others(self, random: Random, kind: Kind, record: Record, touched: set[Identity]) -> None:
        own = (kind, record["slug"])
        others = [other for other in self.living if other[0] in REFERS.get(kind, ()) and other not in touched | {own}]
        chosen = random.sample(others, min(len(others), random.randrange(4)))
        slugs = {other: [slug for named, slug in chosen if named is other] for other in Kind}
        if kind is Kind.CLAIM:
            record["links"] = [link(other, slug) for other, slug in chosen if other in CONCEPT_KINDS]
            record["evidence"] = [
                {"reference": slug, "stance": random.choice(["supports", "refutes"]), "note": wording("So.")}
                for slug in slugs[Kind.REFERENCE]
            ]
            record["evidence_status"] = "listed" if record["evidence"] else "none_gathered"
        if kind is Kind.POPULATION:
            record["sources"] = slugs[Kind.REFERENCE]
        if kind is Kind.SAFETY:
            record |= {"signs": slugs[Kind.SIGN], "claims": slugs[Kind.CLAIM], "populations": slugs[Kind.POPULATION]}
        if kind is Kind.HEALTH_CLAIM:
            signs = [{"slug": slug, "fit": "direct", "why": wording("So.")} for slug in slugs[Kind.SIGN]]
            record |= {"signs": signs, "claims": slugs[Kind.CLAIM], "forms": slugs[Kind.FORM]}

    def _named(self) -> set[Identity]:
        return {
            (mention.kind, mention.slug)
            for (kind, _), record in self.living.items()
            for mention in find_mentions(kind, record)
        }

    def _new_slug(self) -> str:
        self.count += 1
        return f"thing-{self.count}"
