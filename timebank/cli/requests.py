"""request and rota."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.people import Day
from timebank.cli.services import Moment
from timebank.desk.desk import Desk
from timebank.desk.request_form import RequestForm
from timebank.desk.request_lines import Clash, RequestLine
from timebank.desk.services import pick
from timebank.domain.requests import ARRIVED, CANCELLED, CONFIRMED, FOLLOWED_UP, LEFT, OUTCOMES
from timebank.journal.refs import minute_of
from timebank.store.people_queries import MemberRecord

FILE = click.Path(path_type=Path)


@click.group()
def request() -> None:
    """Requests for service: ask, assign, note, close, list."""


@request.command()
@click.option("--elder", required=True)
@click.option("--kind", required=True)
@click.option("--start", required=True, type=Moment())
@click.option("--minutes", required=True, type=int)
@click.option("--persons", type=int, default=None, help="How many are to go; else as the rules ask.")
@click.option("--urgent", is_flag=True)
@click.option(
    "--prefers", type=click.Choice(["f", "m"]), default=None, help="A woman or a man is wished for."
)
@click.option("--weeks", type=int, default=1, show_default=True, help="The same hour, so many weeks on end.")
@click.option("--note", default="")
@click.pass_obj
def add(
    session: Session,
    elder: str,
    kind: str,
    start: tuple[datetime, bool],
    minutes: int,
    persons: int | None,
    urgent: bool,
    prefers: str | None,
    weeks: int,
    note: str,
) -> None:
    """Write down what an elder needs."""
    with session.desk() as desk:
        who = desk.people.find(elder, "elder")
        form = RequestForm(who, kind, start[0], minutes, start[1], persons, urgent, note, prefers or "")
        entries = desk.requests.ask(form, weeks)
    session.answer(
        {"entry": str(entries[0]), "entries": [str(each) for each in entries]},
        *(session.say("request_added", entry=each) for each in entries),
    )


@request.command()
@click.argument("entry")
@click.option("--volunteer", "volunteers", multiple=True, help="Who goes; nobody where it is left out.")
@click.option("--note", default="")
@click.pass_obj
def assign(session: Session, entry: str, volunteers: tuple[str, ...], note: str) -> None:
    """Say who goes, in place of whoever was to go before."""
    with session.desk() as desk:
        made = desk.requests.assign(entry, pick(desk.people, volunteers, "volunteer"), note)
    session.answer(
        {"entry": str(made.entry), "clashes": [_clash(each) for each in made.clashes]},
        session.say("request_assigned", entry=entry),
        *(_clash_words(session, each) for each in made.clashes),
    )


def _noting(name: str, what: str, about: str) -> click.Command:
    def run(session: Session, *, entry: str, at: tuple[datetime, bool] | None, note: str) -> None:
        with session.desk() as desk:
            made = desk.requests.note(entry, what, at[0] if at else None, note)
        session.answer({"entry": str(made)}, session.say("request_noted", entry=entry))

    command: Callable[..., None] = click.pass_obj(run)
    for option in (
        click.option("--note", default=""),
        click.option("--at", type=Moment(), default=None, help="Local time; now where not said."),
        click.argument("entry"),
    ):
        command = option(command)
    return click.command(name, help=about)(command)


for _name, _what, _about in (
    ("arrive", ARRIVED, "Note that those who go are there."),
    ("leave", LEFT, "Note that they have left."),
    ("confirm", CONFIRMED, "Note that the elder confirms the service."),
    ("follow-up", FOLLOWED_UP, "Note that somebody asked afterwards how it was."),
):
    request.add_command(_noting(_name, _what, _about))


@request.command()
@click.argument("entry")
@click.option("--reason", required=True)
@click.option("--outcome", type=click.Choice(OUTCOMES), default=CANCELLED, show_default=True)
@click.pass_obj
def cancel(session: Session, entry: str, reason: str, outcome: str) -> None:
    """Close a request that comes to nothing."""
    with session.desk() as desk:
        made = desk.requests.close(entry, outcome, reason)
    session.answer({"entry": str(made)}, session.say("request_cancelled", entry=entry))


@request.command("take-back")
@click.argument("entry")
@click.pass_obj
def take_back(session: Session, entry: str) -> None:
    """Take back what was said of a request last (冲正)."""
    with session.desk() as desk:
        made = desk.requests.take_back(entry)
    session.answer({"entry": str(made)}, session.say("reversed", entry=entry))


@request.command("list")
@click.option("--day", type=Day(), default=None)
@click.option("--elder", default=None)
@click.option("--volunteer", default=None)
@click.option("--kind", default="")
@click.option("--all", "every", is_flag=True, help="Those that are done or closed as well.")
@click.pass_obj
def list_requests(
    session: Session, day: date | None, elder: str | None, volunteer: str | None, kind: str, every: bool
) -> None:
    """Requests that wait: urgent ones first, then whom the rules serve first, then by time."""
    with session.desk() as desk:
        lines = desk.requests.lines(
            waiting=None if every else True,
            day=day,
            elder=desk.people.find(elder, "elder") if elder else None,
            volunteer=desk.people.find(volunteer, "volunteer") if volunteer else None,
            kind=kind,
        )
    session.answer({"requests": [_line(each) for each in lines]}, *(_words(session, each) for each in lines))


@request.command()
@click.argument("entry")
@click.option("--limit", type=int, default=12, show_default=True)
@click.pass_obj
def suggest(session: Session, entry: str, limit: int) -> None:
    """Volunteers who might go, the likeliest first."""
    with session.desk() as desk:
        found = desk.requests.suggest(entry, limit)
    session.answer(
        {
            "suggestions": [
                {
                    **_who(each.member),
                    "times": each.times,
                    "experience": each.experience,
                    "grid": each.grid,
                    "community": each.community,
                    "busy": [_clash(clash) for clash in each.clashes],
                    "refused": each.breach.code if each.breach else None,
                    "fits": each.fits,
                }
                for each in found
            ]
        },
        *(
            session.say(
                "request_fits" if each.fits else "request_does_not_fit",
                name=each.member.name,
                number=each.member.number,
                times=each.times,
            )
            for each in found
        ),
    )


@request.command()
@click.argument("member")
@click.pass_obj
def contacts(session: Session, member: str) -> None:
    """Whom to call for an elder, and the city's line; the look is on record."""
    with session.desk() as desk:
        found = desk.requests.emergency(desk.people.find(member))
    people = [
        {"relation": relation, "name": name, "phone": phone} for relation, name, phone in found.contacts
    ]
    session.answer(
        {"member": str(found.member.ref), "contacts": people, "line": found.line},
        *(session.say("request_contact", **each) for each in people),
        *([session.say("request_line", line=found.line)] if found.line else []),
    )


