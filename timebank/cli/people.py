"""member."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.desk.people import RosterOutcome
from timebank.desk.person_form import PersonForm, parse_category, parse_level
from timebank.desk.rules import RELATIONS
from timebank.store.people_queries import MemberRecord

FILE = click.Path(path_type=Path)
YES_NO = click.Choice(["yes", "no"])
relation_option = click.option(
    "--relation",
    type=click.Choice(RELATIONS),
    default="other",
    show_default=True,
    help="What the receiver is to the giver or holder, where a rule asks.",
)


class Day(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A business date: ISO, or as people write dates."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r}: YYYY-MM-DD", param, ctx)


@click.group()
def member() -> None:
    """People: add, import, search, show, erase."""


@member.command()
@click.option("--name", required=True)
@click.option("--id-number", default="")
@click.option("--birth", type=Day())
@click.option("--gender", type=click.Choice(["f", "m"]), default=None)
@click.option("--role", "roles", required=True, multiple=True, help="volunteer or elder; may be given twice.")
@click.option("--care-level", default=None)
@click.option("--category", "categories", multiple=True)
@click.option("--registered-here", type=YES_NO, default="yes", show_default=True)
@click.option("--lives-here", type=YES_NO, default="yes", show_default=True)
@click.option("--phone", default="")
@click.option("--organisation", default="")
@click.option("--address", default="")
@click.option("--guardian", default="")
@click.option("--guardian-phone", default="")
@click.option("--emergency-contact", default="")
@click.option("--emergency-phone", default="")
@click.option("--document", nargs=2, default=None, help="Another document: its kind and number.")
@click.option("--consent", "consents", multiple=True, help="A purpose the person consents to.")
@click.pass_obj
def add(
    session: Session,
    /,
    name: str,
    id_number: str,
    birth: date | None,
    gender: str | None,
    roles: tuple[str, ...],
    care_level: str | None,
    categories: tuple[str, ...],
    registered_here: str,
    lives_here: str,
    document: tuple[str, str] | None,
    consents: tuple[str, ...],
    **texts: str,
) -> None:
    """Register a person."""
    form = PersonForm(
        name=name,
        roles=tuple(part for role in roles for part in role.split(",")),
        id_number=id_number,
        document={"type": document[0], "number": document[1]} if document else None,
        birth=birth,
        sex=gender or "",
        care_level=None if care_level is None else parse_level(care_level),
        categories=tuple(parse_category(each) for each in categories),
        registered_here=registered_here == "yes",
        lives_here=lives_here == "yes",
        consents=consents,
        **texts,
    )
    with session.desk() as desk:
        made = desk.people.register(form)
    session.answer(
        {"member": str(made.ref), "number": made.number, "name": made.name},
        session.say("member_added", name=made.name, number=made.number),
    )


@member.command("import")
@click.argument("file", type=FILE)
@click.option("--role", required=True)
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def import_people(session: Session, file: Path, role: str, dry_run: bool) -> None:
    """Register everyone in a roster (xlsx, csv)."""
    with session.desk() as desk:
        outcome = desk.people.import_roster(file, role, dry_run=dry_run, progress=session.progress())
    data = roster_data(session, outcome) | {"dry_run": dry_run}
    session.answer(data, *roster_lines(session, data, "roster_read"))


def roster_data(session: Session, outcome: RosterOutcome) -> dict[str, Any]:
    """An import's outcome as data."""
    return {
        "read": outcome.read,
        "registered": outcome.registered,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": session.rows(outcome.rejected),
        "notices": session.rows(outcome.notices),
    }


def roster_lines(session: Session, data: dict[str, Any], key: str) -> list[str]:
    """An import's outcome in sentences: the counts, then every rejected row with its reason."""
    counts = {name: len(value) if isinstance(value, list) else value for name, value in data.items()}
    return (
        [session.say(key, **counts)]
        + [session.say("row_rejected", **each) for each in data["rejected"]]
        + [session.say("row_doubtful", **each) for each in data.get("notices", [])]
    )


@member.command()
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--role", type=click.Choice(["volunteer", "elder"]))
@click.pass_obj
def search(session: Session, text: str, limit: int, role: str | None) -> None:
    """Find people by name, pinyin, initials, number or last digits of the phone."""
    with session.desk() as desk:
        found = desk.people.search(text, role=role, limit=limit)
    session.answer(
        {"matches": [brief(each) for each in found]},
        *(session.say("member_line", number=each.number, name=each.name) for each in found),
    )


def brief(each: MemberRecord) -> dict[str, Any]:
    """A member in a list."""
    return {"member": str(each.ref), "number": each.number, "name": each.name, "roles": list(each.roles)}


@member.command()
@click.argument("who")
@click.pass_obj
def show(session: Session, who: str) -> None:
    """A member with care level, categories and balances."""
    with session.desk() as desk:
        profile = desk.people.profile(desk.people.find(who))
        home = desk.stations()
        merger = desk.people.merger(profile.member)
    names = {line.station: line.name for line in home}
    details = profile.member.details
    data = brief(profile.member) | {
        "age": profile.age,
        "birth": details.get("birth"),
        "gender": details.get("sex"),
        "care_level": profile.care_level,
        "categories": list(profile.categories),
        "home_station": names.get(profile.member.station, str(profile.member.station)),
        "credit_minutes": profile.credit_minutes,
        "allowance_minutes": profile.allowance_minutes,
        "in_circulation_minutes": profile.in_circulation_minutes,
        "honour_minutes": profile.honour_minutes,
        "younger_elder": profile.younger_elder,
        "organisation": details.get("organisation", ""),
        "guardian": details.get("guardian", ""),
        "emergency_contact": details.get("emergency_contact", ""),
        "consents": list(profile.member.consents),
        "erased": profile.member.erased,
        "known_here": profile.member.known,
        "also": list(profile.member.also),
        "merged_by": str(merger) if merger is not None else None,
    }
    also = [session.say("member_also", numbers=", ".join(profile.member.also))] if profile.member.also else []
    session.answer(data, session.say("member_shown", **data), *also)


@member.command()
@click.argument("who")
@click.option("--reason", required=True)
@click.pass_obj
def erase(session: Session, who: str, reason: str) -> None:
    """Erase a member's personal data; hours and balances stay under the number."""
    with session.desk() as desk:
        found = desk.people.find(who)
        desk.people.erase(found, reason)
    session.answer(
        {"member": str(found.ref), "number": found.number}, session.say("member_erased", number=found.number)
    )


@member.command()
@click.argument("who")
@click.option("--purpose", required=True)
@click.option("--withdraw", is_flag=True)
@click.pass_obj
def consent(session: Session, who: str, purpose: str, withdraw: bool) -> None:
    """Record that a member consents to a purpose, or withdraws it."""
    with session.desk() as desk:
        found = desk.people.find(who)
        entry = desk.people.consent(found, purpose, not withdraw)
    session.answer(
        {"member": str(found.ref), "entry": str(entry)}, session.say("consent_kept", number=found.number)
    )


COMMANDS = (member,)
