"""Where the tables of a sheet are: titles above, one or two header rows, data, and rows that are no data.

A header may come again on each page, a second table may follow with another header, and two or more equal
tables may stand side by side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from timebank.roster.columns import Plan, plan_columns
from timebank.roster.evidence import is_identity_number, is_name
from timebank.roster.headers import Meaning, Profile, label_text, meaning, meaning_of_two
from timebank.roster.mapping import Choice, layout_of
from timebank.roster.sheets import Sheet

_LOOKED_AT = 60  # rows, for the first header
_AS_GOOD = 0.6  # of the weight of another header
_TOTALS = re.compile(
    r"(合计|总计|小计|共计|累计|总数|总人数|人数|本页|本月|以下空白|共\s*\d|以上|第\s*\d+\s*页|填表?说明|说明[:：]|备注[:：]|注[:：]|附注"
    r"|(sub)?total\b|sum\b|notes?:|page \d)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(社区|单位|街道|村)?(审核|复核|审批|制表|填表|填报|经办|负责|统计|记录|领队|主管|盖章|签章|签字|签名|联系|意见|日期)"
    r"(人|单位|日期|时间|意见|电话)?(签[字名章]|盖章)?\s*([(（].*[)）])?\s*([:：].*)?$"
    r"|(prepared|approved|checked|signed|filled in) by\b.*|(signature|date)\s*[:：].*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row that was read as a total, a signature, a note or a heading inside the table, and not as data."""

    sheet: str
    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a sheet: header and data rows counted from zero, its plan, the titles above it."""

    sheet: Sheet
    header_rows: tuple[int, ...]
    plan: Plan
    data_rows: tuple[int, ...]
    titles: tuple[str, ...]
    layout: str
    """As :func:`timebank.roster.mapping.layout_of` gives it."""


@dataclass(frozen=True, slots=True)
class _Header:
    rows: tuple[int, ...]
    labels: Mapping[int, str]
    meanings: Mapping[int, Meaning | None]

    def layout(self, sheet: Sheet) -> str:
        return layout_of(sheet.name, [label for _, label in sorted(self.labels.items())])

    @property
    def fields(self) -> set[str]:
        return {found.field for found in self.meanings.values() if found}

    @property
    def weight(self) -> float:
        """How much of a header this is: how surely it names how many fields."""
        best: dict[str, float] = {}
        for found in self.meanings.values():
            if found:
                best[found.field] = max(best.get(found.field, 0), found.score / 100)
        return sum(best.values())


def tables_of(
    sheet: Sheet,
    profile: Profile,
    choices: Mapping[str, Choice] | None = None,
    *,
    any_header: bool = False,
) -> tuple[list[Table], list[PassedOver]]:
    """The tables of a sheet, top to bottom and left to right, and the rows among them that are no data.

    ``choices`` by layout say how tables are to be read. With ``any_header`` a row of texts serves as a header
    even where no word of it is known: a person may say what its columns hold.
    """
    said = choices or {}
    header = (
        _chosen_header(sheet, profile, said)
        or _first_header(sheet, profile)
        or (_plain_header(sheet) if any_header else None)
    )
    if header is None:
        return [], []
    titles = tuple(_titles(sheet, header.rows[0]))
    tables: list[Table] = []
    passed: list[PassedOver] = []
    while header is not None:
        following = _next_header(sheet, header, profile)
        end = following.rows[0] if following else len(sheet.rows)
        body = range(header.rows[-1] + 1, end)
        for block in _blocks(header):
            table, skipped = _table(sheet, block, body, titles, profile, said)
            tables.append(table)
            passed.extend(skipped)
        header = following
    return tables, passed


def _table(
    sheet: Sheet,
    header: _Header,
    body: range,
    titles: tuple[str, ...],
    profile: Profile,
    choices: Mapping[str, Choice],
) -> tuple[Table, list[PassedOver]]:
    layout = header.layout(sheet)
    rows = [row for row in body if not _is_header_again(sheet, row, header)]

    def values(column: int) -> list[object]:
        cells = (sheet.cell(row, column) for row in rows)
        return [cell for cell in cells if cell is not None]

    plan = plan_columns(dict(header.labels), dict(header.meanings), values, profile, choices.get(layout))
    data: list[int] = []
    passed: list[PassedOver] = []
    for row in rows:
        own = _own_cells(sheet, row, plan)
        if not own:
            continue
        title_again = str(next(iter(own.values()))) in titles  # at the head of the next printed page
        if title_again or _is_no_data(sheet, row, own, plan):
            passed.append(PassedOver(sheet.name, row + 1, str(next(iter(own.values())))))
        else:
            data.append(row)
    return Table(sheet, header.rows, plan, tuple(data), titles, layout), passed


def _first_header(sheet: Sheet, profile: Profile) -> _Header | None:
    """The first row, or two rows, that say about as much as any; a row of plain words where none is known."""
    candidates: list[_Header] = []
    for row in range(min(len(sheet.rows), _LOOKED_AT)):
        here = [
            found
            for found in (_single(sheet, row, profile), _double(sheet, row, profile))
            if found and _is_header(found)
        ]
        candidates.extend(sorted(here, key=lambda found: -found.weight)[:1])
    most = max((found.weight for found in candidates), default=0)
    return next((found for found in candidates if found.weight >= _AS_GOOD * most), None) or _wordless(sheet)


def _chosen_header(sheet: Sheet, profile: Profile, choices: Mapping[str, Choice]) -> _Header | None:
    """The first header of a layout that a person said how to read."""
    if not choices:
        return None
    for row in range(min(len(sheet.rows), _LOOKED_AT)):
        for found in (_double(sheet, row, profile), _single(sheet, row, profile)):
            if found and any(block.layout(sheet) in choices for block in _blocks(found)):
                return found
    return None


def _plain_header(sheet: Sheet) -> _Header | None:
    """The row among the first with most texts that might be headers, in whatever words; two at least."""
    best: dict[int, str] = {}
    at = 0
    for row in range(min(len(sheet.rows) - 1, 20)):
        cells = {column: value for column, value in enumerate(sheet.rows[row]) if value is not None}
        labels = {column: label for column, value in cells.items() if (label := label_text(value))}
        if len(labels) == len(cells) and len(labels) > max(1, len(best)):
            best, at = labels, row
    return _Header((at,), best, dict.fromkeys(best)) if best else None


def _is_header(header: _Header) -> bool:
    if len(header.fields) >= 2:
        return True
    return len(header.labels) == 1 and header.fields == {"name"}


def _single(sheet: Sheet, row: int, profile: Profile) -> _Header | None:
    cells = {column: value for column, value in enumerate(sheet.rows[row]) if value is not None}
    labels = {column: label_text(value) for column, value in cells.items()}
    if not labels or sum(not label for label in labels.values()) > len(labels) / 4:
        return None
    shown = {column: labels[column] or str(value) for column, value in cells.items()}
    return _Header((row,), shown, {column: meaning(label, profile) for column, label in labels.items()})


def _double(sheet: Sheet, row: int, profile: Profile) -> _Header | None:
    """A header of two rows: groups above, their parts below. None where the second row is no such thing."""
    if row + 1 >= len(sheet.rows):
        return None
    lower = {
        column: label_text(value)
        for column, value in enumerate(sheet.rows[row + 1])
        if value is not None and (row + 1, column) not in sheet.filled
    }
    understood = [label for label in lower.values() if label and meaning(label, profile)]
    if len(understood) < 2 or not all(lower.values()):
        return None
    labels: dict[int, str] = {}
    meanings: dict[int, Meaning | None] = {}
    group = ""
    for column in range(max(len(sheet.rows[row]), len(sheet.rows[row + 1]))):
        above = label_text(sheet.cell(row, column) or sheet.across.get((row, column)))
        below = lower.get(column, "")
        group = above or (group if below else "")
        if not group and not below:
            continue
        labels[column] = "/".join(part for part in (group, below) if part)
        meanings[column] = meaning_of_two(group, below, profile) if below else meaning(group, profile)
    pair = _Header((row, row + 1), labels, meanings)
    alone = [found.weight for r in (row, row + 1) if (found := _single(sheet, r, profile))]
    return pair if all(pair.weight > weight + 0.01 for weight in alone) else None


def _wordless(sheet: Sheet) -> _Header | None:
    """A header in unknown words: three or more short texts without figures, above a row that has some."""
    for row in range(min(len(sheet.rows) - 1, 20)):
        cells = {column: value for column, value in enumerate(sheet.rows[row]) if value is not None}
        labels = {column: label_text(value) for column, value in cells.items()}
        below = [value for value in sheet.rows[row + 1] if value is not None]
        plain = all(label and not re.search(r"\d", label) for label in labels.values())
        if len(labels) >= 3 and plain and len(below) >= 3 and any(re.search(r"\d", str(v)) for v in below):
            return _Header((row,), labels, dict.fromkeys(labels))
    return None


def _next_header(sheet: Sheet, header: _Header, profile: Profile) -> _Header | None:
    """The next header below that differs: a second table on the sheet."""
    for row in range(header.rows[-1] + 1, len(sheet.rows)):
        cells = [value for value in sheet.rows[row] if value is not None]
        if len(cells) < 3 or not all(label_text(value) for value in cells):
            continue
        for candidate in (_double(sheet, row, profile), _single(sheet, row, profile)):
            if (
                candidate
                and len(candidate.fields) >= 3
                and candidate.weight >= _AS_GOOD * header.weight
                and set(candidate.labels.values()) != set(header.labels.values())
                and not _is_header_again(sheet, row, header)
            ):
                return candidate
    return None


def _is_header_again(sheet: Sheet, row: int, header: _Header) -> bool:
    """Whether a row repeats a row of the header, as on the next printed page."""
    own = {column: value for column, value in enumerate(sheet.rows[row]) if value is not None}
    if len(own) < 2:
        return False
    return any(
        sum(sheet.cell(above, column) == value for column, value in own.items()) >= 0.6 * len(own)
        and all(isinstance(value, str) for value in own.values())
        for above in header.rows
    )


def _blocks(header: _Header) -> list[_Header]:
    """A header cut into its equal parts, where the same table stands two or more times side by side."""
    columns = sorted(header.labels)
    labels = [header.labels[column] for column in columns]
    for width in range(2, len(labels) // 2 + 1):
        if len(labels) % width == 0 and labels == labels[:width] * (len(labels) // width):
            return [
                _Header(
                    header.rows,
                    {column: header.labels[column] for column in part},
                    {column: header.meanings[column] for column in part},
                )
                for part in (columns[at : at + width] for at in range(0, len(columns), width))
            ]
    return [header]


def _titles(sheet: Sheet, above: int) -> list[str]:
    return [str(value) for row in sheet.rows[:above] for value in row if value is not None]


def _own_cells(sheet: Sheet, row: int, plan: Plan) -> dict[int, object]:
    """What a row says by itself: not its number, and not what a merged cell lends it."""
    serial = plan.fields.get("serial", [])
    return {
        column: value
        for column in sorted(plan.headers)
        if (value := sheet.cell(row, column)) is not None
        and (row, column) not in sheet.filled
        and not (column in serial and re.fullmatch(r"\d+[.、]?|\d+\.0", str(value).strip()))
    }


def _is_no_data(sheet: Sheet, row: int, own: dict[int, object], plan: Plan) -> bool:
    texts = [str(value).strip() for value in own.values()]
    names = [str(own[column]) for column in _name_columns(plan) if column in own]
    named = any(_may_be_name(name) for name in names)
    if any(is_identity_number(own[column]) for column in plan.fields.get("id_number", []) if column in own):
        return False
    if _TOTALS.match(texts[0]) or _SIGNED.fullmatch(texts[0]):
        return not named or (_TOTALS.match(texts[0]) is not None and len(own) <= len(plan.headers) / 2)
    wide = any((row, column + 1) in sheet.across and (row, column + 2) in sheet.across for column in own)
    if len(own) == 1 and len(plan.headers) > 1:
        alone = bool(names) and all(map(is_name, names)) and "name" in plan.fields
        return wide or not alone
    return not named and all(_SIGNED.fullmatch(text) or _TOTALS.match(text) for text in texts)


def _name_columns(plan: Plan) -> list[int]:
    return [column for name in ("name", "volunteer", "elder") for column in plan.fields.get(name, [])]


def _may_be_name(text: str) -> bool:
    stripped = text.strip()
    if re.search(r"[\d:：]", stripped) or re.search("(组|队|社区|小区|街道|村|楼|栋|苑)$", stripped):
        return False
    return not _TOTALS.match(stripped) and not _SIGNED.fullmatch(stripped)
