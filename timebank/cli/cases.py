"""case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.desk.case_words import CaseWords
from timebank.desk.desk import Desk
from timebank.desk.evidence import Evidence
from timebank.domain.cases import EVERY_DECISION
from timebank.store import people_queries
from timebank.store.case_queries import CaseRecord


@click.group()
def case() -> None:
    """Cases: list, show, resolve."""


@case.command("list")
@click.option("--open", "only_open", is_flag=True)
@click.pass_obj
def list_cases(session: Session, only_open: bool) -> None:
    """What a coordinator has to look at."""
    with session.desk() as desk:
        words = _words(session, desk)
        rows = [_case_data(desk, record) for record in desk.cases.list(only_open=only_open)]
    session.answer(
        {"cases": rows},
        *(_line(session, each, words) for each in rows),
    )


def _words(session: Session, desk: Desk) -> CaseWords:
    return CaseWords(session.phrases.language, desk.policies.in_force())


def _line(session: Session, row: dict[str, Any], words: CaseWords) -> str:
    said = {
        "case": row["case"],
        "kind": words.kind(row["kind"]),
        "state": session.phrases(f"reports.word.{row['state']}"),
        "minutes": row["minutes"],
        "members": " ".join(row["members"]),
    }
    return session.say("case_line", **said)


def _case_data(desk: Desk, record: CaseRecord) -> dict[str, Any]:
    members = [people_queries.member_by_row(desk.station.store, row) for row in record.members]
    return {
        "case": record.key,
        "kind": record.kind,
        "state": "open" if record.open else "closed",
        "opened": datetime.fromtimestamp(record.opened).isoformat(),
        "members": [each.number for each in members if each is not None],
        "minutes": record.minutes,
        "facts": [str(each) for each in record.facts],
        "decision": record.decision,
    }


@case.command()
@click.argument("case")
@click.pass_obj
def show(session: Session, case: str) -> None:
    """What happened, the evidence side by side, and what can be decided."""
    with session.desk() as desk:
        found, words = desk.cases.evidence(case), _words(session, desk)
        data = _case_data(desk, found.case)
    lines = [{"label": label, "text": text} for label, text in _evidence(found, words, session)]
    data |= {
        "title": words.kind(found.case.kind),
        "sentence": words.what(found),
        "evidence": lines,
        "choices": [
            {"decision": each, "name": words.decision(each), "means": words.means(each, found)}
            for each in found.choices
        ],
        "decisions": [each._asdict() for each in found.decisions],
        "merger": str(found.merger) if found.merger is not None else None,
    }
    said = [
        session.say(
            "case_too_late" if each.too_late else "case_decided",
            decision=words.decision(each.decision),
            station=words.station(each.station),
            day=words.day(each.day),
            reason=each.reason,
        )
        for each in found.decisions
    ]
    session.answer(
        data,
        _line(session, data, words),
        session.say("case_what", sentence=data["sentence"]),
        *(session.say("case_evidence", **each) for each in lines),
        *said,
        *(session.say("case_choice", **each) for each in data["choices"]),
    )


def _evidence(found: Evidence, words: CaseWords, session: Session) -> Iterator[tuple[str, str]]:
    """The evidence as lines: what is spoken of, and what is said of it."""
    phrases = session.phrases
    for person in found.people:
        member = person.member
        minutes = words.amount(person.credit_minutes)
        registered = words.moment(person.registered)
        who = f"{member.name}  {words.station(person.station)}  {registered}  {minutes}"
        yield member.number, who
    for redemption in found.redemptions:
        standing = phrases(f"cases.standing_{redemption.standing}")
        when = words.moment(datetime.fromtimestamp(redemption.wall))
        yield redemption.station, f"{when}  {redemption.name}  {standing}  {redemption.entry}"
    for service in found.services:
        told = words.moment(service.told)
        yield (
            service.station,
            f"{', '.join(service.volunteers)} → {service.elder}  {words.moment(service.start)}"
            f"  {words.hours(service.minutes)}  ({told})  {service.entry}",
        )
    for line in found.lines:
        what = phrases(f"passbook.{line.what}")
        yield str(line.entry), f"{what}  {words.hours(line.minutes)}  {words.hours(line.balance)}"
    for n, branch in enumerate(found.branches, 1):
        span = f"{words.moment(branch.begun)} – {words.moment(branch.last)}"
        yield phrases("cases.side", number=n), f"{branch.entries}  {span}  {words.kinds(branch)}"
        for entry in branch.lines:
            yield str(entry.entry), words.entry(entry)
        if branch.entries > len(branch.lines):
            yield "…", phrases("cases.more_lines", count=branch.entries - len(branch.lines))
    for entry in found.entries:
        yield words.station(entry.station), f"{words.moment(entry.told)}  {words.entry(entry)}  {entry.entry}"
    for field in found.fields:
        for value in field.values:
            shown = phrases("cases.shown_now" if value.shown else "cases.set_aside")
            told = words.moment(value.told)
            where = words.station(value.station)
            yield words.field(field.field), f"{words.value(field, value)}  {shown}  {where}  {told}"


@case.command()
@click.argument("case")
@click.option("--with", "decision", required=True, type=click.Choice(EVERY_DECISION))
@click.option("--reason", required=True)
@click.pass_obj
def resolve(session: Session, case: str, decision: str, reason: str) -> None:
    """Close a case with one decision; merge, at a hub, makes several members one person."""
    with session.desk() as desk:
        entry = desk.cases.resolve(case, decision, reason)
        merger = desk.cases.evidence(case).merger if decision == "merge" else None
    data: dict[str, Any] = {"case": case, "entry": str(entry)}
    if merger is None:
        session.answer(data, session.say("case_resolved", case=case))
    else:
        data["merger"] = str(merger)
        session.answer(data, session.say("case_merged", **data))


COMMANDS = (case,)
