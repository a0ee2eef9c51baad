"""policy: packs as data, adopted with answers, compared and shown with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec

from timebank.cli.answers import Session
from timebank.cli.network import passphrase_option
from timebank.cli.people import Day
from timebank.desk.desk import Desk
from timebank.desk.policies import pack_named, read_pack_findings
from timebank.desk.rule_words import GROUPS, ground_text, group_of, meaning_text, value_text
from timebank.desk.rules import not_checked, source_text
from timebank.outcome import Refusal
from timebank.policy import catalog
from timebank.policy.answers import UNSET, Question, answer_text, questions
from timebank.policy.pack import AllowanceRule, Difference, Exclusion, Pack, diff

FILE = click.Path(path_type=Path)


def _opened(session: Session) -> AbstractContextManager[Desk | None]:
    """The station, where there is one: packs can be read anywhere."""
    return session.desk() if (session.home / "timebank.db").exists() else nullcontext()


def _pack(desk: Desk | None, policy: str) -> Pack:
    return pack_named(policy) if desk is None else desk.policies.named(policy)


@click.group()
def policy() -> None:
    """Rule packs: list, show, questions, adopt, history, diff, validate."""


@policy.command("list")
@click.pass_obj
def list_policies(session: Session) -> None:
    """The packs that come with the program, and which one holds here, wherever it came from."""
    adopted = None
    packs = [catalog.load(each) for each in catalog.pack_ids()]
    with _opened(session) as desk:
        if desk is not None:
            adopted = desk.policies.adopted()
            if adopted not in (None, *catalog.pack_ids()):
                packs.append(desk.policies.in_force())
    rows = [_summary(session, each, each.id == adopted) for each in packs]
    session.answer({"policies": rows}, *(_policy_line(session, each) for each in rows))


def _policy_line(session: Session, data: dict[str, Any]) -> str:
    """A pack in one line: id, name, whether it is a draft and whether it is adopted."""
    said = {key: session.phrases("policy.yes" if data[key] else "policy.no") for key in ("draft", "adopted")}
    return session.say("policy_line", **(data | said))


def _summary(session: Session, pack: Pack, adopted: bool) -> dict[str, Any]:
    return {
        "id": pack.id,
        "name": pack.name(session.phrases.language),
        "level": pack.level,
        "draft": pack.draft,
        "adopted": adopted,
        "from": pack.start,
        "until": pack.until,
    }


@policy.command("show")
@click.argument("pack", metavar="ID|FILE", required=False)
@click.pass_obj
def show_policy(session: Session, pack: str | None) -> None:
    """Every value of a pack with its source, and what it leaves unset; the one in force where not said."""
    if pack is None:
        with session.desk() as desk:
            chosen, adopted = desk.policies.in_force(), desk.policies.adopted()
    else:
        with _opened(session) as known:
            chosen, adopted = _pack(known, pack), None
    data = policy_data(session, chosen, chosen.id == adopted)
    left = data["not_checked"]
    session.answer(
        data,
        _policy_line(session, data),
        *_rule_lines(session, chosen, data["values"]),
        session.say("policy_unset", keys=", ".join(data["unset"])),
        *([session.say("policy_not_checked", keys=", ".join(left))] if left else []),
    )


def _rule_lines(session: Session, pack: Pack, values: list[dict[str, Any]]) -> Iterator[str]:
    """Each value, then each ground for free hours and each exclusion, with where it comes from."""
    language = session.phrases.language
    for each in values:
        entry = pack.entries[each["key"]]
        confirm = f"  ({session.phrases('policy.to_confirm')})" if entry.confirm else ""
        said = value_text(each["key"], entry.value, language)
        yield session.say("policy_value", key=each["key"], value=said, meaning=each["meaning"]) + confirm
        yield f"      {source_text(entry.source, language)}"
    grounds: list[AllowanceRule | Exclusion] = [*pack.allowance_rules, *pack.exclusions]
    for rule in grounds:
        yield f"  {rule.id}  {rule.name(language)}"
        yield f"      {ground_text(rule, language)}"
        yield f"      {source_text(rule.source, language)}"


def policy_data(session: Session, pack: Pack, adopted: bool) -> dict[str, Any]:
    """A pack as data: values with sources, allowance rules, what is unset, what the network answered."""
    language = session.phrases.language
    values = [
        {
            "key": key,
            "value": msgspec.to_builtins(entry.value),
            "meaning": meaning_text(key, language, pack),
            "source": msgspec.to_builtins(entry.source),
        }
        for key, entry in sorted(pack.entries.items())
    ]
    return _summary(session, pack, adopted) | {
        "values": values,
        "allowance": [msgspec.to_builtins(rule) for rule in pack.allowance_rules],
        "exclusions": [msgspec.to_builtins(each) for each in pack.exclusions],
        "unset": list(pack.unset()),
        "to_confirm": list(pack.to_confirm()),
        "not_checked": list(not_checked(pack)),
        "answers": msgspec.to_builtins(pack.answers),
    }


# Questions


@policy.command("questions")
@click.argument("pack", metavar="ID|FILE")
@click.option("--from", "start", type=Day(), help="The day it would begin to hold; today where not said.")
@click.pass_obj
def ask_questions(session: Session, pack: str, start: date | None) -> None:
    """What a pack leaves to you: open questions, suggestions, what to confirm, and earlier answers."""
    with _opened(session) as desk:
        if desk is None:
            chosen = pack_named(pack, start)
            asked = questions(chosen)
        else:
            chosen, asked = desk.policies.named(pack, start), desk.policies.questions(pack, start)
    open_ones = [each for each in asked if each.answer is None]
    about = session.say(
        "policy_questions_about",
        name=chosen.name(session.phrases.language),
        open=len(open_ones),
        answered=len(asked) - len(open_ones),
    )
    session.answer(
        {"policy": chosen.id, "questions": [_question_data(session, chosen, each) for each in asked]},
        about,
        *_question_lines(session, chosen, asked),
        session.say("policy_questions_how", policy=pack),
    )


def _question_data(session: Session, pack: Pack, question: Question) -> dict[str, Any]:
    answer = question.answer
    return {
        "key": question.key,
        "why": question.why,
        "meaning": meaning_text(question.key, session.phrases.language, pack),
        "shape": question.setting.shape,
        "options": list(question.setting.options),
        "least": question.setting.least,
        "value": question.value,
        "source": msgspec.to_builtins(question.source),
        "suggestion": question.suggestion,
        "suggested_by": msgspec.to_builtins(question.suggested_by),
        "answered": answer is not None,
        "answer": None if answer is None else answer.value,
    }


def _question_lines(session: Session, pack: Pack, asked: Sequence[Question]) -> Iterator[str]:
    language = session.phrases.language
    for group in GROUPS:
        of_group = [each for each in asked if group_of(each.key) == group]
        if of_group:
            yield session.phrases(f"policy.group.{group}")
        for each in of_group:
            mark = "+" if each.answer else "?" if each.why == UNSET else "!"
            meaning = meaning_text(each.key, language, pack)
            yield session.say("policy_question", mark=mark, key=each.key, meaning=meaning)
            yield from _standing_lines(session, each)


def _standing_lines(session: Session, each: Question) -> Iterator[str]:
    language, found = session.phrases.language, each.setting
    standing = [("policy_question_now", each.value, each.source)]
    standing.append(("policy_question_suggested", each.suggestion, each.suggested_by))
    if each.answer is not None:
        standing.append(("policy_question_answered", each.answer.value, each.answer.source))
    for key, value, source in standing:
        if source is not None:
            left_open = session.phrases("policy.undecided")
            written = left_open if value is None else answer_text(found, value, language)
            yield session.say(key, value=written, source=source_text(source, language))
    if found.shape == "choice":
        yield session.say("policy_question_shape", shape=" / ".join(map(str, found.options)))
    else:
        yield session.say("policy_question_shape", shape=session.phrases(f"policy.shape.{found.shape}"))


# Adopting


@policy.command()
@click.argument("pack", metavar="ID|FILE")
@click.option("--from", "start", type=Day(), help="The day it begins to hold; today where not said.")
@click.option(
    "--answer",
    "answers",
    metavar="KEY=ANSWER",
    multiple=True,
    help="An answer; KEY= leaves the question open.",
)
@click.option(
    "--reason", default="", help="Why it was answered so; travels with the answers, for all to read."
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@passphrase_option
@click.pass_obj
def adopt(
    session: Session,
    pack: str,
    start: date | None,
    answers: Sequence[str],
    reason: str,
    dry_run: bool,
    passphrase_file: Path | None,
) -> None:
    """Let a pack hold in the whole network from a day on, with your answers to what it leaves open."""
    given = _given(answers)
    with session.desk() as desk:
        plan = desk.policies.plan(pack, day=start, answers=given, reason=reason)
        entry = None
        if not dry_run:
            entry = desk.policies.adopt(
                pack, day=start, answers=given, reason=reason, passphrase_file=passphrase_file
            ).entry
    data = {
        "policy": plan.pack.id,
        "entry": None if entry is None else str(entry),
        "from": plan.start,
        "answers": {key: plan.pack.answers[key].value for key in sorted(plan.pack.answers)},
        "carried": list(plan.carried),
        "to_confirm": list(plan.pack.to_confirm()),
        "differences": _difference_rows(plan.differences),
        "dry_run": dry_run,
    }
    count = len(plan.differences)
    session.answer(
        data,
        session.say("policy_dry_run") if dry_run else session.say("adopted", policy=plan.pack.id),
        session.say("policy_answers_taken", given=len(given), carried=len(plan.carried)),
        session.say("policy_would_change", count=count) if count else session.say("policy_no_change"),
        *_difference_lines(session, plan.differences, plan.before, plan.pack),
    )


def _given(answers: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for each in answers:
        key, mark, text = each.partition("=")
        if not mark or not key.strip():
            raise Refusal("answer_form", text=each)
        if key.strip() in given:
            raise Refusal("answer_twice", key=key.strip())
        given[key.strip()] = text
    return given


@policy.command()
@click.pass_obj
def history(session: Session) -> None:
    """Every adoption with its day, the one that begins last first."""
    with session.desk() as desk:
        adoptions = desk.policies.history()
    rows = [
        {
            "id": each.id,
            "name": each.pack.name(session.phrases.language) if each.pack else each.id,
            "from": each.start,
            "adopted": each.decided.isoformat(" ", "minutes"),
            "entry": str(each.entry),
            "in_force": each.in_force,
            "answers": len(each.pack.answers) if each.pack else 0,
        }
        for each in adoptions
    ]
    lines = [
        session.say(
            "policy_adoption_line", start=row["from"], id=row["id"], name=row["name"], decided=row["adopted"]
        )
        for row in rows
    ]
    session.answer({"adoptions": rows}, *(lines or [session.say("policy_no_history")]))


# Comparing and checking


@policy.command("diff")
@click.argument("first", metavar="[ID|FILE]")
@click.argument("second", metavar="ID|FILE", required=False)
@click.pass_obj
def diff_policies(session: Session, first: str, second: str | None) -> None:
    """Where two packs differ; with one pack, where it differs from the rules in force."""
    if second is None:
        with session.desk() as desk:
            before, after = desk.policies.in_force(), desk.policies.named(first)
    else:
        with _opened(session) as known:
            before, after = _pack(known, first), _pack(known, second)
    found = diff(before, after)
    session.answer(
        {"differences": _difference_rows(found)}, *_difference_lines(session, found, before, after)
    )


def _difference_rows(found: Sequence[Difference]) -> list[dict[str, Any]]:
    return [{"key": each.key, "before": each.before, "after": each.after} for each in found]


def _difference_lines(
    session: Session, found: Sequence[Difference], before: Pack, after: Pack
) -> Iterator[str]:
    language = session.phrases.language
    for each in found:
        known_by = after if each.after is not None else before
        yield session.say(
            "difference_said",
            key=each.key,
            meaning=meaning_text(each.key, language, known_by),
            before=value_text(each.key, each.before, language),
            after=value_text(each.key, each.after, language),
        )


@policy.command()
@click.argument("file", type=FILE)
@click.pass_obj
def validate(session: Session, file: Path) -> int:
    """Everything wrong with a pack file: key, line, reason."""
    findings = [
        {
            "file": each.file,
            "key": each.key,
            "line": each.line,
            "code": each.code,
            "message": session.phrases.code(each.code, each.facts),
        }
        for each in read_pack_findings(file)
    ]
    data: dict[str, Any] = {"ok": not findings, "findings": findings}
    if findings:
        first = findings[0]
        data["error"] = {
            "code": first["code"],
            "message": first["message"],
            "facts": {"findings": len(findings)},
        }
    session.answer(
        data,
        *(session.say("pack_finding", **each) for each in findings),
        *([] if findings else [session.say("pack_sound", file=file)]),
    )
    return 1 if findings else 0


COMMANDS = (policy,)
