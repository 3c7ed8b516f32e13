"""A reference that is complete, so that a test gives only what it is about."""

from typing import Any

# The code points that a writer has met in titles, or that a format could trip over.
HOSTILE_TITLE = (
    "å ä ö ø & % _ $ # {x} ~ ^ \\ <i>in vivo</i> <script>alert(1)</script> --- `` '' ?` \"q\" "
    '\\textbf{a} @article{ $x_1$ TY - JOUR ER - 100% } { &amp; <span class="nocase">Mg</span> \\'
)


def make_reference(**fields: Any) -> dict[str, Any]:
    """A journal article; a field set to ``None`` is left out."""
    reference = {
        "slug": "slutsky-2010",
        "csl_type": "article-journal",
        "title": "Enhancement of Learning and Memory by Elevating Brain Magnesium",
        "authors": [{"family": "Slutsky", "given": "Inna"}, {"family": "Wu", "given": "Long-Jun"}],
        "et_al": False,
        "container_title": "Neuron",
        "issued": "2010",
        "volume": "65",
        "issue": "2",
        "page": "165-177",
        "doi": "10.1016/j.neuron.2009.12.026",
        "pmid": "20152124",
        "source_url": "https://www.cell.com/neuron/fulltext/S0896-6273(09)01044-7",
    } | fields
    return {field: value for field, value in reference.items() if value is not None}
