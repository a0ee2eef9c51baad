"""What was done at this desk, in words."""

from __future__ import annotations

from datetime import datetime

from timebank.desk.recent import Deed
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.screens.words import joined, kind_words, when_words
from ui.widgets import Recent

_ICONS = {
    "service": "clock",
    "redeemed": "qr",
    "moved": "exchange",
    "granted": "gift",
    "issued": "vouchers",
    "voided": "close",
    "registered": "person",
    "merged": "people",
    "adjusted": "clock",
    "left": "close",
    "asked": "elder",
    "assigned": "volunteer",
    "noted": "check",
    "ended": "close",
}


def deed_words(context: ScreenContext, deed: Deed) -> Words:
    """One line that says what was done, to whom, and how much."""
    first = deed.names[0] if deed.names else ""
    values: dict[str, Words | int] = {
        "name": first,
        "number": deed.number,
        "month": deed.detail,
        "amount": context.amount_words(deed.minutes),
    }
    if deed.what == "adjusted":  # free hours as well as credit: plain time fits both
        values["amount"] = context.hours_words(deed.minutes)
    elif deed.what == "service":
        values |= {
            "who": joined(deed.names[:-1], context.look.say),
            "elder": deed.names[-1],
            "kind": kind_words(deed.detail),
            "hours": context.hours_words(deed.minutes),
        }
    elif deed.what in ("asked", "assigned", "noted", "ended"):
        who: Words = joined(deed.names[:-1], context.look.say)
        values |= {
            "elder": deed.names[-1],
            "who": who if deed.names[:-1] else phrase("requests.nobody"),
            "kind": kind_words(deed.detail),
            "what": phrase(f"requests.said.{deed.detail}") if deed.what in ("noted", "ended") else "",
        }
    elif deed.what == "moved":
        source, target = (name or phrase("desk.pool") for name in deed.names)
        values |= {"source": source, "target": target}
    return phrase(f"desk.did_{deed.what}", **values)


def recent_of(context: ScreenContext, deed: Deed, now: datetime) -> Recent:
    """A deed as a row of the list of what was just done."""
    return Recent(
        str(deed.entry),
        _ICONS[deed.what],
        deed_words(context, deed),
        when_words(deed.when, now),
        can_undo=deed.reversible,
        undone=deed.reversed,
    )
