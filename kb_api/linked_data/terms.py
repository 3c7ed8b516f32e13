"""Every term of the linked data: what it is called in JSON, which property it is, and what it means.

Rule: a key of an answer is a term here under the same name, or stands in ``LEFT_OUT`` with the reason; a test holds
both against the answers. Whatever schema.org has a property for is that property; the rest is our own, and is
documented below ``/vocab`` from this table.
"""

from enum import StrEnum
from typing import NamedTuple

SCHEMA = "https://schema.org/"
BIBO = "http://purl.org/ontology/bibo/"
XSD = "http://www.w3.org/2001/XMLSchema#"
VOCABULARY_PATH = "/vocab"


class Value(StrEnum):
    """What the value of a term is."""

    TEXT = "text"
    """Text in languages: a language map."""
    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    ADDRESS = "address"
    """The address of something elsewhere."""
    NODE = "node"
    """Another thing, or a part of this one."""
    LIST = "list"
    """Parts whose order counts."""


class Term(NamedTuple):
    """One term. Without ``iri`` it is our own: ``/vocab#`` and its name."""

    name: str
    value: Value
    meaning: str
    iri: str | None = None


TERMS = (
    Term("slug", Value.STRING, "The name of the thing within its kind, as it stands in its address."),
    Term("revision", Value.INTEGER, "The revision in which the thing last changed.", SCHEMA + "version"),
    Term("name", Value.TEXT, "What the thing is called.", SCHEMA + "name"),
    Term("title", Value.STRING, "The original title, never translated.", SCHEMA + "name"),
    Term("summary", Value.TEXT, "The thing in a few sentences.", SCHEMA + "description"),
    Term("aliases", Value.TEXT, "Names that people use.", SCHEMA + "alternateName"),
    Term("text", Value.TEXT, "The text of a claim, a notice or a safety row.", SCHEMA + "text"),
    Term("note", Value.TEXT, "What else is to be known."),
    Term("position", Value.INTEGER, "The place in the article's order.", SCHEMA + "position"),
    Term("body_system", Value.STRING, "The body system that a sign belongs to."),
    Term("red_flags", Value.NODE, "When a person with the sign should seek care, and how urgently."),
    Term("xrefs", Value.NODE, "An identifier of the thing in another system.", SCHEMA + "identifier"),
    Term("scheme", Value.STRING, "The system that an identifier belongs to.", SCHEMA + "propertyID"),
    Term("id", Value.STRING, "The identifier in its system.", SCHEMA + "value"),
    Term("label", Value.STRING, "What the other system calls the thing.", SCHEMA + "name"),
    Term("match", Value.STRING, "How well the other system's thing fits: exact, close, broader, narrower, related."),
    Term("term", Value.TEXT, "The narrower term that an identifier is about, when it is not the thing itself."),
    Term("health_claims_verdict", Value.NODE, "How far the authorised wordings reach, judged on a day."),
    Term("coverage", Value.STRING, "How far they reach: good, partial or none."),
    Term("not_covered", Value.TEXT, "What no authorised wording covers."),
    Term("checked_on", Value.DATE, "The day of the judgement."),
    Term("parent", Value.NODE, "The mechanism above this one."),
    Term("compound", Value.TEXT, "The chemical compound."),
    Term("formula", Value.STRING, "The chemical formula."),
    Term("molar_mass_g_per_mol", Value.DECIMAL, "The molar mass, in grams per mole."),
    Term("elemental_magnesium_percent", Value.DECIMAL, "The share of elemental magnesium, in percent by mass."),
    Term("variants", Value.NODE, "A salt or hydrate that is sold under the form's name."),
    Term("brand_names", Value.STRING, "A trade name."),
    Term("market_status", Value.NODE, "Who may sell the form, on which conditions, and until when."),
    Term("conditions", Value.TEXT, "The conditions of sale or of use."),
    Term("legal_act", Value.STRING, "The legal act that says so."),
    Term("from", Value.DATE, "The first day on which the status holds.", SCHEMA + "validFrom"),
    Term("until", Value.DATE, "The last day on which the status holds.", SCHEMA + "validThrough"),
    Term("group", Value.NODE, "The group that a food belongs to."),
    Term("in_article", Value.BOOLEAN, "Whether the article names the food."),
    Term("magnesium_mg_per_100g", Value.DECIMAL, "Magnesium in 100 g, in milligrams: the median of the databases."),
    Term("measurements", Value.NODE, "The magnesium of one serving in one database."),
    Term("magnesium_mg", Value.DECIMAL, "Magnesium in the serving, in milligrams."),
    Term("grams", Value.DECIMAL, "The mass of the serving, in grams."),
    Term("serving", Value.TEXT, "The serving in words."),
    Term("database", Value.STRING, "The food database."),
    Term("record", Value.STRING, "The number of the food in the database."),
    Term("record_name", Value.STRING, "The name of the food in the database."),
    Term(
        "at_risk_listed_by_ods",
        Value.BOOLEAN,
        "Whether the US Office of Dietary Supplements lists the group as at risk.",
    ),
    Term("sources", Value.NODE, "A reference that the thing rests on.", SCHEMA + "isBasedOn"),
    Term("claim_type", Value.STRING, "What the claim is about: mechanism, sign, supplement_effect and others."),
    Term("exposure", Value.STRING, "What people are exposed to: deficiency and supplementation are never the same."),
    Term(
        "effect", Value.STRING, "Whether what the claim is on increases, decreases, does not change or is associated."
    ),
    Term("effect_on", Value.TEXT, "What increases or decreases, in words."),
    Term("certainty", Value.STRING, "The certainty of the evidence: high, moderate, low or very_low."),
    Term("certainty_reason", Value.TEXT, "Why the certainty is what it is."),
    Term("balance", Value.NODE, "How many pieces of evidence take each stance."),
    Term("supports", Value.INTEGER, "Pieces of evidence for the claim."),
    Term("mixed", Value.INTEGER, "Pieces of evidence that speak for and against the claim."),
    Term("refutes", Value.INTEGER, "Pieces of evidence against the claim."),
    Term("background", Value.INTEGER, "Pieces of evidence that explain the claim and take no side."),
    Term("links", Value.NODE, "A thing that the claim names, and in which role."),
    Term("role", Value.STRING, "The role of the named thing in the claim: about, via, form, food or population."),
    Term("thing", Value.NODE, "The named thing."),
    Term("about", Value.NODE, "What the claim is about.", SCHEMA + "about"),
    Term("subject", Value.STRING, "The subject under which editors keep the claim."),
    Term("evidence_status", Value.STRING, "Whether evidence is listed, none was gathered, or the claim is derived."),
    Term("looked_at", Value.TEXT, "What was looked at when no evidence was gathered."),
    Term("derivation", Value.TEXT, "How a derived claim was computed."),
    Term("conflicts", Value.TEXT, "Where the evidence disagrees."),
    Term("evidence", Value.NODE, "How one reference stands towards the claim."),
    Term("stance", Value.STRING, "Whether the reference supports or refutes the claim, is mixed, or is background."),
    Term("reference", Value.NODE, "The publication or authority page."),
    Term("passages", Value.NODE, "Where the article says the claim, and the verdict on it there."),
    Term("says", Value.TEXT, "What the article says there, in our own words.", SCHEMA + "claimReviewed"),
    Term("verdict", Value.STRING, "The verdict on what the article says there."),
    Term("rating", Value.NODE, "The verdict as a rating.", SCHEMA + "reviewRating"),
    Term("item_reviewed", Value.NODE, "The claim as it is asserted in the world.", SCHEMA + "itemReviewed"),
    Term("section", Value.INTEGER, "The section of the article, counted from 0."),
    Term("sentence", Value.INTEGER, "The sentence within the section, counted from 1."),
    Term("heading", Value.TEXT, "The heading of the section."),
    Term("claim", Value.NODE, "The claim."),
    Term("reviewed_on", Value.DATE, "The day of the last review.", SCHEMA + "dateModified"),
    Term("notices", Value.NODE, "An erratum, a retraction or another warning on a reference."),
    Term("notice_type", Value.STRING, "erratum, retraction, expression_of_concern, superseded or caution."),
    Term("on", Value.NODE, "The reference that a notice is on."),
    Term("csl_type", Value.STRING, "The type in the Citation Style Language."),
    Term("authors", Value.LIST, "The authors, in their order.", SCHEMA + "author"),
    Term("family", Value.STRING, "A family name.", SCHEMA + "familyName"),
    Term("given", Value.STRING, "A given name.", SCHEMA + "givenName"),
    Term("literal", Value.STRING, "The name of a body.", SCHEMA + "name"),
    Term("et_al", Value.BOOLEAN, "Whether there are more authors than are listed."),
    Term("container_title", Value.STRING, "The journal, site or book.", SCHEMA + "name"),
    Term("is_part_of", Value.NODE, "The journal, site or book that holds the reference.", SCHEMA + "isPartOf"),
    Term("publisher", Value.STRING, "The publisher.", SCHEMA + "publisher"),
    Term("issued", Value.STRING, "Year, month or day of publication.", SCHEMA + "datePublished"),
    Term("volume", Value.STRING, "The volume.", SCHEMA + "volumeNumber"),
    Term("issue", Value.STRING, "The issue.", SCHEMA + "issueNumber"),
    Term("page", Value.STRING, "The pages.", SCHEMA + "pagination"),
    Term("article_number", Value.STRING, "The article's or report's number."),
    Term("doi", Value.STRING, "The DOI, in lower case and without prefix.", BIBO + "doi"),
    Term("pmid", Value.STRING, "The PubMed number.", BIBO + "pmid"),
    Term("pmcid", Value.STRING, "The PubMed Central number."),
    Term("same_as", Value.ADDRESS, "The same publication at doi.org and in PubMed.", SCHEMA + "sameAs"),
    Term("source_url", Value.ADDRESS, "Where the reference can be read.", SCHEMA + "url"),
    Term("study_type", Value.STRING, "The type of study."),
    Term("sample", Value.TEXT, "Who or what was studied."),
    Term("finding", Value.TEXT, "What was found."),
    Term("funding", Value.TEXT, "Who paid, and what interests were declared."),
    Term("cited_in_article", Value.INTEGER, "The number of the reference in the article's own list."),
    Term("verification", Value.NODE, "Where the fact was seen."),
    Term("level", Value.STRING, "How good that place is: official, index, secondary or none."),
    Term("source", Value.STRING, "The place itself."),
    Term("unverified_fields", Value.TEXT, "The parts of a reference that were not seen."),
    Term("jurisdiction", Value.STRING, "Where the rule holds: eu or us."),
    Term("status", Value.STRING, "The status of a regulatory wording, or of a form on the market."),
    Term("wording", Value.TEXT, "The exact wording; no other may be used."),
    Term("efsa", Value.NODE, "The opinion and the entries in which EFSA assessed the wording."),
    Term("journal", Value.STRING, "The opinion in the EFSA Journal."),
    Term("entry_ids", Value.INTEGER, "The number of an entry in EFSA's list."),
    Term("article_section", Value.INTEGER, "The section of the article that the wording belongs to."),
    Term("signs", Value.NODE, "A sign that the row is about."),
    Term("claims", Value.NODE, "A claim that the row is about."),
    Term("forms", Value.NODE, "A form that the row is about."),
    Term("populations", Value.NODE, "A group of people that the row is about."),
    Term("touches", Value.NODE, "A sign that a wording touches, how directly, and why."),
    Term("fit", Value.STRING, "How directly: direct, partial or tangential."),
    Term("why", Value.TEXT, "Why the wording touches the sign so."),
    Term("wording_verification", Value.NODE, "Whether a wording was seen in the official text, by language."),
    Term("language", Value.STRING, "The language of the wording.", SCHEMA + "inLanguage"),
    Term("official_text_seen", Value.BOOLEAN, "Whether the wording was compared with the official text."),
    Term("scope", Value.STRING, "How much of the wording was compared."),
    Term("safety_type", Value.STRING, "red_flag, interaction, adverse_effect or contraindication."),
    Term("urgency", Value.STRING, "How soon to act: emergency, urgent, doctor or none."),
    Term("action", Value.TEXT, "What to do."),
    Term("medicine", Value.TEXT, "The medicine, or class of medicines."),
    Term("direction", Value.STRING, "Whether magnesium acts on the medicine, or the medicine on magnesium."),
    Term("hours_apart_min", Value.INTEGER, "The least time between the two, in hours."),
    Term("hours_before", Value.INTEGER, "How long before magnesium the medicine is taken, in hours."),
    Term("hours_after", Value.STRING, "How long after magnesium the medicine is taken, in hours."),
    Term("listed_by_ods", Value.BOOLEAN, "Whether the US Office of Dietary Supplements lists the interaction."),
    Term("where_to_turn", Value.TEXT, "Where to turn, such as 112 or 1177."),
    Term("measure", Value.STRING, "What an intake row measures: rda, ai, ul and others."),
    Term("authority", Value.TEXT, "The authority that says so; authorities disagree."),
    Term("population", Value.TEXT, "The people whom the value is for, in words."),
    Term("sex", Value.STRING, "The sex that the value is for: female, male or any."),
    Term("age_from_years", Value.DECIMAL, "The youngest age that the value is for, in years."),
    Term("age_to_years", Value.DECIMAL, "The highest age that the value is for, in years."),
    Term("value", Value.DECIMAL, "The value, in its unit."),
    Term("value_low", Value.DECIMAL, "The lower end of a range, in its unit."),
    Term("value_high", Value.DECIMAL, "The upper end of a range, in its unit."),
    Term("unit", Value.STRING, "The unit.", SCHEMA + "unitText"),
    Term(
        "applies_to",
        Value.STRING,
        "Whether the value counts all sources, supplements only, a label, serum or the body.",
    ),
    Term("superseded", Value.BOOLEAN, "Whether a later value of the authority has taken its place."),
    Term("number", Value.INTEGER, "The number of the section.", SCHEMA + "position"),
    Term("sentence_count", Value.INTEGER, "How many sentences the section has."),
    Term("unclaimed", Value.NODE, "A sentence that states nothing."),
    Term("reason", Value.TEXT, "Why it states nothing."),
    Term("license", Value.ADDRESS, "The licence of the content.", SCHEMA + "license"),
    Term("disclaimer", Value.TEXT, "What the content is not."),
    Term("has_part", Value.NODE, "A thing on the page.", SCHEMA + "hasPart"),
    Term("next", Value.ADDRESS, "The next page."),
)

