"""Checks a pack file as a whole: as written, and lying on the packs that it inherits."""

from __future__ import annotations

from timebank.outcome import Refusal
from timebank.policy.compose import Find, clashes, lineage
from timebank.policy.lines import Lines
from timebank.policy.reading import Finding, dotted, read

__all__ = ["Finding", "validate"]


def validate(text: str, file: str, find: Find) -> list[Finding]:
    """Everything wrong with the pack file ``text``, in the order of its lines; empty where it is sound.

    ``file`` is the name shown to people; ``find`` gives the sheets that it may inherit (catalog.sheet).
    """
    sheet, findings = read(text, file)
    if sheet is None:
        return findings
    lines = Lines(text)
    try:
        chain = lineage(sheet, find)
    except Refusal as refusal:
        return [Finding(file, "inherits", lines.of(("inherits",)), refusal.code, refusal.facts)]
    found = [Finding(file, dotted(path), lines.of(path), code, facts) for path, code, facts in clashes(chain)]
    return sorted(found, key=lambda each: each.line)
