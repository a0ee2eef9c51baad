"""``--explain``: which rule made an amount, below the answer that names it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from timebank.cli.answers import Session
from timebank.desk.explaining import Why, explanation_data, explanation_lines

Command = TypeVar("Command", bound=Callable[..., Any])


def explain_option(command: Command) -> Command:
    """``--explain`` after a command, as before it: its amounts say which rules made them."""

    def take(context: click.Context, _option: click.Parameter, given: bool) -> None:
        if given:
            session: Session = context.obj
            session.explain = True

    return click.option(
        "--explain",
        is_flag=True,
        expose_value=False,
        callback=take,
        help="Say which rule made each amount, its value and its source.",
    )(command)


def explanation_of(session: Session, why: Why | None) -> dict[str, Any]:
    """The field ``explanation`` of a JSON answer; none where nobody asked."""
    return {} if why is None else {"explanation": explanation_data(why, session.phrases.language)}


def explained(session: Session, key: str, why: Why | None, **values: object) -> list[str]:
    """The explanation in sentences, under the heading ``key``; none where nobody asked."""
    if why is None:
        return []
    return [session.say(key, **values), *explanation_lines(why, session.phrases.language)]
