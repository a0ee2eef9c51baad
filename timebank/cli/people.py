"""member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.explaining import explain_option, explained, explanation_of
from timebank.cli.sheets import Import, Reading, evidence_lines, reading_options
from timebank.desk.explaining import why_allowance
from timebank.desk.people import RosterOutcome
from timebank.desk.person_form import PersonForm, parse_category, parse_level
from timebank.desk.person_records import RecordLine
from timebank.desk.registering import CLEARABLE
from timebank.domain.categories import CARE_LEVELS, CATEGORIES
from timebank.domain.kinds import KINDS
from timebank.policy.amounts import hours_text
from timebank.policy.eligibility import RELATIONS
from timebank.policy.stars import Stars, stars
from timebank.store.people_queries import MemberRecord

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


_TEXTS = (
    *("phone", "organisation", "skills", "address", "community", "grid", "guardian", "guardian_phone"),
    *("emergency_contact", "emergency_phone", "emergency_relation", "note"),
)
_DAYS = ("health_declared", "insurance_until", "assessed", "assessed_until", "trained")
_LISTS = {"training": "trainings", "qualification": "qualifications", "benefit": "benefits"}
_HELP = {
    "health_declared": "Day on which the volunteer declared to be fit.",
    "insurance_until": "Last day of the accident insurance.",
    "assessed": "Day of the assessment that gave the care level.",
    "trained": "Day of the trainings named.",
    "training": "A kind of service that was trained for, or a course; may be given again.",
    "benefit": "What is drawn, by the id of a pack's exclusion; may be given again.",
}


def person_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say something of a person, for ``add`` and ``change`` alike."""
    options = [
        click.option("--id-number", default=""),
        click.option("--birth", type=Day()),
        click.option("--gender", type=click.Choice(["f", "m"]), default=None),
        click.option("--care-level", default=None),
        click.option("--category", "categories", multiple=True),
        click.option("--document", nargs=2, default=None, help="Another document: its kind and number."),
        *(click.option(f"--{each.replace('_', '-')}", default="") for each in (*_TEXTS, "assessor")),
        *(click.option(f"--{each.replace('_', '-')}", type=Day(), help=_HELP.get(each)) for each in _DAYS),
        *(
            click.option(f"--{one}", many, multiple=True, help=_HELP.get(one, "May be given again."))
            for one, many in _LISTS.items()
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def form_from(
    values: dict[str, Any],
    *,
    name: str,
    roles: tuple[str, ...],
    registered_here: bool,
    lives_here: bool,
    cleared: frozenset[str] = frozenset(),
    consents: tuple[str, ...] = (),
) -> PersonForm:
    """The form that the options of :func:`person_options` fill in."""
    document, level = values["document"], values["care_level"]
    return PersonForm(
        name=name,
        roles=tuple(part for role in roles for part in role.split(",")),
        id_number=values["id_number"],
        document={"type": document[0], "number": document[1]} if document else None,
        birth=values["birth"],
        sex=values["gender"] or "",
        care_level=None if level is None else parse_level(level),
        categories=tuple(parse_category(each) for each in values["categories"]),
        registered_here=registered_here,
        lives_here=lives_here,
        consents=consents,
        assessor=values["assessor"],
        health=values["health_declared"],
        cleared=cleared,
        **{each: values[each] for each in _TEXTS},
        **{each: values[each] for each in _DAYS if each != "health_declared"},
        **{each: values[each] for each in _LISTS.values()},
    )


@click.group()
def member() -> None:
    """People: add, change, import, search, show, erase, take back."""


@member.command()
@click.option("--name", required=True)
@click.option("--role", "roles", required=True, multiple=True, help="volunteer or elder; may be given twice.")
@click.option("--registered-here", type=YES_NO, default="yes", show_default=True)
@click.option("--lives-here", type=YES_NO, default="yes", show_default=True)
@click.option("--consent", "consents", multiple=True, help="A purpose the person consents to.")
@person_options
@click.pass_obj
def add(
    session: Session,
    /,
    name: str,
    roles: tuple[str, ...],
    registered_here: str,
    lives_here: str,
    consents: tuple[str, ...],
    **values: Any,
) -> None:
    """Register a person."""
    form = form_from(
        values,
        name=name,
        roles=roles,
        registered_here=registered_here == "yes",
        lives_here=lives_here == "yes",
        consents=consents,
    )
    with session.desk() as desk:
        made = desk.people.register(form)
    session.answer(
        {"member": str(made.ref), "number": made.number, "name": made.name},
        session.say("member_added", name=made.name, number=made.number),
    )


@member.command()
@click.argument("who")
@click.option("--name", default="")
@click.option("--role", "roles", multiple=True, help="All roles from now on; may be given twice.")
@click.option("--registered-here", type=YES_NO)
@click.option("--lives-here", type=YES_NO)
@click.option(
    "--clear",
    "cleared",
    multiple=True,
    type=click.Choice([each.replace("_", "-") for each in CLEARABLE]),
    help="Take a field back; may be given again.",
)
@person_options
@click.pass_obj
def change(
    session: Session,
    /,
    who: str,
    name: str,
    roles: tuple[str, ...],
    registered_here: str | None,
    lives_here: str | None,
    cleared: tuple[str, ...],
    **values: Any,
) -> None:
    """Change what is known of a member; what is not named stays. Categories named are all that hold from today."""
    with session.desk() as desk:
        before = desk.people.find(who)
        form = form_from(
            values,
            name=name or before.name,
            roles=roles or before.roles,
            cleared=frozenset(each.replace("-", "_") for each in cleared),
            registered_here=_still(before, "registered_here", registered_here),
            lives_here=_still(before, "lives_here", lives_here),
        )
        after = desk.people.change(before, form)
    fields = {
        key for key in before.details | after.details if before.details.get(key) != after.details.get(key)
    }
    if before.roles != after.roles:
        fields.add("roles")
    session.answer(
        {"member": str(after.ref), "number": after.number, "name": after.name, "changed": sorted(fields)},
        session.say("member_changed" if fields else "member_unchanged", name=after.name, number=after.number),
    )


def _still(before: MemberRecord, field: str, said: str | None) -> bool:
    """Yes or no as it is said now, else as it is known."""
    return before.details.get(field, True) is not False if said is None else said == "yes"


@member.command("import")
@reading_options
@click.option("--role", required=True)
@click.pass_obj
def import_people(session: Session, file: Path, role: str, dry_run: bool, reading: Reading) -> None:
    """Register everyone in a roster (xlsx, csv)."""
    with session.desk() as desk:
        taking = Import.begin(session, desk, "people", file, reading)
        outcome = desk.people.import_roster(
            taking.opened, role, directions=taking.directions, dry_run=dry_run, progress=session.progress()
        )
        seen = taking.evidence(outcome.evidence, outcome.rejected)
    data = roster_data(session, outcome) | {"dry_run": dry_run}
    session.answer(data | seen, *roster_lines(session, data, "roster_read"), *evidence_lines(session, seen))


def roster_data(session: Session, outcome: RosterOutcome) -> dict[str, Any]:
    """An import's outcome as data."""
    return {
        "read": outcome.read,
        "registered": outcome.registered,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": session.rows(outcome.rejected),
        "notices": session.rows(outcome.notices),
        "updates": [each._asdict() for each in outcome.updates],
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
@click.option(
    "--reveal", is_flag=True, help="Identity number and phones as well; the look is kept on record."
)
@explain_option
@click.pass_obj
def show(session: Session, who: str, reveal: bool) -> None:
    """A member with care level, categories, records and balances."""
    with session.desk() as desk:
        profile = desk.people.profile(desk.people.find(who))
        why = why_allowance(desk, profile.member) if session.explain else None
        month = desk.station.surroundings.today().strftime("%Y-%m")
        records = desk.records.lines(profile.member)
        revealed = desk.access.reveal(profile.member) if reveal else {}
        home = desk.stations()
        merger = desk.people.merger(profile.member)
        merit = stars(profile.honour_minutes, desk.policies.in_force())
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
        "stars": merit.reached,
        "next_star_minutes": merit.following,
        "younger_elder": profile.younger_elder,
        "organisation": details.get("organisation", ""),
        "guardian": details.get("guardian", ""),
        "emergency_contact": details.get("emergency_contact", ""),
        "consents": list(profile.member.consents),
        "erased": profile.member.erased,
        "known_here": profile.member.known,
        "also": list(profile.member.also),
        "merged_by": str(merger) if merger is not None else None,
        "records": [{"kind": each.kind.field, **each.record, "state": each.state} for each in records],
        **revealed,
        **explanation_of(session, why),
    }
    also = [session.say("member_also", numbers=", ".join(profile.member.also))] if profile.member.also else []
    session.answer(
        data,
        session.say("member_shown", **data),
        *also,
        *stars_lines(session, merit),
        *(record_line(session, each) for each in records),
        *(f"  {session.phrases(f'person.{field}')}  {text}" for field, text in revealed.items()),
        *explained(session, "explained_allowance", why, month=month),
    )


def stars_lines(session: Session, merit: Stars) -> list[str]:
    """The stars for a lifetime of service; nothing where the rules have none or nothing was given yet."""
    if merit.following is None:
        return [session.say("stars_top", stars=merit.reached)] if merit.of else []
    hours = hours_text(merit.following, session.phrases.language)
    return [session.say("stars_shown", stars=merit.reached, hours=hours)]


def _record_value(session: Session, line: RecordLine) -> str:
    """What a record says, in words where it is kept as a code."""
    value, place = line.record[line.kind.value], 0 if session.phrases.language == "zh_CN" else 1
    match line.kind.field:
        case "care":
            return CARE_LEVELS[int(value)][place]
        case "categories" if value in CATEGORIES:
            return (CATEGORIES[value].zh, CATEGORIES[value].en)[place]
        case "trainings" if value in KINDS:
            return (KINDS[value].zh, KINDS[value].en)[place]
    return str(value)


def record_line(session: Session, line: RecordLine) -> str:
    """A dated record as a sentence."""
    record, kind = line.record, line.kind
    return session.say(
        "record_line",
        kind=session.phrases(f"people.record.{kind.field}"),
        value=_record_value(session, line),
        start=record["from"],
        until=record["until"],
        more="  ".join(
            [session.phrases(f"people.record_state.{line.state}")]
            + [record[key] for key in kind.more if key in record]
        ),
    )


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
