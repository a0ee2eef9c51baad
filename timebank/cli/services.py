"""service and entry."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.people import relation_option, roster_lines
from timebank.desk.services import ServiceForm, pick
from timebank.domain.services import FUNDINGS

FILE = click.Path(path_type=Path)


class Moment(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A local time in ISO 8601; a date alone is a business date without a time of day."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[datetime, bool]:
        try:
            return datetime.fromisoformat(value).replace(tzinfo=None), len(value.strip()) > 10
        except ValueError:
            self.fail(f"{value!r}: YYYY-MM-DDTHH:MM", param, ctx)


@click.group()
def service() -> None:
    """Services: log, import, rate."""


@service.command()
@click.option("--volunteer", "volunteers", required=True, multiple=True)
@click.option("--elder", required=True)
@click.option("--kind", required=True)
@click.option("--start", required=True, type=Moment())
@click.option("--minutes", required=True, type=int)
@click.option("--funding", type=click.Choice(FUNDINGS[:5]), default="platform", show_default=True)
@click.option("--voucher", default="")
@click.option("--note", default="")
@relation_option
@click.pass_obj
def log(
    session: Session,
    volunteers: tuple[str, ...],
    elder: str,
    kind: str,
    start: tuple[datetime, bool],
    minutes: int,
    funding: str,
    voucher: str,
    note: str,
    relation: str,
) -> None:
    """Log a service and credit its volunteers."""
    from timebank.cli.vouchers import code_in

    with session.desk() as desk:
        form = ServiceForm(
            volunteers=pick(desk.people, volunteers, "volunteer"),
            elder=desk.people.find(elder, "elder"),
            kind=kind,
            start=start[0],
            minutes=minutes,
            timed=start[1],
            funding="voucher" if voucher else funding,
            voucher=code_in(voucher) if voucher else "",
            note=note,
            relation=relation,
        )
        logged = desk.services.log(form)
    credited = [
        {"member": str(each.ref), "number": each.number, "minutes": credit}
        for each, credit in logged.credited
    ]
    session.answer(
        {"entry": str(logged.entry), "credited": credited},
        session.say("service_logged", entry=logged.entry),
        *(session.say("credited_line", **each) for each in credited),
    )


@service.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True)
@click.pass_obj
def import_services(session: Session, file: Path, dry_run: bool) -> None:
    """Log a sign-in sheet (xlsx, csv)."""
    with session.desk() as desk:
        outcome = desk.services.import_sheet(file, dry_run=dry_run, progress=session.progress())
    data = {
        "read": outcome.read,
        "logged": outcome.logged,
        "unchanged": outcome.unchanged,
        "rejected": session.rows(outcome.rejected),
        "dry_run": dry_run,
    }
    session.answer(data, *roster_lines(session, data, "sheet_read"))


@service.command()
@click.argument("entry")
@click.option("--by", required=True)
@click.option("--stars", required=True, type=int)
@click.option("--note", default="")
@click.pass_obj
def rate(session: Session, entry: str, by: str, stars: int, note: str) -> None:
    """Rate a service, once for each side."""
    with session.desk() as desk:
        made = desk.services.rate(entry, desk.people.find(by), stars, note)
    session.answer({"entry": str(made)}, session.say("rated", stars=stars))


@click.group()
def entry() -> None:
    """Entries of the journal: reverse."""


@entry.command()
@click.argument("entry")
@click.option("--reason", required=True)
@click.pass_obj
def reverse(session: Session, entry: str, reason: str) -> None:
    """Take a fact back (冲正)."""
    with session.desk() as desk:
        made = desk.services.reverse(entry, reason)
    session.answer({"entry": str(made)}, session.say("reversed", entry=entry))


COMMANDS = (service, entry)
