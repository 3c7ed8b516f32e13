"""How a reference is named in running text."""

from collections.abc import Sequence

from kb_api.citations.csl import CslItem, Reference, is_et_al, to_csl


def format_short(reference: Reference) -> str:
    """Authors and year, such as ``Slutsky et al. 2010``, ``Zhang & Li 2021`` or ``European Commission 2012``.

    A reference without authors goes by its title. The form is the same in every language.
    """
    item = to_csl(reference)
    years = [str(parts[0]) for parts in item.get("issued", {}).get("date-parts", ())]
    return " ".join([_format_authors(item), *years])


def _format_authors(item: CslItem) -> str:
    names = [author.get("family") or author.get("literal", "") for author in item.get("author", ())]
    if not names:
        return str(item.get("title", item["id"]))
    return _join_names(names, is_et_al=is_et_al(item))


def _join_names(names: Sequence[str], *, is_et_al: bool) -> str:
    if is_et_al or len(names) > 2:
        return f"{names[0]} et al."
    return " & ".join(names)
