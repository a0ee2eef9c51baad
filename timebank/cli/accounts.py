"""allowance undo, credit month-end and undo-month-end, member close: what rules do to accounts."""

from __future__ import annotations

from datetime import date

import click

from timebank.cli.answers import Session
from timebank.cli.books import Month, allowance, credit
from timebank.cli.explaining import explain_option
from timebank.cli.people import Day, member
from timebank.desk.closing import CAUSES, WAYS
from timebank.desk.months_undone import Undone
from timebank.desk.rules import rule_words
from timebank.domain.credit import UNITS


@allowance.command("undo")
@click.option("--month", required=True, type=Month())
@click.option("--reason", required=True)
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def undo_grants(session: Session, month: date, reason: str, dry_run: bool) -> None:
    """Take back what was granted for a month; it can be granted again."""
    with session.desk() as desk:
        undone = desk.months.undo_grants(month, reason, dry_run=dry_run)
    _answer_undone(session, "grants_undone", undone, dry_run=dry_run)


def _answer_undone(session: Session, key: str, undone: Undone, *, dry_run: bool) -> None:
    data = {
        "month": undone.month.strftime("%Y-%m"),
        "members": undone.members,
        "minutes": undone.minutes,
        "credit_minutes": undone.credit,
        "allowance_minutes": undone.allowance,
        "short": undone.short,
        "entries": [str(each) for each in undone.entries],
        "dry_run": dry_run,
    }
    said = {**data, "count": undone.members}
    session.answer(data, session.say(f"{key}_tried" if dry_run else key, **said))


@credit.command("month-end")
@click.option("--month", required=True, type=Month())
@click.option("--dry-run", is_flag=True)
@explain_option
@click.pass_obj
def month_end(session: Session, month: date, dry_run: bool) -> None:
    """Let lapse what the rules let lapse at the end of a month: free hours not used, credit too old."""
    import msgspec

    with session.desk() as desk:
        ended = desk.months.end(month, dry_run=dry_run, progress=session.progress())
        packs = [desk.policies.in_force(month), *reversed(desk.policies.every())]
    decided = {rule: next(pack for pack in packs if pack.source(rule)) for rule in ended.rules}
    rows = [
        {
            "member": str(each.member.ref),
            "number": each.member.number,
            "unit": UNITS[each.unit],
            "minutes": each.minutes,
            "before": each.before,
            "rule": each.rule,
        }
        for each in ended.lapsed
    ]
    data = {
        "month": ended.month.strftime("%Y-%m"),
        "lapsed": rows,
        "unchanged": ended.unchanged,
        "rules": list(ended.rules),
        "sources": {rule: msgspec.to_builtins(pack.source(rule)) for rule, pack in decided.items()},
        "dry_run": dry_run,
    }
    said = "month_ended" if ended.rules else "month_end_nothing"
    session.answer(
        data,
        session.say(said, month=data["month"], count=len(rows), unchanged=ended.unchanged),
        *(
            session.say("lapse_line", unit_text=session.phrases(f"vouchers.unit_{each['unit']}"), **each)
            for each in rows
        ),
        *(
            rule_words(pack, rule, session.phrases.language)
            for rule, pack in decided.items()
            if session.explain
        ),
    )


@credit.command("undo-month-end")
@click.option("--month", required=True, type=Month())
@click.option("--reason", required=True)
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def undo_month_end(session: Session, month: date, reason: str, dry_run: bool) -> None:
    """Take back what lapsed at the end of a month; it can be settled again."""
    with session.desk() as desk:
        undone = desk.months.undo_end(month, reason, dry_run=dry_run)
    _answer_undone(session, "month_end_undone", undone, dry_run=dry_run)


@member.command("close")
@click.argument("who", metavar="MEMBER")
@click.option("--cause", required=True, type=click.Choice(CAUSES))
@click.option("--reason", required=True)
@click.option("--on", "day", type=Day(), help="The last day of membership; today where not said.")
@click.option("--credit", "way", type=click.Choice(WAYS), default=None, help="Where the credit goes.")
@click.option("--heir", default="", help="The member who takes the credit over.")
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def close(
    session: Session,
    who: str,
    cause: str,
    reason: str,
    day: date | None,
    way: str | None,
    heir: str,
    dry_run: bool,
) -> None:
    """Close a member's account: credit to an heir, the pool or honour. Reversing the entry brings it back."""
    with session.desk() as desk:
        found = desk.people.find(who)
        closed = desk.closing.close(
            found,
            cause,
            reason=reason,
            day=day,
            way=way or "",
            heir=desk.people.find(heir) if heir else None,
            dry_run=dry_run,
        )
    data = {
        "member": str(found.ref),
        "number": found.number,
        "entry": None if dry_run else str(closed.entry),
        "way": closed.way,
        "credit_minutes": closed.credit_minutes,
        "allowance_minutes": closed.allowance_minutes,
        "withdrawn": closed.withdrawn,
        "still_out": closed.still_out,
        "dry_run": dry_run,
    }
    way_text = session.say(f"way_{closed.way}")
    session.answer(data, session.say("account_closed", name=found.name, way_text=way_text, **data))


COMMANDS: tuple[click.Command, ...] = ()
