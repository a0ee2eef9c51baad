"""What goes upward carries no names, and no count that could point at somebody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from timebank.reports.table import (
    FEW,
    SMALLEST,
    WITHHELD,
    Cell,
    Column,
    Count,
    Minutes,
    Share,
    Table,
    without_people,
)


def table(*rows: tuple[Cell, ...], columns: int = 4, total: bool = False, personal: bool = False) -> Table:
    return Table("t", tuple(Column(str(at)) for at in range(columns)), rows, total=total, personal=personal)


def upward(given_table: Table) -> tuple[tuple[Cell, ...], ...]:
    kept = without_people(given_table)
    assert kept is not None
    return kept.rows


def test_a_list_of_people_stays_here() -> None:
    assert without_people(table(("001-00001", "王秀英", "", ""), personal=True)) is None


def test_a_column_of_names_stays_here_and_the_others_go() -> None:
    columns = (Column("number"), Column("name", personal=True), Column("hours"))
    kept = without_people(Table("t", columns, (("001-00001", "王秀英", Minutes(60)),)))
    assert kept is not None
    assert [column.title for column in kept.columns] == ["number", "hours"]
    assert kept.rows == (("001-00001", Minutes(60)),)


def test_a_small_count_is_hidden_with_what_stands_beside_it() -> None:
    rows = upward(
        table(("失独", Count(4), Minutes(90), Share(4, 8)), ("独居", Count(5), Minutes(60), Share(5, 8)))
    )
    assert rows[0] == ("失独", FEW, WITHHELD, WITHHELD)
    assert rows[1] == ("独居", Count(5), Minutes(60), Share(5, 8))


def test_nothing_is_no_small_count() -> None:
    assert upward(table(("失独", Count(0), Minutes(0), 3))) == (("失独", Count(0), Minutes(0), 3),)


def test_one_hidden_row_cannot_be_had_by_subtraction() -> None:
    rows = upward(
        table(
            ("助餐", Count(3), Minutes(30)),
            ("助浴", Count(20), Minutes(600)),
            ("助洁", Count(7), Minutes(90)),
            ("合计", Count(30), Minutes(720)),
            columns=3,
            total=True,
        )
    )
    assert rows[0] == ("助餐", FEW, WITHHELD)
    assert rows[1] == ("助浴", Count(20), Minutes(600))
    assert rows[2] == ("助洁", WITHHELD, WITHHELD)
    assert rows[3] == ("合计", Count(30), Minutes(720))


def test_a_hidden_total_hides_enough() -> None:
    rows = upward(
        table(("助餐", Count(3), Minutes(30)), ("合计", Count(3), Minutes(30)), columns=3, total=True)
    )
    assert rows == (("助餐", FEW, WITHHELD), ("合计", FEW, WITHHELD))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.booleans())
def test_no_small_count_is_shown_or_can_be_worked_out(counts: list[int], total: bool) -> None:
    cells: list[tuple[Cell, ...]] = [("x", Count(count)) for count in counts]
    if total:
        cells.append(("sum", Count(sum(counts))))
    rows = upward(table(*cells, columns=2, total=total))
    shown = [row[1] for row in rows]
    assert not any(isinstance(cell, Count) and 0 < cell.number < SMALLEST for cell in shown)
    hidden = [cell for cell in shown[: len(counts)] if not isinstance(cell, Count)]
    last = shown[-1]
    if total and isinstance(last, Count) and any(count >= SMALLEST for count in counts):
        assert len(hidden) != 1
    assert all(
        cell == Count(count) for cell, count in zip(shown, counts, strict=False) if isinstance(cell, Count)
    )
