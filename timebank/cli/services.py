"""service and entry."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.explaining import explain_option, explained, explanation_of
from timebank.cli.people import relation_option, roster_lines
from timebank.cli.sheets import Import, Reading, evidence_lines, reading_options
from timebank.desk.explaining import why_credited
from timebank.desk.rules import rule_words
from timebank.desk.services import ServiceForm, pick
from timebank.domain.services import FUNDINGS


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
@click.option("--volunteer", "volunteers", multiple=True)
@click.option("--elder", default="")
@click.option("--kind", default="")
@click.option("--start", type=Moment(), default=None)
@click.option("--minutes", type=int, default=None)
@click.option("--request", default="", help="The request that this is: it says what is not said here.")
@click.option("--funding", type=click.Choice(FUNDINGS[:5]), default="platform", show_default=True)
@click.option("--voucher", default="")
@click.option("--note", default="")
@click.option("--kin", is_flag=True, help="The volunteers are the elder's closest kin.")
@click.option("--for-group", is_flag=True, help="The hours were given in the name of the volunteers' group.")
@click.option("--late-reason", default="", help="Why a late entry comes only now.")
@click.option("--second", default="", help="The second operator who has looked at a late entry.")
@relation_option
@explain_option
@click.pass_obj
def log(
    session: Session,
    volunteers: tuple[str, ...],
    elder: str,
    kind: str,
    start: tuple[datetime, bool] | None,
    minutes: int | None,
    request: str,
    funding: str,
    voucher: str,
    note: str,
    kin: bool,
    for_group: bool,
    late_reason: str,
    second: str,
    relation: str,
) -> None:
    """Log a service and credit its volunteers."""
    from timebank.cli.vouchers import code_in

    told = {"volunteer": volunteers, "elder": elder, "kind": kind, "start": start, "minutes": minutes}
    missing = next((name for name, value in told.items() if value in (None, "", ())), None)
    if missing and not request:
        raise click.UsageError(f"Missing option '--{missing}'.")
    with session.desk() as desk:
        asked = desk.requests.prefilled(request) if request else None
        form = ServiceForm(
            volunteers=pick(desk.people, volunteers, "volunteer")
            if volunteers or not asked
            else asked.volunteers,
            elder=desk.people.find(elder, "elder") if elder or not asked else asked.elder,
            kind=kind or (asked.kind if asked else ""),
            start=start[0] if start else asked.start if asked else datetime.min,
            minutes=minutes if minutes is not None else asked.minutes if asked else 0,
            timed=start[1] if start else bool(asked and asked.timed),
            funding="voucher" if voucher else funding,
            voucher=code_in(voucher) if voucher else "",
            note=note,
            relation=relation,
            kin=kin,
            for_group=for_group,
            late_reason=late_reason,
            second=second,
        )
        logged = desk.requests.log(request, form) if request else desk.services.log(form)
        why = rule_words(desk.policies.in_force(form.start.date()), "service.kin", session.phrases.language)
        reasons = [
            why_credited(desk, logged.entry, each) if session.explain else None for each, _ in logged.credited
        ]
    credited = [
        {"member": str(each.ref), "number": each.number, "minutes": credit} | explanation_of(session, reason)
        for (each, credit), reason in zip(logged.credited, reasons, strict=True)
    ]
    session.answer(
        {
            "entry": str(logged.entry),
            "credited": credited,
            **explanation_of(session, reasons[0] if reasons else None),
            "kin": [{"member": str(each.ref), "number": each.number} for each in logged.kin],
            "donated": sum(each.donated for each in logged.shares),
        },
        session.say("service_logged", entry=logged.entry),
        *(
            line
            for each, reason in zip(credited, reasons, strict=True)
            for line in (
                session.say("credited_line", **each),
                *explained(session, "explained_credit", reason),
            )
        ),
        *(
            session.say("logged_donated", minutes=each.donated, rule=each.rule)
            for each in logged.shares
            if each.donated
        ),
        *(session.say("kin_not_credited", number=each.number, why=why).strip() for each in logged.kin),
    )


@service.command("import")
@reading_options
@click.pass_obj
def import_services(session: Session, file: Path, dry_run: bool, reading: Reading) -> None:
    """Log a sign-in sheet (xlsx, csv)."""
    with session.desk() as desk:
        taking = Import.begin(session, desk, "services", file, reading)
        outcome = desk.services.import_sheet(
            taking.opened, directions=taking.directions, dry_run=dry_run, progress=session.progress()
        )
        seen = taking.evidence(outcome.evidence, outcome.rejected)
    data = {
        "read": outcome.read,
        "logged": outcome.logged,
        "unchanged": outcome.unchanged,
        "rejected": session.rows(outcome.rejected),
        "dry_run": dry_run,
    }
    entries = {"entries": [str(each) for each in outcome.entries]}
    session.answer(
        data | entries | seen, *roster_lines(session, data, "sheet_read"), *evidence_lines(session, seen)
    )


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
