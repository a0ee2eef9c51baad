"""A fingerprint of all shared state, the same wherever the same facts are.

Local numbers differ between stations, so rows are written with the names of entries. What only this
station knows (private parts, settings, when a file was imported) is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from timebank.store.store import Store

_REF = "hex(j.ref) || '-' || printf('%016d', e.seq) || '-' || hex(e.\"check\")"


def _name(column: str) -> str:
    """The name of the entry whose local number is in ``column``; system accounts keep their number."""
    return (
        f"coalesce((SELECT {_REF} FROM entry e JOIN journal j ON j.id = e.journal WHERE e.id = {column}),"
        f" CAST({column} AS TEXT), '')"
    )


_SECTIONS = {
    "journal": "SELECT hex(ref), hex(origin), first, head, hex(head_hash) FROM chain",
    "station": "SELECT number, name, role, parent, hex(key), recipient, revoked IS NOT NULL, replaces"
    " FROM station",
    "policy": f"SELECT {_name('p.entry')}, p.day, p.pack FROM policy p",
    "member": f"SELECT {_name('m.id')}, m.station, m.number, m.roles, hex(m.identity), m.consents,"
    f" {_name('m.erased')} FROM member m",
    "merged": f"SELECT {_name('m.member')}, {_name('m.stands')} FROM merged m",
    "late": f"SELECT {_name('l.entry')} FROM late l",
    "service": f"SELECT {_name('s.id')}, {_name('s.elder')}, s.kind, s.start, s.timed, s.minutes, s.funding,"
    f" hex(s.voucher), {_name('s.reversed')} FROM service s",
    "credited": f"SELECT {_name('c.service')}, {_name('c.volunteer')}, c.position, c.minutes FROM credited c",
    "rating": f"SELECT {_name('r.service')}, {_name('r.by')}, r.stars FROM rating r",
    "transfer": f"SELECT {_name('t.id')}, t.day, {_name('t.source')}, {_name('t.target')}, t.unit, t.minutes,"
    f" {_name('t.reversed')} FROM transfer t",
    "adjustment": f"SELECT {_name('a.member')}, a.cause, a.unit, a.period, {_name('nullif(a.of, 0)')},"
    f" {_name('a.entry')}, a.day, a.minutes, a.rule, a.counts FROM adjustment a",
    "departure": f"SELECT {_name('d.member')}, d.day, d.cause, {_name('d.entry')} FROM departure d",
    "voucher": f"SELECT hex(v.serial), {_name('v.issue')}, v.issuer, {_name('v.holder')}, v.unit, v.minutes,"
    f" v.issued, v.expires, v.lock, v.state, v.final, v.printed, {_name('v.withdrawn_by')} FROM voucher v",
    "redemption": f"SELECT {_name('r.entry')}, hex(v.serial), {_name('r.beneficiary')}, r.use, r.standing,"
    " r.decision FROM redemption r JOIN voucher v ON v.id = r.voucher",
    "request": f"SELECT {_name('q.id')}, q.station, {_name('q.elder')}, q.kind, q.start, q.timed, q.minutes,"
    " q.persons, q.urgent, q.state, q.contested, q.arrived, q.departed, q.confirmed, q.followed_up,"
    f" {_name('q.service')} FROM request q",
    "request_volunteer": f"SELECT {_name('v.request')}, {_name('v.volunteer')}, {_name('v.entry')}, v.counts"
    " FROM request_volunteer v",
    "balance": f"SELECT {_name('b.account')}, b.unit, b.minutes FROM balance b WHERE b.minutes <> 0",
    "honour": f"SELECT {_name('h.member')}, h.minutes FROM honour h WHERE h.minutes <> 0",
    "finding": "SELECT f.key, f.kind, f.minutes, f.decided,"
    f" (SELECT group_concat(name, ',') FROM (SELECT {_name('x.value')} AS name FROM json_each(f.members) x"
    " ORDER BY name)),"
    f" (SELECT group_concat(name, ',') FROM (SELECT {_name('x.value')} AS name FROM json_each(f.facts) x"
    " ORDER BY name)) FROM finding f",
    "resolution": f"SELECT r.key, {_name('r.entry')}, r.decision FROM resolution r",
}


_LOCAL = {
    "person": f"SELECT {_name('p.member')}, p.name, p.phone, p.birth, p.details FROM person p",
    "find_key": f"SELECT k.key, {_name('k.member')} FROM find_key k",
    "operator": f"SELECT o.station, o.number, o.role, {_name('o.entry')}, o.name FROM operator o",
    "seen": "SELECT hex(c.ref), hex(s.other), s.seq, s.head"
    " FROM seen s JOIN chain c ON c.journal = s.journal AND c.branch = s.branch",
    "about": f"SELECT {_name('a.subject')}, {_name('a.entry')} FROM about a",
    # The first entry of a journal is not known for this station's own until it is folded a second time.
    "action": f"SELECT hex(a.key), {_name('a.entry')} FROM action a JOIN entry x ON x.id = a.entry"
    " WHERE x.kind <> 'JournalBegun'",
}


def canonical_rows(store: Store) -> Iterator[tuple[Any, ...]]:
    """Every row of shared state in canonical order: (section, column, …)."""
    yield from _ordered(store, _SECTIONS)


def state_digest(store: Store) -> str:
    """SHA-256 of the canonical rows, in hexadecimal."""
    return _digest(canonical_rows(store))


def local_digest(store: Store) -> str:
    """SHA-256 of what else is folded here: the persons behind the numbers, and the indexes."""
    return _digest(_ordered(store, _LOCAL))


def _ordered(store: Store, sections: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for section, sql in sections.items():
        columns = len(store.connection.execute(f"SELECT * FROM ({sql}) LIMIT 0").description)
        order = ", ".join(map(str, range(1, columns + 1)))
        for row in store.connection.execute(f"SELECT * FROM ({sql}) ORDER BY {order}"):
            yield (section, *row)


def _digest(rows: Iterator[tuple[Any, ...]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()
