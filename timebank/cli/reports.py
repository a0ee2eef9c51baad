"""report and export."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from timebank.cli.answers import Session
from timebank.cli.people import Day
from timebank.reports.table import Report

FILE = click.Path(path_type=Path)


class Population(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """COMMUNITY=PEOPLE."""

    name = "population"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int | None]:
        community, sign, people = str(value).rpartition("=")
        if not sign or not community.strip() or not (people.isdecimal() or not people):
            self.fail(f"{value!r}: COMMUNITY=PEOPLE", param, ctx)
        return community, int(people) if people else None


class ReportGroup(click.Group):
    """One command for each report; what a report is about is looked up when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        from timebank.reports.catalog import REPORTS

        return ["list", *REPORTS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from timebank.phrases import phrases
        from timebank.reports.catalog import REPORTS

        if cmd_name in REPORTS:
            return _report(cmd_name, phrases("en")(f"reports.about.{cmd_name}"))
        return super().get_command(ctx, cmd_name)


@click.group(cls=ReportGroup)
def report() -> None:
    """Reports: list, or one by its name."""


def _report(name: str, about: str) -> click.Command:
    def run(
        session: Session,
        *,
        start: date | None,
        end: date | None,
        out: Path,
        upward: bool,
        population: tuple[tuple[str, int | None], ...] = (),
    ) -> None:
        with session.desk() as desk:
            for community, people in population:
                desk.reports.enter_population(community, people)
            made = desk.reports.make(name, start, end, language=session.phrases.language, upward=upward)
            file = desk.reports.write(made, out, session.screen.print_table)
        data = report_data(made) | {"file": str(file)}
        session.answer(
            data,
            session.say("report_written", title=made.title, rows=made.rows, file=file),
            *(session.say("report_table", **each) for each in data["tables"]),
        )

    command: Callable[..., None] = click.pass_obj(run)
    options = [
        click.option("--from", "start", type=Day(), help="First day; this month's first where not said."),
        click.option("--to", "end", type=Day(), help="Last day, included; today where not said."),
        click.option("--out", required=True, type=FILE, help="A file ending in .xlsx, .csv or .pdf."),
        click.option("--upward", is_flag=True, help="Without names and small counts, to go to the hub."),
    ]
    if name == "registration":
        options.append(
            click.option(
                "--population",
                type=Population(),
                multiple=True,
                help="Older people living in a community, as COMMUNITY=PEOPLE; kept for later reports.",
            )
        )
    for option in reversed(options):
        command = option(command)
    return click.command(name, help=about)(command)


def report_data(made: Report) -> dict[str, Any]:
    """A report in numbers, as an answer tells it."""
    return {
        "report": made.name,
        "title": made.title,
        "from": made.start,
        "to": made.end,
        "upward": made.upward,
        "rows": made.rows,
        "tables": [
            {"title": table.title, "rows": table.body, "notes": list(table.notes)} for table in made.tables
        ],
    }


@report.command("list")
@click.pass_obj
def list_reports(session: Session) -> None:
    """Every report, what it says, and whether it may go upward."""
    from timebank.reports.catalog import REPORTS

    rows = [
        {
            "name": kind.name,
            "title": session.phrases(f"reports.title.{kind.name}"),
            "about": session.phrases(f"reports.about.{kind.name}"),
            "upward": kind.upward,
            "names": kind.names,
        }
        for kind in REPORTS.values()
    ]
    session.answer({"reports": rows}, *(session.say("report_line", **each) for each in rows))


@click.group()
def export() -> None:
    """Exports for other programs: beancount, csv."""


@export.command("beancount")
@click.option("--out", required=True, type=FILE)
@click.pass_obj
def export_beancount(session: Session, out: Path) -> None:
    """The whole ledger for Beancount, in minutes, members by number."""
    with session.desk() as desk:
        made = desk.reports.export_beancount(out)
    data = {"file": str(made.file), "accounts": made.accounts, "transactions": made.transactions}
    session.answer(data, session.say("beancount_written", **data))


@export.command("csv")
@click.option("--out", required=True, type=FILE, help="A folder.")
@click.option("--with-names", is_flag=True, help="Names of members, as far as they are known here.")
@click.pass_obj
def export_csv(session: Session, out: Path, with_names: bool) -> None:
    """Shared state as one comma-separated file for each table, members by number."""
    with session.desk() as desk:
        made = desk.reports.export_tables(out, with_names=with_names)
        accounts, transactions = desk.reports.ledger_size()
    files = [{"table": each.table, "file": str(each.file), "rows": each.rows} for each in made]
    session.answer(
        {"file": str(out), "accounts": accounts, "transactions": transactions, "files": files}
        | {"rows": sum(each.rows for each in made)},
        *(session.say("table_written", **each) for each in files),
    )


COMMANDS = (report, export)
