"""Sign-in sheets: who served whom, when, and for how long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from timebank.domain.kinds import KINDS, service_kind
from timebank.domain.quantities import parse_clock, parse_clock_range, parse_date, parse_length
from timebank.outcome import Refusal
from timebank.roster.cells import Cells, text_of
from timebank.roster.evidence import split_day, split_names
from timebank.roster.layout import Table
from timebank.roster.mapping import NO_DIRECTIONS, Directions
from timebank.roster.rows import ServiceRow, ServiceSheet
from timebank.roster.sheets import OpenedFile, Watch, open_file, unwatched
from timebank.roster.workbook import read_rows, read_tables

_ROUNDING = 3  # minutes by which 0.8 hours may miss the 50 minutes between two clock times
_NOT_THE_SERVICE = re.compile(r"填表|制表|填报|打印|上报|审核|截止")
_TITLE_DAY = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?(?!\s*[日号]?\s*[-~至到—])"
)
_TITLE_MONTH = re.compile(r"(?:(\d{4})\s*[-./年]\s*)?(?<!\d)(\d{1,2})\s*月(?:份|(?!\s*\d))?")
_TITLE_MONTH_DAY = re.compile(r"(?<![年\d])(\d{1,2})月(\d{1,2})[日号](?!\s*[-~至到—])")


@dataclass(frozen=True, slots=True)
class _When:
    """What titles and the sheet's name say of the day or the month of all services in a table."""

    day: date | None = None
    month: date | None = None


def read_services(
    source: Path | OpenedFile,
    today: date,
    directions: Directions = NO_DIRECTIONS,
    watch: Watch = unwatched,
) -> ServiceSheet:
    """Read a sign-in sheet from an xlsx or csv file; whether the people exist is not looked up.

    ``directions`` correct how the columns are understood; ``watch`` is called at every row.

    Raises Fault for the file as a whole (facts: file): the codes of
    :func:`timebank.roster.sheets.open_sheets`, and ``roster_no_header`` where no sheet has columns for the
    volunteer, the elder and the time.
    """

    def rows_of(table: Table) -> Callable[[Cells], ServiceRow]:
        texts = (*table.titles, table.sheet.name)
        when, kind = _when(texts, today), _kind_in_title(texts)
        return lambda cells: _service(cells, when, kind, today)

    opened = source if isinstance(source, OpenedFile) else open_file(source, watch)
    return read_rows(read_tables(opened, "services", directions), rows_of, watch)


def _service(cells: Cells, when: _When, kind_in_title: str, today: date) -> ServiceRow:
    day = _day(cells, when, today)
    volunteers = [name for _, value in cells.all("volunteer") for name in split_names(_with_lines(value))]
    if not volunteers:
        cells.missing("volunteer_missing", "volunteer")
    elder = _elder(cells)
    kind = _kind(cells, kind_in_title)
    start, minutes = _start_and_minutes(cells)
    return ServiceRow(
        sheet=cells.table.sheet.name,
        row=cells.row + 1,
        date=day,
        volunteers=tuple(dict.fromkeys(volunteers)),
        elder=elder,
        kind=kind,
        start=start,
        minutes=minutes,
        place=cells.text("place", "elder_address", "address"),
        note="；".join(text_of(value) for _, value in cells.all("note")),
    )


def _with_lines(value: object) -> str:
    """A cell as text with its line breaks, which part names."""
    return value if isinstance(value, str) else text_of(value)


def _elder(cells: Cells) -> str:
    found = cells.first("elder")
    names = split_names(_with_lines(found[1])) if found else []
    if found is None or not names:
        cells.missing("elder_missing", "elder")
    if len(names) > 1:
        cells.reject(found[0], Refusal("several_elders", text=text_of(found[1])))
    return names[0]


def _kind(cells: Cells, in_title: str) -> str:
    found = cells.first("kind")
    if found is None:
        if in_title:
            return in_title
        cells.missing("kind_missing", "kind")
    try:
        return service_kind(text_of(found[1]))
    except Refusal as refusal:
        cells.reject(found[0], refusal)


def _day(cells: Cells, when: _When, today: date) -> date:
    found = cells.first("date")
    if found is None:
        return _day_beside_the_time(cells, when, today)
    column, value = found
    try:
        return parse_date(value, today, within=when.month)
    except Refusal as refusal:
        if isinstance(value, str) and (parts := split_day(value))[1] and _is_range(parts[1]):
            return _parse_day(cells, column, parts[0], when, today)
        cells.reject(column, refusal)