BY_NAME = {term.name: term for term in TERMS}

LEFT_OUT = {
    "kind": "the type says it",
    "url": "the identifier says it",
    "counts": "derived: how many claims and references there are follows from the claims",
}
"""Keys of an answer that are no term, and why. A concept's ``links`` are left out as well: a link is a claim."""

CLASSES = {
    "Sign": "An observable sign of magnesium deficiency.",
    "Mechanism": "A physiological pathway through which magnesium may act.",
    "Form": "A magnesium compound taken as food or supplement.",
    "Food": "A food, or a group of foods.",
    "Population": "People at risk, or studied.",
    "Reference": "A publication or an authority's page.",
    "Claim": "One atomic statement, with evidence for and against.",
    "HealthClaim": "A regulatory wording, or the finding that none is authorised.",
    "Safety": "A red flag, an interaction with a medicine, an adverse effect, or who should not take it.",
    "Intake": "One authority's value for one group of people; there is no one recommended dose.",
    "Section": "A section of the article.",
    "Passage": "A sentence of the article that says a claim, and the verdict on it.",
    "Evidence": "How one reference stands towards one claim.",
}
"""Our own types; each thing also has a type of schema.org where there is a fitting one."""


def make_context(base_url: str) -> dict[str, object]:
    """The context of every document; it is put into each, so that nothing is fetched to read one."""
    context: dict[str, object] = {
        "schema": SCHEMA,
        "kb": f"{base_url}{VOCABULARY_PATH}#",
        "bibo": BIBO,
        "xsd": XSD,
    }
    return context | {term.name: _define(term) for term in TERMS}


def _define(term: Term) -> object:
    identifier = _shorten(term)
    match term.value:
        case Value.TEXT:
            return {"@id": identifier, "@container": "@language"}
        case Value.DECIMAL:
            return {"@id": identifier, "@type": "xsd:decimal"}
        case Value.DATE:
            return {"@id": identifier, "@type": "xsd:date"}
        case Value.ADDRESS:
            return {"@id": identifier, "@type": "@id"}
        case Value.LIST:
            return {"@id": identifier, "@container": "@list"}
        case _:
            return identifier


def _shorten(term: Term) -> str:
    if term.iri is None:
        return f"kb:{term.name}"
    return term.iri.replace(SCHEMA, "schema:").replace(BIBO, "bibo:")