@request.command()
@click.option("--month", type=Day(), default=None, help="A day of the month; today's where not said.")
@click.option("--ask-on", type=Day(), default=None, help="Ask for a visit to each on this day.")
@click.option("--minutes", type=int, default=30, show_default=True)
@click.pass_obj
def unvisited(session: Session, month: date | None, ask_on: date | None, minutes: int) -> None:
    """Who is to be visited this month and was not yet; with --ask-on, visits to them are asked for."""
    with session.desk() as desk:
        found = desk.requests.unvisited(month or ask_on or _today(desk))
        entries = []
        if ask_on is not None:
            members = [each.member for each in found if not each.asked]
            entries = desk.requests.ask_visits(members, datetime.combine(ask_on, time()), minutes)
    session.answer(
        {
            "unvisited": [
                {**_who(each.member), "last_visit": each.last_visit, "asked": each.asked} for each in found
            ],
            "entries": [str(each) for each in entries],
        },
        *(
            session.say(
                "request_unvisited_asked" if each.asked else "request_unvisited",
                name=each.member.name,
                number=each.member.number,
            )
            for each in found
        ),
        *(session.say("request_added", entry=each) for each in entries),
    )


@click.command()
@click.option("--day", type=Day(), default=None, help="Today where not said.")
@click.option("--out", type=FILE, default=None, help="A file ending in .xlsx, .csv or .pdf.")
@click.pass_obj
def rota(session: Session, day: date | None, out: Path | None) -> None:
    """Who goes to whom on a day, by time; as a sheet where --out names a file."""
    with session.desk() as desk:
        on = day or _today(desk)
        lines = desk.requests.rota(on)
        file = None
        if out is not None:
            sheet = desk.requests.rota_sheet(on, session.phrases.language)
            file = desk.reports.write(sheet, out, session.screen.print_table)
    session.answer(
        {
            "day": on,
            "requests": [
                _line(each.line) | {"clashes": [_clash(clash) for clash in each.clashes]} for each in lines
            ],
            "file": None if file is None else str(file),
        },
        *(
            said
            for each in lines
            for said in (
                _words(session, each.line),
                *(_clash_words(session, clash) for clash in each.clashes),
            )
        ),
    )


def _today(desk: Desk) -> date:
    return desk.station.surroundings.today()


def _who(member: MemberRecord) -> dict[str, Any]:
    return {"member": str(member.ref), "number": member.number, "name": member.name}


def _clash(clash: Clash) -> dict[str, Any]:
    return {**_who(clash.member), "start": clash.start, "end": clash.end}


def _clash_words(session: Session, clash: Clash) -> str:
    return session.say(
        "request_clash",
        name=clash.member.name,
        start=clash.start.isoformat(" ", "minutes"),
        end=clash.end.strftime("%H:%M"),
    )


def _line(line: RequestLine) -> dict[str, Any]:
    """A request as data."""
    asked = line.request
    noted = {
        ARRIVED: asked.arrived,
        LEFT: asked.left,
        CONFIRMED: asked.confirmed,
        FOLLOWED_UP: asked.followed_up,
    }
    return {
        "entry": str(asked.entry),
        "state": asked.state,
        "contested": asked.contested,
        "elder": _who(line.elder),
        "kind": asked.kind,
        "start": _start(line),
        "minutes": asked.minutes,
        "persons": asked.persons,
        "urgent": asked.urgent,
        "priority": list(line.priority),
        "prefers": line.prefers,
        "note": line.note,
        "volunteers": [_who(each) for each in line.volunteers],
        **{name: None if minute is None else minute_of(minute) for name, minute in noted.items()},
        "service": None if asked.service is None else str(asked.service),
    }


def _start(line: RequestLine) -> str:
    return line.start.isoformat(timespec="minutes") if line.request.timed else line.start.date().isoformat()


def _words(session: Session, line: RequestLine) -> str:
    comma = session.phrases("requests.comma")
    return session.say(
        "request_line_of",
        entry=line.request.entry,
        start=_start(line),
        kind=line.request.kind,
        elder=line.elder.name,
        volunteers=comma.join(each.name for each in line.volunteers) or session.phrases("requests.nobody"),
        state=session.phrases(f"requests.state.{line.request.state}"),
        urgent=session.phrases("requests.urgent") if line.request.urgent else "",
    ).rstrip()


COMMANDS = (request, rota)
