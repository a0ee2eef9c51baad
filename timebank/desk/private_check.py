"""Looks for what is personal where everyone can read: it belongs into the sealed private parts only.

The persons this station may read are the words to look for; the public bodies of all entries, this station's
own settings, the notes on files that were kept aside and the logs in its folder are where they are looked for.
Few of the texts in bodies differ, and nearly all are codes and numbers, so one pass is cheap.

Some texts are public by definition and are left out: the names of the network and its stations, and the rules
that were adopted. The reason for which a station is withdrawn and the purpose of a consent are public as well,
but typed by people: a name in them is found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from timebank.desk.station import Station
from timebank.desk.stations import network_name
from timebank.exchange.kept import Shelves
from timebank.journal.entry import Header
from timebank.journal.facts import NetworkFounded, PolicyAdopted, StationEnrolled
from timebank.journal.keys import SIGNATURE_BYTES
from timebank.store import book_queries
from timebank.store.store import Store

_HEADERS = msgspec.msgpack.Decoder(Header)
_PUBLIC = {kind.__name__ for kind in (NetworkFounded, StationEnrolled, PolicyAdopted)}
_NAMES = ("name", "guardian", "emergency_contact")
_PHONES = ("phone", "guardian_phone", "emergency_phone")
_SHORTEST_NUMBER = 6
_SHORTEST_LATIN = 4
_LONGEST = 60
"""Characters of an address that are compared."""
_CODE = re.compile(r"[a-z0-9_.:/-]*|[0-9a-fA-F-]*")
_WORDS = re.compile(r"[0-9A-Za-z]+")
_JOINED = re.compile(r"(?<![0-9A-Za-z])[0-9][0-9 -]{4,}[0-9Xx](?![0-9A-Za-z])")


class _Words:
    """The personal words known here, each with what it is; finds them in a text."""

    def __init__(self, store: Store) -> None:
        self._plain: dict[str, str] = {}
        """Words that a text may simply contain."""
        self._whole: dict[str, str] = {}
        """Numbers and Latin names, which count only where they stand by themselves."""
        self._public = {network_name(store), *(name for (name,) in store.rows("SELECT name FROM station"))}
        for (written,) in store.connection.execute("SELECT details FROM person"):
            details = json.loads(written)
            for kind, word in _personal(details):
                if word not in self._public:
                    (self._whole if word.isascii() else self._plain)[word] = kind
        self._longest = max(map(len, self._plain), default=0)

    def __bool__(self) -> bool:
        return bool(self._plain or self._whole)

    def kind_in(self, text: str) -> str | None:
        """What personal thing stands in ``text``, or None."""
        if text.isascii():
            return self._number_in(text) or (None if _CODE.fullmatch(text) else self._latin_in(text))
        for name in self._public - {""}:
            text = text.replace(name, " ")
        return self._number_in(text) or self._latin_in(text) or self._word_in(text)

    def _word_in(self, text: str) -> str | None:
        for start in range(len(text)):
            for length in range(2, min(self._longest, len(text) - start) + 1):
                kind = self._plain.get(text[start : start + length])
                if kind is not None:
                    return kind
        return None

    def _number_in(self, text: str) -> str | None:
        words = [word for word in _WORDS.findall(text) if word[0].isdigit() or word[-1].isdigit()]
        words += [re.sub(r"[ \-]", "", found) for found in _JOINED.findall(text)]
        return next((kind for word in words if (kind := self._whole.get(word.upper()))), None)

    def _latin_in(self, text: str) -> str | None:
        words = _WORDS.findall(text.upper())
        stretches = (words[at : at + count] for count in (1, 2, 3) for at in range(len(words) - count + 1))
        return next((kind for each in stretches if (kind := self._whole.get(" ".join(each)))), None)


def _personal(details: dict[str, object]) -> Iterator[tuple[str, str]]:
    """What of a person's details may stand nowhere else, with its kind."""
    for said in (*(_text(details, field) for field in _NAMES), *_kin(details)):
        name = " ".join(_WORDS.findall(said.upper())) if said.isascii() else said
        if len(name) >= (_SHORTEST_LATIN if name.isascii() else 2):
            yield "name", name
    for field in _PHONES:
        yield from _number("phone", _text(details, field))
    yield from _number("id_number", _text(details, "id_number"))
    document = details.get("document")
    if isinstance(document, dict):
        yield from _number("id_number", _text(document, "number"))
    address = _text(details, "address")
    if len(address) >= _SHORTEST_NUMBER and not address.isascii():
        yield "address", address[:_LONGEST]


def _kin(details: dict[str, object]) -> Iterator[str]:
    """The names of kin; a member's number is public."""
    known = details.get("kin")
    for each in known if isinstance(known, list) else ():
        who = str(each.get("who") or "").strip()
        if not any(letter.isdigit() for letter in who):
            yield who


def _text(details: dict[str, object], field: str) -> str:
    return str(details.get(field) or "").strip()


def _number(kind: str, text: str) -> Iterator[tuple[str, str]]:
    bare = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    if len(bare) >= _SHORTEST_NUMBER:
        yield kind, bare


def exposed(station: Station) -> list[dict[str, object]]:
    """Every place where something personal can be read by all, as facts of a finding: ``place``, ``kind``.

    The text itself is not repeated.
    """
    words = _Words(station.store)
    if not words:
        return []
    seen: dict[str, str | None] = {}
    found: list[dict[str, object]] = []
    for place, texts in _places(station):
        for text in texts:
            if text not in seen:
                seen[text] = words.kind_in(text)
            kind = seen[text]
            if kind is not None:
                named = book_queries.ref_of(station.store, place) if isinstance(place, int) else place
                found.append({"place": str(named), "kind": kind})
                break
    return found


def kept_aside(station: Station) -> list[str]:
    """Stores that a restore put aside, where somebody was erased: an erasure does not reach into them."""
    if station.store.row("SELECT 1 FROM erased LIMIT 1") is None:
        return []
    return sorted(path.name for path in station.home.glob("timebank-before-restore-*.db"))


def _places(station: Station) -> Iterator[tuple[int | str, Iterable[str]]]:
    """Everything that is looked through: an entry's local number or the name of a place, and its texts."""
    for row, data in station.store.connection.execute(
        f"SELECT id, bytes FROM entry WHERE bytes IS NOT NULL AND kind NOT IN ({', '.join('?' * len(_PUBLIC))})",
        tuple(sorted(_PUBLIC)),
    ):
        yield row, _texts_in(_HEADERS.decode(data[:-SIGNATURE_BYTES]).body)
    for key, value in station.store.connection.execute("SELECT key, value FROM local"):
        if isinstance(value, str):
            yield f"local {key}", (key, value)
    shelves = Shelves(station.home)
    for kept in (*shelves.parked.list(), *shelves.quarantine.list()):
        yield f"note {kept.id}", (kept.file, *_texts(kept.facts))
    for path in sorted(station.home.rglob("*.log*")):
        if path.is_file():
            yield str(path.relative_to(station.home)), _lines(path)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from file


def _texts_in(body: msgspec.Raw) -> Iterator[str]:
    try:
        yield from _texts(msgspec.msgpack.decode(body))
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        return  # signed by an enrolled station, but no value that anybody could show


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, and bytes where they are the bytes of a text."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case bytes(data) if len(data) >= _SHORTEST_NUMBER and data.isascii():
                yield data.decode("ascii")
            case list(values) | tuple(values):
                waiting += values
            case dict(pairs):
                waiting += [*pairs.keys(), *pairs.values()]
