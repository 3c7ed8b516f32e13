"""Texts in the language that was asked for.

Rule: whoever shapes an answer says its texts through one ``Words``, which notes where it had to fall back.
"""

from typing import Any

from kb_api.vocabulary import Language

ALL_LANGUAGES = "all"


class Words:
    """Says texts in one language, or all of them as they are; ``fallbacks`` tells which were missing."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.fallbacks: list[dict[str, str]] = []

    def say(self, text: dict[str, str] | None, field: str = "", owner: str = "") -> Any:
        """The text, as a string; the ``{sv, en}`` object when all languages are asked for."""
        if text is None or self.language == ALL_LANGUAGES:
            return text
        said = text.get(self.language)
        return said if said is not None else self._fall_back(text, field, owner)

    def say_aliases(self, aliases: dict[str, list[str]]) -> Any:
        """The aliases in the language; another language's would not be what people say here."""
        return aliases if self.language == ALL_LANGUAGES else aliases.get(self.language, [])

    def say_keys(self, part: dict[str, Any], *keys: str, owner: str = "") -> dict[str, Any]:
        """A stored part with the texts under ``keys`` said."""
        if self.language == ALL_LANGUAGES:
            return part
        return {key: self.say(value, key, owner) if key in keys else value for key, value in part.items()}

    def _fall_back(self, text: dict[str, str], field: str, owner: str) -> str | None:
        """The text in the first language that has one."""
        for language in (*Language, *text):
            if language in text:
                self.fallbacks.append({"of": owner, "field": field, "lang": str(language)})
                return text[language]
        return None

    def say_title(self, name: dict[str, str]) -> str:
        """The original title of a reference: no language has another."""
        return name["und"]
