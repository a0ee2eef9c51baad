"""What the window says, in the language of the moment.

Widgets keep *words*, not finished text, so a change of language is one signal and no restart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from timebank.outcome import Problem
from timebank.phrases import LANGUAGES, phrases


@dataclass(frozen=True)
class Phrase:
    """A phrase still to be said: its key, and the values for its placeholders (which may be words again)."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Spoken:
    """Words that depend on the language in another way than by a phrase: an amount, a date, a kind's name."""

    in_language: Callable[[str], str]


Words = str | Phrase | Problem | Spoken
"""Anything that can be said: data as it is (a name), a phrase of ours, a problem, an amount."""


def phrase(key: str, /, **values: object) -> Phrase:
    """Words for ``key`` with its values, said later in whatever language is then current."""
    return Phrase(key, values)


class Speech(QObject):
    """Holds the current language and says words in it; ``changed`` follows every switch."""

    changed = Signal()

    def __init__(self, language: str = LANGUAGES[0], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phrases = phrases(language)

    @property
    def language(self) -> str:
        """One of :data:`timebank.phrases.LANGUAGES`."""
        return self._phrases.language

    @language.setter
    def language(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no such language: {language}")
        if language != self.language:
            self._phrases = phrases(language)
            self.changed.emit()

    def say(self, key: str, /, **values: object) -> str:
        """The sentence for ``key``. Raises KeyError for an unknown key: a defect, not a case."""
        spoken = {
            name: self.text(value) if isinstance(value, Phrase | Problem | Spoken) else value
            for name, value in values.items()
        }
        return self._phrases(key, **spoken)

    def text(self, words: Words) -> str:
        """``words`` in the current language; plain text comes back as it is."""
        if isinstance(words, Phrase):
            return self.say(words.key, **words.values)
        if isinstance(words, Problem):
            return self._phrases.problem(words)
        if isinstance(words, Spoken):
            return words.in_language(self.language)
        return words
