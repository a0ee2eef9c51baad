"""What the line at the bottom says, read afresh after every change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from timebank.desk.desk import Desk
from timebank.desk.wire import Watched
from timebank.policy.pack import Pack
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Segment

BACKUP_DAYS = 7
EXCHANGE_DAYS = 14
"""Older than this the line asks for it."""


@dataclass(frozen=True)
class Glance:
    """How the station stands."""

    network: str
    station: str
    number: int
    now: datetime
    exchanged: datetime | None
    backed_up: datetime | None
    cases: int
    alone: bool
    """Whether there is no other station to exchange with."""
    pack: Pack
    wire: Watched
    unread: int
    """Entries that only a later version of the program can read."""


def glance(desk: Desk) -> Glance:
    """Read how the station stands; for the reading thread."""
    mine = desk.station.number
    others = [line for line in desk.stations() if line.station != mine and line.state == "enrolled"]
    parent = next((line.parent for line in desk.stations() if line.station == mine), 0)
    partners = [line for line in others if line.station == parent] or others
    return Glance(
        desk.network_name(),
        desk.station.name,
        mine,
        desk.station.surroundings.now(),
        max((line.last_exchange for line in partners if line.last_exchange), default=None),
        desk.upkeep.last_backup(),
        desk.cases.count_open(),
        not others,
        desk.policies.in_force(),
        desk.wire.standing(),
        sum(each.entries for each in desk.exchange.updates()),
    )


def segments(context: ScreenContext, seen: Glance) -> list[Segment]:
    """The line for a glance."""
    operator = context.operator
    today = seen.now.date()
    late = seen.exchanged is None or (today - seen.exchanged.date()).days > EXCHANGE_DAYS
    old = seen.backed_up is None or (today - seen.backed_up.date()).days > BACKUP_DAYS
    line = [
        Segment("station", "home", seen.station, phrase("status.station", number=seen.number)),
        Segment("operator", "person", operator.name if operator else "—", phrase("status.operator")),
        Segment("date", "calendar", context.day_words(today), phrase("status.date")),
    ]
    if not seen.alone:
        tone = Tone.WARN if late else Tone.PLAIN
        words = _ago("exchanged", seen.exchanged, today)
        line.append(Segment("exchange", "usb", words, phrase("status.exchange"), tone))
    if seen.wire.on:
        line.append(_wire(seen.wire))
    tone = Tone.WARN if old else Tone.PLAIN
    words = _ago("backed_up", seen.backed_up, today)
    line.append(Segment("backup", "backup", words, phrase("status.backup"), tone))
    words = phrase("status.cases", count=seen.cases) if seen.cases else phrase("status.no_cases")
    tone = Tone.WARN if seen.cases else Tone.PLAIN
    line.append(Segment("cases", "cases", words, phrase("status.cases_label"), tone))
    if seen.unread:
        words = phrase("status.update_needed_label", entries=seen.unread)
        line.append(Segment("update", "info", phrase("status.update_needed"), words))
    line.append(Segment("net", "offline", phrase("status.offline"), phrase("status.net")))
    return line


def _wire(wire: Watched) -> Segment:
    if wire.problem is not None:
        return Segment("wire", "sync", phrase("wire.status_failed"), wire.problem, Tone.WARN)
    return Segment("wire", "sync", phrase("wire.status_on"), phrase("wire.status"))


def _ago(what: str, moment: datetime | None, today: date) -> Words:
    if moment is None:
        return phrase(f"status.never_{what}")
    days = (today - moment.date()).days
    if days <= 0:
        return phrase(f"status.{what}_today", clock=moment.strftime("%H:%M"))
    return phrase(f"status.{what}_days", days=days)
