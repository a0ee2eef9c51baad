"""sync and case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from timebank.cli.answers import Session
from timebank.cli.network import station_data
from timebank.desk.network import find_stations
from timebank.store import people_queries

FILE = click.Path(path_type=Path)
DECISIONS = ("charge_holder", "charge_beneficiary", "charge_pool", "forgive", "dismiss")


@click.group()
def sync() -> None:
    """Exchange with other stations by files: export, import, status."""


@sync.command()
@click.option("--out", required=True, type=FILE)
@click.option("--to", multiple=True, help="A station by number or name; all enrolled where not said.")
@click.option("--full", is_flag=True, help="Everything, whatever the others have.")
@click.pass_obj
def export(session: Session, out: Path, to: tuple[str, ...], full: bool) -> None:
    """Write a file for other stations."""
    with session.desk() as desk:
        chosen = find_stations(desk.station.store, to) if to else None
        made = desk.exchange.export(out, chosen, full=full, progress=session.progress())
    data = {
        "file": str(made.file),
        "bytes": made.bytes,
        "sha256": made.sha256,
        "entries": made.entries,
        "journals": made.journals,
    }
    session.answer(data, session.say("exported", **data))


@sync.command("import")
@click.argument("files", type=FILE, nargs=-1, required=True)
@click.pass_obj
def import_files(session: Session, files: tuple[Path, ...]) -> None:
    """Take files from other stations."""
    with session.desk() as desk:
        taken = desk.exchange.take(list(files), progress=session.progress())
    rows = [
        {
            "file": str(each.file),
            "outcome": each.outcome,
            "code": each.code,
            "message": session.phrases(f"outcomes.{each.code or each.outcome}", **each.facts),
            "new_entries": each.new_entries,
            "known_entries": each.known_entries,
            "cases_opened": each.cases_opened,
        }
        for each in taken
    ]
    session.answer({"files": rows}, *(session.say("imported_line", **each) for each in rows))


@sync.command()
@click.pass_obj
def status(session: Session) -> None:
    """What this station has, what is parked or quarantined, and who was heard from when."""
    with session.desk() as desk:
        found = desk.exchange.status()
    data = {
        "have": found.have,
        "parked": found.parked,
        "quarantined": found.quarantined,
        "stations": [station_data(line) for line in found.stations],
    }
    session.answer(
        data,
        *(session.say("station_line", **station_data(line)) for line in found.stations),
        session.say("shelves", parked=len(found.parked), quarantined=len(found.quarantined)),
    )


@click.group()
def case() -> None:
    """Cases: list, resolve."""


@case.command("list")
@click.option("--open", "only_open", is_flag=True)
@click.pass_obj
def list_cases(session: Session, only_open: bool) -> None:
    """What a coordinator has to look at."""
    with session.desk() as desk:
        rows = []
        for record in desk.cases.list(only_open=only_open):
            members = [people_queries.member_by_row(desk.station.store, row) for row in record.members]
            rows.append(
                {
                    "case": record.key,
                    "kind": record.kind,
                    "state": "open" if record.open else "closed",
                    "opened": datetime.fromtimestamp(record.opened).isoformat(),
                    "members": [each.number for each in members if each is not None],
                    "minutes": record.minutes,
                    "facts": [str(each) for each in record.facts],
                    "decision": record.decision,
                }
            )
    session.answer({"cases": rows}, *(session.say("case_line", **each) for each in rows))


@case.command()
@click.argument("case")
@click.option("--with", "decision", required=True, type=click.Choice(DECISIONS))
@click.option("--reason", required=True)
@click.pass_obj
def resolve(session: Session, case: str, decision: str, reason: str) -> None:
    """Close a case with one decision."""
    with session.desk() as desk:
        entry = desk.cases.resolve(case, decision, reason)
    session.answer({"case": case, "entry": str(entry)}, session.say("case_resolved", case=case))


COMMANDS = (sync, case)
