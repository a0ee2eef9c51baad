"""account, credit, policy and allowance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.network import passphrase_option
from timebank.cli.people import Day, relation_option
from timebank.desk.desk import Desk
from timebank.desk.policies import pack_named, read_pack_findings
from timebank.desk.rules import not_checked, source_text
from timebank.domain.credit import UNITS
from timebank.journal.refs import day_of
from timebank.policy import catalog
from timebank.policy.pack import AllowanceRule, Exclusion, Pack, diff
from timebank.store.people_queries import MemberRecord

FILE = click.Path(path_type=Path)


class Month(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A month as YYYY-MM; the value is its first day."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(f"{value}-01")
        except ValueError:
            self.fail(f"{value!r}: YYYY-MM", param, ctx)


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
    """Credit: move."""


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
def policy() -> None:
    """Rule packs: list, show, adopt, diff, validate."""


@policy.command("list")
@click.pass_obj
def list_policies(session: Session) -> None:
    """The packs that come with the program, and which one holds here, wherever it came from."""
    adopted = None
    packs = [catalog.load(each) for each in catalog.pack_ids()]
    if (session.home / "timebank.db").exists():
        with session.desk() as desk:
            adopted = desk.policies.adopted()
            if adopted not in (None, *catalog.pack_ids()):
                packs.append(desk.policies.in_force())
    rows = [_summary(session, each, each.id == adopted) for each in packs]
    session.answer({"policies": rows}, *(session.say("policy_line", **each) for each in rows))


def _summary(session: Session, pack: Pack, adopted: bool) -> dict[str, Any]:
    return {
        "id": pack.id,
        "name": pack.name(session.phrases.language),
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
        chosen, adopted = pack_named(pack), None
    data = policy_data(session, chosen, chosen.id == adopted)
    left = data["not_checked"]
    session.answer(
        data,
        session.say("policy_line", **data),
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
        yield session.say("policy_value", **each) + confirm
        yield f"      {source_text(entry.source, language)}"
    grounds: list[AllowanceRule | Exclusion] = [*pack.allowance_rules, *pack.exclusions]
    for rule in grounds:
        yield f"  {rule.id}  {rule.name(language)}"
        yield f"      {source_text(rule.source, language)}"


def policy_data(session: Session, pack: Pack, adopted: bool) -> dict[str, Any]:
    """A pack as data: values with sources, allowance rules, what is unset."""
    import msgspec

    language = session.phrases.language
    values = []
    for key in sorted(pack.entries):
        explained = pack.explain(key)
        values.append(
            {
                "key": key,
                "value": msgspec.to_builtins(pack.entries[key].value),
                "meaning": explained.setting.meaning(language) if explained.setting else key,
                "source": msgspec.to_builtins(pack.source(key)),
            }
        )
    return _summary(session, pack, adopted) | {
        "values": values,
        "allowance": [msgspec.to_builtins(rule) for rule in pack.allowance_rules],
        "exclusions": [msgspec.to_builtins(each) for each in pack.exclusions],
        "unset": list(pack.unset()),
        "to_confirm": list(pack.to_confirm()),
        "not_checked": list(not_checked(pack)),
    }


@policy.command()
@click.argument("pack", metavar="ID|FILE")
@click.option("--from", "start", type=Day(), help="The day it begins to hold; today where not said.")
@passphrase_option
@click.pass_obj
def adopt(session: Session, pack: str, start: date | None, passphrase_file: Path | None) -> None:
    """Let a pack hold in the whole network from a day on."""
    with session.desk() as desk:
        adopted = desk.policies.adopt(pack, day=start, passphrase_file=passphrase_file)
    data = {"policy": adopted.pack, "entry": str(adopted.entry)}
    session.answer(data, session.say("adopted", **data))


@policy.command("diff")
@click.argument("first", metavar="ID|FILE")
@click.argument("second", metavar="ID|FILE")
@click.pass_obj
def diff_policies(session: Session, first: str, second: str) -> None:
    """Where two packs differ."""
    rows = [
        {"key": each.key, "before": each.before, "after": each.after}
        for each in diff(pack_named(first), pack_named(second))
    ]
    session.answer({"differences": rows}, *(session.say("difference_line", **each) for each in rows))


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


@click.group()
def allowance() -> None:
    """The month's free hours: grant."""


@allowance.command()
@click.option("--month", required=True, type=Month())
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def grant(session: Session, month: date, dry_run: bool) -> None:
    """Grant every elder known here the free minutes of a month; a second run grants nothing more."""
    import msgspec

    with session.desk() as desk:
        run = desk.credit.grant(month, dry_run=dry_run, progress=session.progress())
    rows = [
        {
            "member": str(each.member.ref),
            "number": each.member.number,
            "minutes": each.entitlement.minutes,
            "rule": each.entitlement.rule_id,
            "source": msgspec.to_builtins(each.entitlement.source),
        }
        for each in run.granted
    ]
    data = {"month": month.strftime("%Y-%m"), "granted": rows, "unchanged": run.unchanged, "dry_run": dry_run}
    session.answer(
        data,
        session.say("granted", month=data["month"], count=len(rows), unchanged=run.unchanged),
        *(session.say("grant_line", **each) for each in rows),
    )


COMMANDS = (account, credit, policy, allowance)
