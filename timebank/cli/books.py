"""account, credit and allowance."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.explaining import explain_option, explained, explanation_of
from timebank.cli.people import Day, relation_option
from timebank.desk.desk import Desk
from timebank.desk.explaining import why_allowance
from timebank.domain.credit import UNITS
from timebank.journal.refs import day_of
from timebank.store.people_queries import MemberRecord


class Month(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A month as YYYY-MM; the value is its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            month = date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r}: YYYY-MM", param, ctx)
        if month.year < 1900:
            self.fail(f"{value!r}: 1900-01 …", param, ctx)
        return month


@click.command()
@click.argument("member")
@click.option("--from", "start", type=Day())
@click.option("--to", "end", type=Day())
@click.pass_obj
def account(session: Session, member: str, start: date | None, end: date | None) -> None:
    """A member's passbook (存折)."""
    with session.desk() as desk:
        book = desk.credit.passbook(desk.people.find(member), start, end)
    names = {line.station: line.name for line in _stations(session)}
    lines = [
        {
            "date": day_of(line.day),
            "what": line.what,
            "text": session.phrases(f"passbook.{line.what}"),
            "unit": UNITS[line.unit],
            "minutes": line.minutes,
            "balance": line.balance,
            "entry": str(line.entry),
            "station": names.get(line.station, str(line.station)),
        }
        for line in book.lines
    ]
    data = {
        "member": str(book.profile.member.ref),
        "number": book.profile.member.number,
        "name": book.profile.member.name,
        "credit_minutes": book.profile.credit_minutes,
        "allowance_minutes": book.profile.allowance_minutes,
        "in_circulation_minutes": book.profile.in_circulation_minutes,
        "honour_minutes": book.profile.honour_minutes,
        "lines": lines,
    }
    session.answer(
        data, session.say("account_shown", **data), *(session.say("passbook_line", **line) for line in lines)
    )


def _stations(session: Session) -> list[Any]:
    with session.desk() as desk:
        return list(desk.stations())


@click.group()
def credit() -> None:
    """Credit: move, month-end, undo-month-end."""


@credit.command()
@click.option("--from", "source", required=True)
@click.option("--to", "target", required=True)
@click.option("--minutes", required=True, type=int)
@click.option("--reason", required=True)
@relation_option
@click.pass_obj
def move(session: Session, source: str, target: str, minutes: int, reason: str, relation: str) -> None:
    """Move minutes between members, or from or to the pool."""
    with session.desk() as desk:
        accounts = _account(desk, source), _account(desk, target)
        entry = desk.credit.move(*accounts, minutes, reason, relation=relation)
    session.answer({"entry": str(entry)}, session.say("moved", minutes=minutes))


def _account(desk: Desk, text: str) -> MemberRecord | None:
    return None if text.strip().lower() in ("pool", "公益池") else desk.people.find(text)


@click.group()
def allowance() -> None:
    """The month's free hours: grant, undo."""


@allowance.command()
@click.option("--month", required=True, type=Month())
@click.option("--dry-run", is_flag=True)
@click.option("--recover", is_flag=True, help="Take back what was granted beyond what is due.")
@explain_option
@click.pass_obj
def grant(session: Session, month: date, dry_run: bool, recover: bool) -> None:
    """Grant every elder known here the free minutes of a month; a second run grants only what is new."""
    import msgspec

    with session.desk() as desk:
        run = desk.months.grant(month, dry_run=dry_run, recover=recover, progress=session.progress())
        reasons = [why_allowance(desk, each.member, month) for each in run.granted] if session.explain else []
    rows = [
        {
            "member": str(each.member.ref),
            "number": each.member.number,
            "minutes": each.more,
            "entitled": each.entitlement.minutes,
            "rule": each.entitlement.rule_id,
            "source": msgspec.to_builtins(each.entitlement.source),
        }
        | explanation_of(session, why)
        for each, why in zip_longest(run.granted, reasons)
    ]
    lower = [
        {"member": str(each.member.ref), "number": each.member.number, "minutes": -each.more}
        for each in run.lower
    ]
    data = {
        "month": month.strftime("%Y-%m"),
        "granted": rows,
        "unchanged": run.unchanged,
        "lower": lower,
        "recovered": run.recovered,
        "dry_run": dry_run,
    }
    state = session.say("grant_lower_taken" if run.recovered else "grant_lower_kept")
    session.answer(
        data,
        session.say("granted", month=data["month"], count=len(rows), unchanged=run.unchanged),
        *(
            line
            for each, why in zip_longest(rows, reasons)
            for line in (
                session.say("grant_line", **each),
                *explained(session, "explained_allowance", why, month=data["month"]),
            )
        ),
        *(session.say("grant_lower", state=state, **each) for each in lower),
    )


COMMANDS = (account, credit, allowance)
