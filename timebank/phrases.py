"""Every sentence that a person reads, by key, in Chinese and English.

``resources/phrases/<language>/<area>.toml`` holds one table per area; the key of a phrase is
``area.name``. Both languages carry the same keys and the same placeholders (a test holds them to it).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from timebank.assets import asset
from timebank.outcome import Problem

LANGUAGES = ("zh_CN", "en")


class Phrases:
    """The phrases of one language; calling it with a key and values gives the sentence."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence for ``key``. Raises KeyError for an unknown key: that is a defect, not a case."""
        return self._texts[key].format(**values)

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def keys(self) -> frozenset[str]:
        """Every key of this language."""
        return frozenset(self._texts)

    def problem(self, problem: Problem) -> str:
        """The sentence for a problem: ``problems.<code>`` filled with its facts."""
        return self.code(problem.code, problem.facts)

    def code(self, code: str, facts: Mapping[str, object]) -> str:
        """The sentence for a problem's code and facts."""
        return self._texts[f"problems.{code}"].format_map(_Facts(facts))

    def text(self, key: str) -> str:
        """The phrase as written, placeholders and all."""
        return self._texts[key]


class _Facts(dict[str, object]):
    """Facts for a sentence; one that is missing shows as an ellipsis rather than failing the sentence."""

    def __missing__(self, key: str) -> str:
        return "…"


@cache
def phrases(language: str) -> Phrases:
    """The phrases of ``language`` (one of :data:`LANGUAGES`)."""
    texts: dict[str, str] = {}
    for path in sorted(asset("phrases", language).glob("*.toml")):
        for area, table in tomllib.loads(path.read_text("utf-8")).items():
            for key, value in _flat(area, table):
                if key in texts:
                    raise ValueError(f"{path.name}: {key} is defined twice")
                texts[key] = value
    return Phrases(language, texts)


def _flat(prefix: str, node: object) -> list[tuple[str, str]]:
    if isinstance(node, str):
        return [(prefix, node)]
    if isinstance(node, dict):
        return [pair for name, child in node.items() for pair in _flat(f"{prefix}.{name}", child)]
    raise ValueError(f"{prefix}: a phrase is a string")
