"""Every sentence is there in both languages, with the same blanks, and every blank gets filled."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

import pytest

from timebank.domain.vouchers import STATES
from timebank.outcome import Fault, Refusal
from timebank.phrases import LANGUAGES, Phrases, phrases

ROOT = Path(__file__).parents[2]
ZH, EN = (phrases(language) for language in LANGUAGES)

SHORT_FOR = {
    "timebank.cli.": "cli.",
    "timebank.reports.": "reports.",
    "timebank.desk.reports": "reports.",
    "ui.paper.voucher": "paper.",
    "ui.paper.passbook": "paper.passbook_",
}
"""Where a module's own ``say`` puts something before the key."""


class Said(NamedTuple):
    """A place in the source that names a phrase: its key, and the blanks it fills (None: unclear)."""

    place: str
    key: str
    filled: frozenset[str] | None


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Every call in the program with its module."""
    found = []
    for package in ("timebank", "ui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found += [
                (name, node)
                for node in ast.walk(ast.parse(path.read_text("utf-8")))
                if isinstance(node, ast.Call)
            ]
    return tuple(found)


def called(node: ast.Call) -> str:
    """The last part of what is called: ``say`` of ``session.say(…)``."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def texts_of(node: ast.expr) -> list[str]:
    """The texts that an argument may be: one, or the two of ``a if … else b``."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return [f"{text}*"]  # any key that begins so
        case ast.IfExp(body=body, orelse=orelse):
            return texts_of(body) + texts_of(orelse)
        case ast.BoolOp(values=values):
            return [text for value in values for text in texts_of(value)]
    return []


def said(at: int, prefix: str, chosen: Callable[[str, ast.Call], bool]) -> Iterator[Said]:
    """What the chosen calls name in their argument number ``at``, as keys under ``prefix``."""
    for module, node in calls():
        if chosen(module, node) and len(node.args) > at:
            names = [keyword.arg for keyword in node.keywords]
            filled = None if None in names else frozenset(name for name in names if name)
            for text in texts_of(node.args[at]):
                yield Said(f"{module}:{node.lineno}", f"{prefix}{text}", filled)


def problems() -> list[Said]:
    """Every code of a problem that the source raises or finds in a sheet."""
    raised = said(0, "problems.", lambda _, node: called(node) in ("Refusal", "Fault"))
    in_sheets = "timebank.roster."
    missing = said(
        0, "problems.", lambda module, node: module.startswith(in_sheets) and called(node) == "missing"
    )
    noticed = said(
        1, "problems.", lambda module, node: module.startswith(in_sheets) and called(node) == "problem"
    )
    breaches = said(2, "problems.", lambda module, node: called(node) == "_breach")
    return [*raised, *(each._replace(filled=None) for each in [*missing, *noticed, *breaches])]


def outcomes() -> list[Said]:
    """Every reason for which an import sets a file aside."""
    return [
        each._replace(filled=None) for each in said(0, "outcomes.", lambda _, node: called(node) == "Unfit")
    ]


def findings() -> list[Said]:
    """Everything that a check of the store may find."""
    return list(
        said(
            1,
            "findings.",
            lambda module, node: module == "timebank.desk.upkeep" and called(node) == "Finding",
        )
    )


def short_for(module: str, node: ast.Call) -> str:
    """What goes before the key in a call of ``say``; plain phrases have nothing before it."""
    own = called(node) == "say" and not (module == "timebank.cli.demo" and isinstance(node.func, ast.Name))
    return next((prefix for room, prefix in SHORT_FOR.items() if own and module.startswith(room)), "")


def written_out() -> list[Said]:
    """Phrases whose key, or its beginning, stands in the source."""
    found: list[Said] = []
    for prefix in dict.fromkeys(("", *SHORT_FOR.values())):
        found += said(
            0,
            prefix,
            lambda module, node, prefix=prefix: (
                called(node) in ("phrase", "Phrase", "say", "phrases") and short_for(module, node) == prefix
            ),
        )
    return [each for each in found if "." in each.key]


def is_there(key: str, language: Phrases) -> bool:
    """Whether a language has a key, or a key with the beginning before its star."""
    if key.endswith("*"):
        keys = language.keys()
        return any(each.startswith(key[:-1]) for each in keys)
    return key in language


def blanks(text: str) -> frozenset[str]:
    """The names of the blanks in a phrase; raises ValueError where its braces do not match."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_both_languages_have_the_same_phrases() -> None:
    assert sorted(ZH.keys() - EN.keys()) == []
    assert sorted(EN.keys() - ZH.keys()) == []


def test_both_languages_have_the_same_blanks() -> None:
    differing = {key for key in ZH.keys() & EN.keys() if blanks(ZH.text(key)) != blanks(EN.text(key))}
    assert sorted(differing) == []


@pytest.mark.parametrize("language", [ZH, EN], ids=LANGUAGES)
def test_no_phrase_is_empty_and_every_blank_has_a_name(language: Phrases) -> None:
    texts = {key: language.text(key) for key in sorted(language.keys())}
    assert [key for key, text in texts.items() if not text.strip() or "" in blanks(text)] == []


@pytest.mark.parametrize("gathered", [problems, outcomes, findings, written_out])
def test_every_phrase_that_the_source_names_is_there(gathered: Callable[[], list[Said]]) -> None:
    found = gathered()
    assert found
    unsaid = [
        f"{each.place} {each.key}"
        for each in found
        if not (is_there(each.key, ZH) and is_there(each.key, EN))
    ]
    assert not unsaid, "\n".join(unsaid)


@pytest.mark.parametrize("gathered", [problems, written_out])
def test_every_blank_is_filled_where_it_is_named(gathered: Callable[[], list[Said]]) -> None:
    open_blanks = [
        f"{each.place} {each.key} {sorted(blanks(ZH.text(each.key)) - each.filled)}"
        for each in gathered()
        if each.filled is not None and each.key in ZH and not blanks(ZH.text(each.key)) <= each.filled
    ]
    assert not open_blanks, "\n".join(open_blanks)


def test_every_verdict_on_a_voucher_is_a_sentence_and_a_refusal() -> None:
    verdicts = {
        text
        for _, node in calls()
        for keyword in node.keywords
        if keyword.arg == "verdict"
        for text in texts_of(keyword.value)
    } | {"valid", "forged", "unreadable", *STATES} - {"circulation"}
    assert len(verdicts) >= 12
    assert [each for each in verdicts if f"verdicts.{each}" not in ZH] == []
    assert [each for each in verdicts - {"valid"} if f"problems.{each}" not in ZH] == []


def test_a_problem_is_said_with_its_facts() -> None:
    problem = Refusal("not_enough", name="王秀英", available=30, needed=60)
    assert all(part in ZH.problem(problem) for part in ("王秀英", "30", "60"))
    assert ZH.problem(Fault("disk_full", file="x", folder="/y")) != EN.problem(
        Fault("disk_full", file="x", folder="/y")
    )
