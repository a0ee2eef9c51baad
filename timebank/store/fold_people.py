"""Members in the store, and the persons behind them where this station may know them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from timebank.domain.details import sound_details
from timebank.domain.names import number_keys, person_keys, spelling
from timebank.domain.people import conflicting_edits, departure, fold_member, one_person
from timebank.domain.services import reversal_of
from timebank.domain.told import Told, in_order
from timebank.journal.facts import MemberChanged, MemberLeft, MemberRegistered
from timebank.store.privacy import PrivacyKeys

if TYPE_CHECKING:
    from timebank.store.intake import Intake


class PeopleFold:
    """Folds the public member and, from the private parts that open here, the person."""

    def __init__(self, intake: Intake, privacy: PrivacyKeys) -> None:
        self._intake = intake
        self._db = intake.connection
        self._privacy = privacy
        self._persons: dict[int, Told] = {}
        self._identities: set[bytes] = set()
        self._edited: dict[int, list[Told]] = {}
        self._merges_due = False

    def registered(self, told: Told, awaited: bool) -> None:
        """A person joined."""
        if not awaited:
            self._write(told, [], None, known=False)
        else:
            self._merges_due = True  # a merger may have spoken of this member before

    def refold(self, told: Told) -> None:
        """Fold a member again after a later fact."""
        former = self._db.execute("SELECT identity FROM member WHERE id = ?", (told.row,)).fetchone()
        later = self._intake.later(told.row)
        self._edited[told.row] = conflicting_edits(later, self._intake.happened_before)
        self._write(told, later, former and former[0], known=former is not None)
        self._depart(told.row, later)

    def left_again(self, told: Told) -> None:
        """A later fact (a reversal) is about a departure."""
        assert isinstance(told.fact, MemberLeft)
        member = self._intake.places.row(told.fact.member)
        if self._intake.told(member) is not None:
            self._depart(member, self._intake.later(member))

    def _depart(self, row: int, later: list[Told]) -> None:
        """Note whether, and since when, a member's account is closed."""
        left = departure(each for each in later if reversal_of(self._intake.later(each.row)) is None)
        self._db.execute("DELETE FROM departure WHERE member = ?", (row,))
        if left is not None:
            assert isinstance(left.fact, MemberLeft)
            self._db.execute(
                "INSERT INTO departure VALUES (?, ?, ?, ?)", (row, left.fact.day, left.fact.cause, left.row)
            )

    def revealed(self, told: Told) -> None:
        """A private part arrived after its entry."""
        if isinstance(told.fact, MemberRegistered):
            self._persons[told.row] = told
        elif isinstance(told.fact, MemberChanged):
            member = self._intake.places.row(told.fact.member)
            registered = self._intake.told(member)
            if registered is not None:
                self._persons[member] = registered

    def _write(self, told: Told, later: list[Told], former: bytes | None, *, known: bool) -> None:
        member = fold_member(told, later)
        self._db.execute(
            "INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                told.row,
                member.station,
                member.number,
                " ".join(member.roles),
                member.identity or None,
                " ".join(member.consents),
                member.erased,
            ),
        )
        if not known:
            self._add_keys(told.row, number_keys(member.number))
        self._identities |= {each for each in (member.identity, former) if each}
        if member.erased is not None:
            self._edited[told.row] = []
            self._erase(told.row)
        else:
            self._persons[told.row] = told

    def _erase(self, row: int) -> None:
        """The person goes; the number and the books stay. For the sealed parts see ``fold_erasures``."""
        self._persons.pop(row, None)
        self._forget(row)
        self._db.execute("DELETE FROM person WHERE member = ?", (row,))
        self._db.execute("DELETE FROM person_record WHERE member = ?", (row,))

    def settle(self) -> None:
        """Write the persons whose facts changed."""
        for row, told in self._persons.items():
            if self._db.execute("SELECT 1 FROM private WHERE entry = ?", (row,)).fetchone() is None:
                continue
            later = [each for each in self._intake.later(row) if isinstance(each.fact, MemberChanged)]
            details: dict[str, Any] = {}
            for each in [told, *in_order(later)]:
                details.update(self._opened(each, told.station))
            if "name" in details:
                name, phone = str(details["name"]), str(details.get("phone") or "")
                written = json.dumps(details, ensure_ascii=False, sort_keys=True)
                self._forget(row)
                self._db.execute(
                    "INSERT OR REPLACE INTO person (member, name, phone, birth, details, pinyin, community, grid)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        row,
                        name,
                        phone,
                        str(details.get("birth") or ""),
                        written,
                        spelling(name),
                        str(details.get("community") or ""),
                        str(details.get("grid") or ""),
                    ),
                )
                self._write_records(row, details)
                self._add_keys(row, person_keys(name, phone))
        self._persons.clear()

    def _write_records(self, row: int, details: dict[str, Any]) -> None:
        """Levels and categories with their days, by which lists of people are narrowed."""
        self._db.execute("DELETE FROM person_record WHERE member = ?", (row,))
        self._db.executemany(
            "INSERT INTO person_record VALUES (?, ?, ?, ?, ?, ?)",
            [
                (row, kind, at, str(each[value]), each["from"], each["until"])
                for kind, value in (("care", "level"), ("categories", "code"))
                for at, each in enumerate(details.get(kind) or ())
            ],
        )

    def _add_keys(self, row: int, keys: Iterable[str]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO find_key VALUES (?, ?)", [(key, row) for key in keys])

    def _forget(self, row: int) -> None:
        """Take away the keys by which the person behind a number is found; the number's own keys stay."""
        former = self._db.execute(
            "SELECT p.name, p.phone, m.number FROM person p JOIN member m ON m.id = p.member WHERE p.member = ?",
            (row,),
        ).fetchone()
        if former is not None:
            name, phone, number = former
            self._db.executemany(
                "DELETE FROM find_key WHERE key = ? AND member = ?",
                [(key, row) for key in set(person_keys(name, phone)) - set(number_keys(number))],
            )

    def _opened(self, told: Told, home: int) -> dict[str, object]:
        row = self._db.execute("SELECT sealed FROM private WHERE entry = ?", (told.row,)).fetchone()
        return sound_details((self._privacy.open(row[0], told.station, home) if row else None) or {})

    def merging(self, told: Told, _awaited: bool) -> None:
        """Some members are one person."""
        self._db.execute("INSERT OR IGNORE INTO merging VALUES (?)", (told.row,))
        self._merges_due = True

    def merge_again(self) -> None:
        """A later fact (a reversal) is about a merger."""
        self._merges_due = True

    def settle_merges(self) -> None:
        """Let the member registered first stand for all that are the same person."""
        if not self._merges_due:
            return
        self._merges_due = False
        rows = self._db.execute("SELECT entry FROM merging").fetchall()
        mergers = [
            told
            for (row,) in rows
            if (told := self._intake.told(row))
            and reversal_of(self._intake.later(row)) is None
            and self._intake.overruled(told) is None
        ]
        self._intake.breaches.everything()
        touched = {row for pair in self._db.execute("SELECT member, stands FROM merged") for row in pair}
        self._db.execute("DELETE FROM merged")
        for group in one_person(mergers):
            here = [told for ref in group if (told := self._intake.told(self._intake.places.row(ref)))]
            registered = in_order(told for told in here if isinstance(told.fact, MemberRegistered))
            self._db.executemany(
                "INSERT INTO merged VALUES (?, ?)",
                [(told.row, registered[0].row) for told in registered[1:]],
            )
            touched |= {told.row for told in registered}
        self._identities |= {
            identity
            for row in touched
            for (identity,) in self._db.execute("SELECT identity FROM member WHERE id = ?", (row,))
            if identity
        }

    def edited(self) -> dict[int, list[Told]]:
        """Members that changed, each with the changes that contradict each other."""
        edited, self._edited = self._edited, {}
        return edited

    def identities(self) -> set[bytes]:
        """Identity tags whose members changed."""
        identities, self._identities = self._identities, set()
        return identities
