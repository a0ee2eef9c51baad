"""Long lists of people, narrowed and ordered by the store: only local numbers come out, rows when they show."""

from __future__ import annotations

from datetime import date

from timebank.domain.names import fold_query, tail_key
from timebank.domain.wanted import Wanted
from timebank.store.store import Store

_LAST = chr(0x10FFFF)
_LEVEL = (
    "(SELECT CASE WHEN r.until = '' OR r.until >= :today THEN r.value END FROM person_record r"
    " WHERE r.member = {0} AND r.kind = 'care' AND r.start <= :today ORDER BY r.start DESC, r.position DESC LIMIT 1)"
)
"""The level that counts today: the newest assessment's, unless it has run out."""


def list_people(
    store: Store, text: str, wanted: Wanted, today: date, order: str = "", *, descending: bool = False
) -> list[int]:
    """The local numbers of everyone wanted who matches ``text``, in one order; people that are one stand once.

    Who has nothing to be ordered by comes last, either way.
    """
    merged = store.row("SELECT 1 FROM merged LIMIT 1") is not None
    values: dict[str, object] = {"today": today.isoformat()}
    joins, first = [], "m.id"
    if text.strip():
        found, values_found = matching(text)
        values |= values_found
        joins.append(f"JOIN ({found}) f ON f.who = m.id")
        first = "f.key, m.id"
    conditions = _conditions(wanted, values, merged=merged)
    join, key, blank = _order(order)
    joins += [join] if join else []
    way = "DESC" if descending != (order == "age") else "ASC"  # the older one is, the earlier one was born
    by = f"{blank}, {key} {way}, {first}" if key else first
    sql = f"SELECT m.id FROM member m {' '.join(joins)} WHERE {' AND '.join(conditions)} ORDER BY {by}"
    used = {name: value for name, value in values.items() if f":{name}" in sql}
    return [row for (row,) in store.connection.execute(sql, used).fetchall()]


def places(store: Store) -> list[tuple[str, str]]:
    """Every (community, grid) that people of this station's record live in."""
    return store.rows(
        "SELECT DISTINCT community, grid FROM person WHERE community <> '' OR grid <> '' ORDER BY 1, 2"
    )


def matching(text: str) -> tuple[str, dict[str, object]]:
    """SQL for who matches a text, each (``who``) with the best ``key``, and its values; last digits come last."""
    query = fold_query(text)
    values: dict[str, object] = {"a": query, "b": query + _LAST}
    ranges = ["k.key >= :a AND k.key < :b"] if query else ["0"]
    if query.isdigit() and len(query) >= 3:
        ranges.append("k.key >= :c AND k.key < :d")
        values |= {"c": tail_key(query), "d": tail_key(query) + _LAST}
    each = " UNION ALL ".join(
        f"SELECT coalesce(x.stands, k.member) AS who, {n} || k.key AS key FROM find_key k"
        f" LEFT JOIN merged x ON x.member = k.member WHERE {condition}"
        for n, condition in enumerate(ranges)
    )
    return f"SELECT who, min(key) AS key FROM ({each}) GROUP BY who", values


def _conditions(wanted: Wanted, values: dict[str, object], *, merged: bool) -> list[str]:
    conditions = {
        "left": ["m.erased IS NULL", "m.id IN (SELECT member FROM departure)"],
        "erased": ["m.erased IS NOT NULL"],
    }.get(wanted.state, ["m.erased IS NULL"])
    if merged:
        conditions.append("m.id NOT IN (SELECT member FROM merged)")
    if wanted.role:
        values["role"] = f"% {wanted.role} %"
        others = " OR m.id IN (SELECT x.stands FROM merged x JOIN member o ON o.id = x.member"
        others += " WHERE (' ' || o.roles || ' ') LIKE :role)"
        conditions.append(f"((' ' || m.roles || ' ') LIKE :role{others if merged else ''})")
    if wanted.station:
        values["station"] = wanted.station
        conditions.append("m.station = :station")
    if wanted.category:
        values["category"] = wanted.category
        holds = "c.start <= :today AND (c.until = '' OR c.until >= :today)"
        category = f"c.kind = 'categories' AND c.value = :category AND {holds}"
        conditions.append(_any_of("person_record c", category))
    if wanted.level is not None:
        values["level"] = str(wanted.level)
        level = f"c.kind = 'care' AND c.value = :level AND {_LEVEL.format('c.member')} = :level"
        conditions.append(_any_of("person_record c", level))
    for name in ("community", "grid"):
        if getattr(wanted, name):
            values[name] = getattr(wanted, name)
            conditions.append(_any_of("person c", f"c.{name} = :{name}"))
    first, last = wanted.born
    if first or last:
        values |= {"first": first or "0", "last": last or "9"}
        conditions.append(_any_of("person c", "c.birth <> '' AND c.birth BETWEEN :first AND :last"))
    return conditions


def _any_of(named: str, where: str) -> str:
    """That one of the members who are this person meets a condition on a row (``c``) of a table."""
    return (
        f"m.id IN (SELECT coalesce(x.stands, c.member) FROM {named}"
        f" LEFT JOIN merged x ON x.member = c.member WHERE {where})"
    )


def _order(order: str) -> tuple[str, str, str]:
    """(what to join, what to order by, what puts the blank last)."""
    person = "LEFT JOIN person q ON q.member = m.id"
    unit = 0 if order == "credit" else 1
    minutes = "coalesce(b.minutes, 0)"
    return {
        "name": (person, "q.pinyin", "q.pinyin IS NULL"),
        "number": ("", "m.number", "NULL"),
        "role": ("", "m.roles", "NULL"),
        "age": (person, "q.birth", "coalesce(q.birth, '') = ''"),
        "level": ("", _LEVEL.format("m.id"), f"{_LEVEL.format('m.id')} IS NULL"),
        "place": (person, "q.community", "coalesce(q.community, '') = ''"),
        "credit": (f"LEFT JOIN balance b ON b.account = m.id AND b.unit = {unit}", minutes, "NULL"),
        "allowance": (f"LEFT JOIN balance b ON b.account = m.id AND b.unit = {unit}", minutes, "NULL"),
    }.get(order, ("", "", "NULL"))