def _day_beside_the_time(cells: Cells, when: _When, today: date) -> date:
    """The day where it has no column: in the cell of the time, or in the title."""
    for column, value in cells.all("start", "time"):
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, str) and (day := split_day(value)[0]):
            return _parse_day(cells, column, day, when, today)
    if when.day is None:
        cells.missing("date_missing", "date")
    return when.day


def _parse_day(cells: Cells, column: int, text: str, when: _When, today: date) -> date:
    try:
        return parse_date(text, today, within=when.month)
    except Refusal as refusal:
        cells.reject(column, refusal)


def _start_and_minutes(cells: Cells) -> tuple[int | None, int]:
    """Start and length, from clock times where there are any; a length that disagrees rejects the row."""
    length = _length(cells)
    start, end, at = _clock_times(cells)
    if start is None or end is None:
        if length is None:
            cells.missing("length_missing", "length", "end", "time", "start")
        return start, length[1]
    if end <= start:
        cells.reject(at, Refusal("end_before_start", start=_clock(start), end=_clock(end)))
    if length is not None and abs(length[1] - (end - start)) > _ROUNDING:
        cells.reject(
            length[0],
            Refusal(
                "length_disagrees",
                start=_clock(start),
                end=_clock(end),
                minutes=end - start,
                length=length[1],
            ),
        )
    return start, end - start


def _length(cells: Cells) -> tuple[int, int] | None:
    found = cells.first("length")
    if found is None:
        return None
    column, value = found
    try:
        return column, parse_length(value, cells.table.plan.unit(column))
    except Refusal as refusal:
        cells.reject(column, refusal)


def _clock_times(cells: Cells) -> tuple[int | None, int | None, int]:
    """Start and end as far as they are given, and the column to name if they make no sense."""
    for column, value in cells.all("time"):
        return *_range(cells, column, value), column
    for column, value in cells.all("date"):
        if isinstance(value, str) and _is_range(rest := split_day(value)[1]):
            return *_range(cells, column, rest), column
    first, last = cells.first("start"), cells.first("end")
    if first and not last and isinstance(first[1], str) and re.search(r"[-~～—至到]", split_day(first[1])[1]):
        return *_range(cells, *first), first[0]
    at = last[0] if last else first[0] if first else 0
    return _clock_time(cells, first), _clock_time(cells, last), at


def _range(cells: Cells, column: int, value: object) -> tuple[int, int]:
    text = value
    if isinstance(value, str) and not _is_range(value):
        text = split_day(value)[1]
    try:
        return parse_clock_range(text)
    except Refusal as refusal:
        cells.reject(column, Refusal(refusal.code, text=text_of(value)))


def _is_range(value: str) -> bool:
    try:
        parse_clock_range(value)
    except Refusal:
        return False
    return True


def _clock_time(cells: Cells, found: tuple[int, object] | None) -> int | None:
    if found is None:
        return None
    try:
        return parse_clock(found[1])
    except Refusal as refusal:
        cells.reject(found[0], refusal)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _when(texts: Iterable[str], today: date) -> _When:
    """The day or month that titles and the sheet's name give; the first that says a day, or else a month."""
    found = _When()
    for text in texts:
        plain = unicodedata.normalize("NFKC", text)
        if _NOT_THE_SERVICE.search(plain):
            continue
        day, month = _day_in(plain, today), _month_in(plain, today)
        found = _When(found.day or day, found.month or (day.replace(day=1) if day else month))
    return found


def _day_in(text: str, today: date) -> date | None:
    for pattern in (_TITLE_DAY, _TITLE_MONTH_DAY):
        if said := pattern.search(text):
            try:
                return parse_date(said[0], today)
            except Refusal:
                return None
    return None


def _month_in(text: str, today: date) -> date | None:
    said = _TITLE_MONTH.search(text)
    if not said:
        return None
    try:
        year = f"{said[1]}年" if said[1] else ""
        return parse_date(f"{year}{said[2]}月1日", today)
    except Refusal:
        return None


def _kind_in_title(texts: Iterable[str]) -> str:
    """The kind of service that a title names (助餐服务签到表), "" if none does."""
    named = {
        kind.code for kind in KINDS.values() for text in texts if kind.zh in text and kind.code != "other"
    }
    return named.pop() if len(named) == 1 else ""
