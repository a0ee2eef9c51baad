"""member record and member access-log."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.people import Day, member
from timebank.domain.records import RECORD_KINDS, Record, RecordKind, record_kind, record_of
from timebank.store.people_queries import MemberRecord

KIND = click.Choice([each.replace("_", "-") for each in RECORD_KINDS])
_MORE = tuple(dict.fromkeys(name for kind in RECORD_KINDS.values() for name in kind.more))


@member.group()
def record() -> None:
    """Dated records: assessments, categories, benefits, health, trainings, insurance, qualifications, kin."""


def _more_options(command: Any) -> Any:
    for name in reversed(_MORE):
        command = click.option(f"--{name}", default="")(command)
    return command


@record.command("add")
@click.argument("who")
@click.argument("kind", type=KIND)
@click.argument("value", default="")
@click.option("--from", "start", type=Day(), help="First day; left out: it held before anyone asked.")
@click.option("--until", type=Day(), help="Last day; left out: it still holds.")
@_more_options
@click.pass_obj
def add_record(
    session: Session, /, who: str, kind: str, value: str, start: date | None, until: date | None, **more: str
) -> None:
    """Add a record; VALUE is a level, a category, a kind of service … as KIND asks."""
    of = record_kind(kind)
    with session.desk() as desk:
        found = desk.people.find(who)
        new = record_of(of, value, start, until, desk.station.surroundings.today(), **more)
        _answer(session, desk.records.add(found, of, new), of, new)


@record.command()
@click.argument("who")
@click.argument("kind", type=KIND)
@click.argument("value", default="")
@click.option("--from", "start", type=Day(), help="First day, where several records have the value.")
@click.option("--until", required=True, type=Day(), help="Last day.")
@click.pass_obj
def end(session: Session, who: str, kind: str, value: str, start: date | None, until: date) -> None:
    """Say which was the last day of a record; it may lie in the past."""
    of = record_kind(kind)
    with session.desk() as desk:
        found = desk.people.find(who)
        old = desk.records.find(found, of, _value(of, value), start)
        changed = desk.records.end(found, of, old, until)
    _answer(session, changed, of, dict(old, until=until.isoformat()))


@record.command()
@click.argument("who")
@click.argument("kind", type=KIND)
@click.argument("value", default="")
@click.option(
    "--from", "start", type=Day(), help="First day as it is on record, where several have the value."
)
@click.option("--new-value", default=None)
@click.option("--new-from", type=Day())
@click.option("--new-until", type=Day())
@_more_options
@click.pass_obj
def correct(
    session: Session,
    /,
    who: str,
    kind: str,
    value: str,
    start: date | None,
    new_value: str | None,
    new_from: date | None,
    new_until: date | None,
    **more: str,
) -> None:
    """Put a record right from its beginning; what is not named stays."""
    of = record_kind(kind)
    with session.desk() as desk:
        found = desk.people.find(who)
        old = desk.records.find(found, of, _value(of, value), start)
        new = record_of(
            of,
            old[of.value] if new_value is None else new_value,
            new_from or _day(old["from"]),
            new_until or _day(old["until"]),
            desk.station.surroundings.today(),
            **{name: more[name] or old.get(name, "") for name in of.more},
        )
        _answer(session, desk.records.correct(found, of, old, new), of, new)


@record.command()
@click.argument("who")
@click.argument("kind", type=KIND)
@click.argument("value", default="")
@click.option("--from", "start", type=Day(), help="First day, where several records have the value.")
@click.pass_obj
def remove(session: Session, who: str, kind: str, value: str, start: date | None) -> None:
    """Take away a record that never was so."""
    of = record_kind(kind)
    with session.desk() as desk:
        found = desk.people.find(who)
        old = desk.records.find(found, of, _value(of, value), start)
        changed = desk.records.remove(found, of, old)
    _answer(session, changed, of, old, "record_removed")


@member.command("access-log")
@click.argument("who", default="")
@click.option("--limit", type=click.IntRange(1, 10_000), default=200, show_default=True)
@click.pass_obj
def access_log(session: Session, who: str, limit: int) -> None:
    """Who looked at what of a member is masked on the screen; of everyone where nobody is named."""
    with session.desk() as desk:
        looks = desk.access.looks(desk.people.find(who) if who else None, limit)
    lines = [
        session.say(
            "access_line",
            at=each.at.isoformat(" ", "minutes"),
            operator=each.operator or "–",
            number=each.number,
            fields=", ".join(session.phrases(f"person.{field}") for field in each.fields),
        )
        for each in looks
    ]
    session.answer(
        {
            "looks": [
                {
                    "at": each.at.isoformat(),
                    "operator": each.operator,
                    "number": each.number,
                    "fields": list(each.fields),
                }
                for each in looks
            ]
        },
        *(lines or [session.say("access_none")]),
    )


def _answer(
    session: Session, who: MemberRecord, kind: RecordKind, record: Record, key: str = "record_kept"
) -> None:
    session.answer(
        {"member": str(who.ref), "number": who.number, "kind": kind.field, "record": record},
        session.say(
            key,
            name=who.name,
            number=who.number,
            kind=session.phrases(f"people.record.{kind.field}"),
            value=record[kind.value],
            start=record["from"],
            until=record["until"],
        ),
    )


def _value(kind: RecordKind, text: str) -> object:
    """What a record's value is, as it is kept; empty where none was named."""
    return record_of(kind, text)[kind.value] if text else ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


COMMANDS: tuple[click.Command, ...] = ()
"""The commands here stand under ``member``."""
