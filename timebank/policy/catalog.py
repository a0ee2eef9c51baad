"""The packs that come with the program, and packs read from a text that someone wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources

from timebank.outcome import Refusal
from timebank.policy.compose import Find, compose, lineage
from timebank.policy.pack import Pack, within
from timebank.policy.reading import Sheet, read
from timebank.policy.validate import Finding, validate


def pack_ids() -> tuple[str, ...]:
    """The ids of the packs that come with the program, in alphabetical order."""
    return tuple(sorted({sheet.id for sheet in _shipped()}))


def load(policy: str, day: date | None = None) -> Pack:
    """The shipped pack ``policy`` as it holds on ``day``; its newest edition where no day is given.

    Raises Refusal ``policy_unknown`` or ``policy_not_in_force``.
    """
    editions = [sheet for sheet in _shipped() if sheet.id == policy]
    if not editions:
        raise Refusal("policy_unknown", policy=policy, known=", ".join(pack_ids()))
    chosen = _edition(editions, day)
    if chosen is None:
        raise _not_in_force(_newest(editions), day)
    return compose(lineage(chosen, finder(day)))


Beside = Callable[[str], str | None]
"""Gives the text of a pack of one's own by its id, as it lies beside the file that inherits it, or None."""


def parse(text: str, file: str = "pack.toml", day: date | None = None, beside: Beside | None = None) -> Pack:
    """The pack in ``text`` as it holds on ``day``, inheriting shipped packs, or those ``beside`` it, by id.

    Raises Refusal ``policy_invalid`` with the first finding (:func:`check` has all), or ``policy_not_in_force``.
    """
    findings = check(text, file, day, beside)
    sheet, _ = read(text, file)
    if findings or sheet is None:
        first = findings[0]
        raise Refusal(
            "policy_invalid", file=file, line=first.line, key=first.key, count=len(findings), first=first.code
        )
    if day is not None and not within(sheet.start, day, sheet.until):
        raise _not_in_force(sheet, day)
    return compose(lineage(sheet, finder(day, beside)))


def check(text: str, file: str, day: date | None = None, beside: Beside | None = None) -> list[Finding]:
    """Everything wrong with a pack file that may inherit others (:func:`parse`); empty where it is sound."""
    return validate(text, file, finder(day, beside))


def finder(day: date | None = None, beside: Beside | None = None) -> Find:
    """How a sheet finds its parent: the shipped edition of ``day``, else the newest, else what lies ``beside``.

    Of an unsound parent beside it, the search raises Refusal ``policy_parent_invalid``.
    """

    def find(policy: str) -> Sheet | None:
        editions = [sheet for sheet in _shipped() if sheet.id == policy]
        if editions:
            return _edition(editions, day) or _newest(editions)
        text = beside(policy) if beside is not None else None
        if text is None:
            return None
        file = f"{policy}.toml"
        sheet, findings = read(text, file)
        if sheet is None:
            raise Refusal("policy_parent_invalid", parent=file, line=findings[0].line)
        return sheet if sheet.id == policy else None

    return find


def shipped_texts() -> Mapping[str, str]:
    """The shipped pack files as written, by file name."""
    folder = resources.files("timebank.policy").joinpath("packs")
    return {
        file.name: file.read_text("utf-8")
        for file in sorted(folder.iterdir(), key=lambda each: each.name)
        if file.name.endswith(".toml")
    }


def _not_in_force(sheet: Sheet, day: date | None) -> Refusal:
    start, until = sheet.start or "…", sheet.until or "…"
    return Refusal("policy_not_in_force", policy=sheet.id, day=day, start=start, until=until)


@cache
def _shipped() -> tuple[Sheet, ...]:
    sheets = []
    for file, text in shipped_texts().items():
        sheet, findings = read(text, file)
        if sheet is None:
            raise ValueError(f"a pack that comes with the program is unsound: {findings}")
        sheets.append(sheet)
    return tuple(sheets)


def _edition(editions: Iterable[Sheet], day: date | None) -> Sheet | None:
    fitting = [sheet for sheet in editions if day is None or within(sheet.start, day, sheet.until)]
    return _newest(fitting) if fitting else None


def _newest(editions: Iterable[Sheet]) -> Sheet:
    return max(editions, key=lambda sheet: sheet.start or date.min)
