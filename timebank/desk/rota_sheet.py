"""The rota of a day as a sheet of paper: who goes to whom, when and where, with room for times and a signature."""

from __future__ import annotations

from datetime import date

from timebank.desk.network import network_name
from timebank.desk.request_lines import RotaLine
from timebank.desk.station import Station
from timebank.domain.kinds import KINDS
from timebank.journal.refs import minute_of
from timebank.phrases import Phrases, phrases
from timebank.reports.table import Column as Heading
from timebank.reports.table import Report, Table

_COLUMNS = ("time", "kind", "elder", "address", "volunteers", "note", "came", "went", "signature")


def rota_sheet(station: Station, day: date, lines: list[RotaLine], language: str) -> Report:
    """The rota of ``day`` as a report, to be written as any other."""
    say = phrases(language)
    heading = say(
        "requests.sheet.heading",
        network=network_name(station.store),
        station=station.name,
        day=day.isoformat(),
    )
    columns = tuple(Heading(say(f"requests.sheet.{key}"), personal=True) for key in _COLUMNS)
    title = say("requests.sheet.title")
    table = Table(title, columns, tuple(_row(each, say) for each in lines), personal=True)
    return Report(
        "rota", title, (heading,), day, day, language, False, (table,), say.text("reports.word.page")
    )


def _row(rota: RotaLine, say: Phrases) -> tuple[str, ...]:
    line, request, comma = rota.line, rota.line.request, say("requests.comma")
    begin, end = minute_of(request.start), minute_of(request.end)
    times = f"{begin:%H:%M}–{end:%H:%M}" if request.timed else say("requests.any_time")
    kind = KINDS.get(request.kind)
    what = request.kind if kind is None else kind.en if say.language == "en" else kind.zh
    people = comma.join(each.name for each in line.volunteers) or say("requests.nobody")
    elder = f"{line.elder.name} {line.elder.number}" if line.elder.known else line.elder.number
    noted = (
        f"{minute_of(each):%H:%M}" if each is not None else "" for each in (request.arrived, request.left)
    )
    urgent = say("requests.urgent") if request.urgent else ""
    note = comma.join(each for each in (urgent, line.note) if each)
    return (times, what, elder, str(line.elder.details.get("address") or ""), people, note, *noted, "")
