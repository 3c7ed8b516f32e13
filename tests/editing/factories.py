"""Records that are valid, with only what a test is about given."""

from typing import Any

from kb_api.editing import Write
from kb_api.vocabulary import Kind, Operation

Record = dict[str, Any]
VERIFICATION = {"level": "none", "source": "made up for a test"}


def wording(text: str) -> dict[str, str]:
    return {"sv": f"{text} (sv)", "en": text}


def make_sign(slug: str = "itching", **given: Any) -> Record:
    return {
        "slug": slug,
        "position": 90,
        "name": wording(slug),
        "summary": wording("A sign."),
        "aliases": {"sv": [], "en": []},
        "body_system": "general",
        "xrefs": [],
        **given,
    }


def make_mechanism(slug: str = "a-pathway", **given: Any) -> Record:
    return {
        "slug": slug,
        "name": wording(slug),
        "summary": wording("A pathway."),
        "aliases": {"sv": [], "en": []},
        "xrefs": [],
        **given,
    }


def make_reference(slug: str = "nobody-2020", **given: Any) -> Record:
    return {
        "slug": slug,
        "csl_type": "article-journal",
        "title": f"On {slug}",
        "authors": [{"family": "Nobody"}],
        "et_al": False,
        "issued": "2020",
        "source_url": f"https://example.org/{slug}",
        "study_type": "rct",
        "notices": [],
        "verification": VERIFICATION,
        **given,
    }


def make_claim(slug: str = "made-up-claim", **given: Any) -> Record:
    return {
        "slug": slug,
        "subject": "general",
        "text": wording(f"The claim {slug}"),
        "claim_type": "mechanism",
        "exposure": "deficiency",
        "effect": "increases",
        "certainty": "low",
        "certainty_reason": wording("For a test."),
        "evidence_status": "none_gathered",
        "looked_at": wording("Nothing."),
        "evidence": [],
        "passages": [],
        "links": [],
        **given,
    }


def make_food(slug: str = "a-food", **given: Any) -> Record:
    return {
        "slug": slug,
        "name": wording(slug),
        "aliases": {"sv": [], "en": []},
        "in_article": False,
        "measurements": [],
        **given,
    }


def make_form(slug: str = "a-form", **given: Any) -> Record:
    return {
        "slug": slug,
        "name": wording(slug),
        "summary": wording("A compound."),
        "aliases": {"sv": [], "en": []},
        "formula": "MgX",
        "molar_mass_g_per_mol": 100.5,
        "elemental_magnesium_percent": 24.5,
        "compound": wording("compound"),
        "variants": [],
        "brand_names": [],
        "xrefs": [],
        **given,
    }


def make_population(slug: str = "some-people", **given: Any) -> Record:
    return {
        "slug": slug,
        "name": wording(slug),
        "summary": wording("People."),
        "aliases": {"sv": [], "en": []},
        "sources": [],
        **given,
    }


def make_health_claim(slug: str = "eu-made-up", **given: Any) -> Record:
    return {
        "slug": slug,
        "jurisdiction": "eu",
        "status": "not_authorised",
        "topic": wording("A topic"),
        "efsa": [],
        "signs": [],
        "claims": [],
        "forms": [],
        "verification": VERIFICATION,
        **given,
    }


def make_safety(slug: str = "a-red-flag", **given: Any) -> Record:
    return {
        "slug": slug,
        "safety_type": "red_flag",
        "urgency": "doctor",
        "text": wording("See a doctor"),
        "signs": [],
        "claims": [],
        "populations": [],
        "verification": VERIFICATION,
        **given,
    }


def make_intake(slug: str = "an-intake", **given: Any) -> Record:
    return {
        "slug": slug,
        "measure": "rda",
        "authority": wording("An authority"),
        "population": wording("adults"),
        "sex": "any",
        "value": 350.0,
        "unit": "mg",
        "applies_to": "all_sources",
        "superseded": False,
        "verification": VERIFICATION,
        **given,
    }


def make_section(slug: str = "section-90", **given: Any) -> Record:
    return {
        "slug": slug,
        "number": 90,
        "heading": wording("A heading"),
        "sentence_count": 3,
        "unclaimed": [],
        **given,
    }


MAKERS = {
    Kind.SIGN: make_sign,
    Kind.MECHANISM: make_mechanism,
    Kind.FORM: make_form,
    Kind.FOOD: make_food,
    Kind.POPULATION: make_population,
    Kind.REFERENCE: make_reference,
    Kind.CLAIM: make_claim,
    Kind.HEALTH_CLAIM: make_health_claim,
    Kind.SAFETY: make_safety,
    Kind.INTAKE: make_intake,
    Kind.SECTION: make_section,
}
"""Kind → what makes a record of it."""


def link(kind: Kind, slug: str, role: str = "about") -> Record:
    return {"kind": str(kind), "slug": slug, "role": role}


def create(kind: Kind, record: Record) -> Write:
    return Write(Operation.CREATE, kind, record["slug"], record)


def revise(kind: Kind, slug: str, record: Record, **given: Any) -> Write:
    return Write(Operation.UPDATE, kind, slug, record, **given)


def retract(kind: Kind, slug: str, **given: Any) -> Write:
    return Write(Operation.RETRACT, kind, slug, reason="a test", **given)
