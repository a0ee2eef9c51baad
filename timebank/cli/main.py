"""The command ``timebank``: options before the command, and the table of commands."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from timebank import __version__
from timebank.cli.answers import Screen, Session, answering
from timebank.phrases import LANGUAGES, phrases


def default_home() -> Path:
    """Where a station lives when nobody says otherwise."""
    from platformdirs import user_data_path

    return user_data_path("timebank", appauthor=False)


def default_language() -> str:
    """Chinese, unless the system speaks something else."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if locale.lower().startswith("en") else "zh_CN"


@click.group(
    name="timebank",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--home", type=click.Path(path_type=Path), envvar="TIMEBANK_HOME", help="The station's folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--lang", type=click.Choice(LANGUAGES), envvar="TIMEBANK_LANG", help="Language of the answers.")
@click.option("--explain", is_flag=True, help="With a refusal, say which rule it comes from.")
@click.option("--operator", default="", envvar="TIMEBANK_OPERATOR", help="Who acts.")
@click.version_option(__version__, prog_name="timebank")
@click.pass_context
def timebank(
    context: click.Context, home: Path | None, as_json: bool, lang: str | None, explain: bool, operator: str
) -> None:
    """A time bank for elder care (养老服务时间银行)."""
    session: Session = context.obj
    session.home = (home or default_home()).expanduser().absolute()
    session.json = as_json
    session.explain = explain
    session.operator = operator
    if lang:
        session.phrases = phrases(lang)
    if context.invoked_subcommand is None:
        from timebank.cli.window import open_window

        context.invoke(open_window)


def _register() -> None:
    from timebank.cli import (
        accounts,
        books,
        cases,
        certificates,
        desktop,
        exchange,
        member_cards,
        member_mistaken,
        member_records,
        network,
        people,
        policies,
        reports,
        requests,
        screenshots,
        services,
        upkeep,
        vouchers,
        window,
    )

    of_people = (people, member_records, member_cards, member_mistaken, services)
    of_books = (books, accounts, policies, vouchers, requests, exchange, cases, reports, certificates)
    for module in (network, *of_people, *of_books, upkeep, window, desktop, screenshots):
        for command in module.COMMANDS:
            timebank.add_command(command)


_register()


def _write_any_text(json: bool) -> None:
    """JSON is UTF-8 everywhere; what a terminal cannot show is escaped rather than lost with the answer."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if json else None, errors="backslashreplace")


def run(arguments: Sequence[str], screen: Screen) -> int:
    """Run one command; returns the exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    logging.basicConfig(level=logging.CRITICAL)
    session = Session(default_home(), "--json" in arguments, phrases(default_language()), "", screen)
    _write_any_text(session.json)

    def work() -> int:
        try:
            with timebank.make_context("timebank", list(arguments), obj=session) as context:
                code = timebank.invoke(context)
        except click.exceptions.Exit as stop:
            return stop.exit_code
        except click.ClickException as error:
            error.show()
            return error.exit_code
        return code if isinstance(code, int) else 0

    return answering(session, work)
