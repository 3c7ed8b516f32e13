"""A shape → its node: the same keys, with an identifier and types.

Rule: nothing is asked here. What a link adds about the two things (a role, a fit) is a node of its own, so that it is
never said of the other thing; a sign and a mechanism are joined by claims alone.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from kb_api.linked_data.terms import BY_NAME, LEFT_OUT, Value
from kb_api.shapes.claims import passage_slug
from kb_api.shapes.links import Shape, url_of
from kb_api.vocabulary import CONCEPT_KINDS, CslType, Kind, SafetyType

Node = dict[str, Any]

LINK_KEYS = {"kind", "slug", "name", "url"}
ADDRESS_SAFE = "!#$%&'()*+,/:;=?@[]~"
"""What stays as it is in an address from outside; what RDF refuses (spaces, quotes, angle brackets) is encoded."""
CLASSES_OF_KINDS = {kind: str(kind).title().replace("_", "") for kind in Kind}
TYPES = {
    Kind.SIGN: "MedicalSignOrSymptom",
    Kind.MECHANISM: "MedicalEntity",
    Kind.FORM: "DietarySupplement",
    Kind.POPULATION: "PeopleAudience",
    Kind.CLAIM: "Claim",
    Kind.HEALTH_CLAIM: "CreativeWork",
    Kind.SAFETY: "MedicalEntity",
    Kind.SECTION: "CreativeWork",
}
"""Kind → its type in schema.org; foods and intakes have none that fits: a dose schedule would recommend a dose."""
REFERENCE_TYPES = {
    CslType.ARTICLE_JOURNAL: "ScholarlyArticle",
    CslType.WEBPAGE: "WebPage",
    CslType.LEGISLATION: "Legislation",
    CslType.CHAPTER: "Chapter",
    CslType.REPORT: "Report",
    CslType.BOOK: "Book",
}


class NodeMaker:
    """Makes nodes with identifiers below one address, and texts in the languages that are shown."""

    def __init__(self, base_url: str, languages: Sequence[str]) -> None:
        self.base_url, self.languages = base_url, languages

    def make(self, shape: Shape) -> Node:
        """The node of a shaped thing, or of a piece of evidence, which has no kind."""
        kind = shape.get("kind")
        if kind is None:
            return self.convert(_name_evidence(shape, self.base_url + shape["claim"]["url"]))
        node = {"@id": self.base_url + shape["url"], "@type": types_of(shape)}
        return node | self.convert(self._prepare(kind, shape))

    def identify(self, kind: Kind, slug: str) -> str:
        """The identifier of a thing: its address."""
        return self.base_url + url_of(kind, slug)

    def _prepare(self, kind: str, shape: Shape) -> Shape:
        """The shape with its parts as nodes, where the conversion of keys alone would lose something."""
        match kind:
            case Kind.SIGN:
                return _without(shape, "links") | self._make_red_flags(shape)
            case Kind.CLAIM:
                return shape | self._make_claim_parts(shape)
            case Kind.REFERENCE:
                return _without(shape, "container_title") | self._make_bibliography(shape)
            case Kind.HEALTH_CLAIM:
                return shape | self._make_touches(shape)
            case "passage":
                return shape | self._make_review(shape, self.base_url + shape["claim"]["url"])
            case _:
                return _without(shape, "links") if kind in CONCEPT_KINDS else shape

    def convert(self, shape: Shape) -> Node:
        """Every key that is a term, its value as the term wants it; what is absent is left out."""
        return dict(self._converted(shape))

    def _converted(self, shape: Shape) -> Iterator[tuple[str, Any]]:
        for key, value in shape.items():
            if key.startswith("@"):
                yield key, value
            elif key not in LEFT_OUT and value is not None and value not in ([], {}):
                yield key, self._say(BY_NAME[key].value, value)

    def _say(self, kind: Value, value: Any) -> Any:
        match kind:
            case Value.TEXT:
                return self._choose_languages(value)
            case Value.DECIMAL:
                return format_decimal(value)
            case Value.ADDRESS:
                if isinstance(value, str):
                    return quote(value, safe=ADDRESS_SAFE)
                return [quote(one, safe=ADDRESS_SAFE) for one in value]
            case Value.NODE | Value.LIST:
                return [self._make_part(part) for part in (value if isinstance(value, list) else [value])]
            case _:
                return value

    def _choose_languages(self, text: Any) -> Any:
        """A text in the languages that are shown; in those it has, when it has none of them."""
        if not isinstance(text, dict):
            return text
        return {language: text[language] for language in self.languages if language in text} or text

    def _make_part(self, part: Any) -> Node:
        if part.keys() >= {"kind", "slug", "url"}:
            return self._make_link(part)
        return self.convert(part)

    def _make_link(self, link: Shape) -> Node:
        node: Node = {"@id": self.base_url + link["url"]}
        return node | self.convert({"name": link.get("name")})

    def _make_claim_parts(self, shape: Shape) -> Shape:
        address = self.base_url + shape["url"]
        parts: Shape = {
            "links": [{"role": link["role"], "thing": link} for link in shape["links"]],
            "about": [link for link in shape["links"] if link["role"] == "about"],
        }
        if "evidence" in shape:
            parts["evidence"] = [_name_evidence(piece, address) for piece in shape["evidence"]]
            parts["passages"] = [self._make_passage(passage, shape) for passage in shape["passages"]]
        return parts

    def _make_evidence(self, piece: Shape, of: str | None = None) -> Node:
        """Named after claim and reference: one reference is evidence for a claim once."""
        claim = of or self.base_url + piece["claim"]["url"]
        identity = {"@id": f"{claim}#evidence-{piece['reference']['slug']}", "@type": ["kb:Evidence"]}
        return identity | self.convert(_without(piece, "claim")) | {"claim": [{"@id": claim}]}

    def _make_passage(self, passage: Shape, claim: Shape) -> Shape:
        slug = passage_slug(passage["section"], passage["sentence"], claim["slug"])
        head = {"@id": f"{self.base_url}/v1/passages/{slug}", "@type": types_of({"kind": "passage"})}
        return head | passage | self._make_review(passage, self.base_url + claim["url"])

    def _make_review(self, passage: Shape, claim: str) -> Shape:
        rating = {"@type": "schema:Rating", "label": passage["verdict"]}
        return {"rating": rating, "item_reviewed": {"@id": claim}}

    def _make_red_flags(self, shape: Shape) -> Shape:
        if "red_flags" not in shape:
            return {}
        types = types_of({"kind": Kind.SAFETY, "safety_type": SafetyType.RED_FLAG})
        flags = [
            {"@id": self.identify(Kind.SAFETY, flag["slug"]), "@type": types, **flag} for flag in shape["red_flags"]
        ]
        return {"red_flags": flags}

    def _make_bibliography(self, shape: Shape) -> Shape:
        journal = shape["csl_type"] == CslType.ARTICLE_JOURNAL
        holder = {
            "@type": "schema:Periodical" if journal else "schema:CreativeWork",
            "container_title": shape["container_title"],
        }
        elsewhere = [f"https://doi.org/{quote(shape['doi'], safe='/:;()')}"] if shape["doi"] else []
        elsewhere += [f"https://pubmed.ncbi.nlm.nih.gov/{shape['pmid']}/"] if shape["pmid"] else []
        authors = [
            {"@type": "schema:Organization" if "literal" in author else "schema:Person", **author}
            for author in shape["authors"]
        ]
        return {
            "authors": authors,
            "is_part_of": holder if shape["container_title"] else None,
            "same_as": elsewhere,
        }

    def _make_touches(self, shape: Shape) -> Shape:
        by_language = shape["wording_verification"] or {}
        return {
            "touches": [
                {"thing": sign, **{key: value for key, value in sign.items() if key not in LINK_KEYS}}
                for sign in shape["signs"]
            ],
            "wording_verification": [{"language": language, **seen} for language, seen in by_language.items()],
        }


def types_of(shape: Shape) -> list[str]:
    """Our own type, and the one of schema.org where there is one."""
    kind = shape["kind"]
    if kind == "passage":
        return ["schema:ClaimReview", "kb:Passage"]
    own = f"kb:{CLASSES_OF_KINDS[Kind(kind)]}"
    if kind == Kind.REFERENCE:
        return [f"schema:{REFERENCE_TYPES[CslType(shape['csl_type'])]}", own]
    if kind == Kind.SAFETY and shape["safety_type"] == SafetyType.CONTRAINDICATION:
        return ["schema:MedicalContraindication", own]
    return [f"schema:{TYPES[Kind(kind)]}", own] if kind in TYPES else [own]


def _name_evidence(piece: Shape, claim: str) -> Shape:
    """A piece of evidence, named after claim and reference: one reference is evidence for a claim once."""
    identity = {"@id": f"{claim}#evidence-{piece['reference']['slug']}", "@type": ["kb:Evidence"]}
    return identity | piece | {"claim": {"@id": claim}}


def format_decimal(number: float) -> str:
    """A number in the canonical form of ``xsd:decimal``, so that every library reads the same literal."""
    text = format(Decimal(repr(number)), "f")
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _without(shape: Shape, *keys: str) -> Shape:
    return {key: value for key, value in shape.items() if key not in keys}
