"""Taking a file in: copied to the local disk, proved, applied in one transaction, or kept aside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from timebank.exchange.file import Manifest, Reader
from timebank.exchange.kept import Kept, Shelves
from timebank.exchange.known import note_exchange, note_manifest, own_heads
from timebank.exchange.party import Asked, Party, Progress, pause
from timebank.exchange.reception import Missing, Reception
from timebank.exchange.sealed import MAX_FILE, unsealed
from timebank.exchange.verify import Unfit
from timebank.files import reading, scratch_folder, writing
from timebank.journal.entry import entry_hash
from timebank.journal.keys import SIGNATURE_BYTES
from timebank.outcome import Fault
from timebank.store.store import Store

_PIECE = 1 << 20
_PREVIEW = 4 << 20


class Taken(NamedTuple):
    """What became of one file. ``code`` says why it is in quarantine; ``facts`` fill its sentence.

    ``also`` are files that had been waiting and that this one completed.
    """

    file: Path
    outcome: str
    code: str
    facts: dict[str, Any]
    new_entries: int = 0
    known_entries: int = 0
    cases_opened: int = 0
    also: tuple[Taken, ...] = ()

    @property
    def phrase(self) -> str:
        """The key of the sentence for this outcome."""
        return f"outcomes.{self.code or self.outcome}"


class Preview(NamedTuple):
    """What a file says it holds, before any of it is taken; ``proved`` where its maker is known here.

    ``code`` is that of a quarantine where the file could not even be opened; else it is empty.
    """

    code: str
    station: int
    name: str
    made: int
    proved: bool
    entries: int
    new_entries: int
    missing: tuple[Missing, ...]


_NOTHING = Preview("", 0, "", 0, False, 0, 0, ())


def take_file(
    party: Party, path: Path, *, progress: Progress | None = None, cancelled: Asked | None = None
) -> Taken:
    """Take ``path`` in, and then the parked files that waited for what it brought.

    Raises Fault where a disk fails and Cancelled where the person stops: nothing has changed then.
    """
    shelves = Shelves(party.home)
    taken = _Arrival(party, shelves, path, path.name, progress, cancelled).take()
    if taken.new_entries:
        taken = taken._replace(also=tuple(_retry_waiting(party, shelves)))
    return taken


def retry(
    party: Party, kept_id: str, *, progress: Progress | None = None, cancelled: Asked | None = None
) -> Taken:
    """Try a parked or quarantined file again; it leaves its shelf once nothing more can come of it."""
    shelves = Shelves(party.home)
    taken = _retry(party, shelves, kept_id, progress, cancelled)
    if taken.new_entries:
        taken = taken._replace(also=tuple(_retry_waiting(party, shelves)))
    return taken


def preview(party: Party, path: Path) -> Preview:
    """What ``path`` says it holds. Raises Fault where the disk fails."""
    try:
        with (
            _scratch(party) as scratch,
            unsealed(path, party.keys.identities, scratch, at_most=_PREVIEW) as plain,
        ):
            reader = Reader(plain)
    except Unfit as unfit:
        return _NOTHING._replace(code=unfit.code)
    manifest, heads = reader.manifest, own_heads(party.store)
    if manifest.network != party.network:
        return _NOTHING._replace(code="other_network")
    row = party.store.row("SELECT key, name FROM station WHERE number = ?", (manifest.station,))
    names = dict(party.store.rows("SELECT number, name FROM station"))
    return Preview(
        "",
        manifest.station,
        row[1] if row else "",
        manifest.made,
        row is not None and reader.made_by(row[0]),
        sum(run.count for run in manifest.runs),
        sum(max(0, run.last - max(run.first - 1, heads.get(run.journal, 0))) for run in manifest.runs),
        tuple(
            Missing(
                run.journal,
                names.get(run.station, str(run.station)),
                heads.get(run.journal, 0) + 1,
                run.first - 1,
            )
            for run in manifest.runs
            if run.first > heads.get(run.journal, 0) + 1
        ),
    )


def _scratch(party: Party) -> AbstractContextManager[Path]:
    """A folder of its own for one file's passage, gone afterwards whatever happens."""
    return scratch_folder(party.home / "inbox", "arriving-")


@dataclass
class _Arrival:
    """One file on its way from wherever it lies into the store, or onto a shelf."""

    party: Party
    shelves: Shelves
    path: Path
    name: str
    progress: Progress | None
    cancelled: Asked | None

    def take(self) -> Taken:
        """Copy, prove, apply; or keep aside."""
        if self._too_large():  # also too large to keep a copy of
            return Taken(self.path, "quarantined", "too_big", {"file": self.name})
        with _scratch(self.party) as scratch:
            local = scratch / "incoming.tbx"
            sha256 = self._copy(local)
            before = self.party.store.local(f"taken.{sha256}")
            if before is not None:
                return self._known(before)
            try:
                return self._receive(local, scratch, sha256)
            except Unfit as unfit:
                facts = {"file": self.name, "name": self.party.name, **unfit.facts}
                taken = Taken(self.path, "quarantined", unfit.code, facts)
            self._shelve(taken, local, sha256)
            return taken

    def _known(self, entries: int) -> Taken:
        return Taken(self.path, "known", "", {"file": self.name, "entries": entries}, known_entries=entries)

    def _too_large(self) -> bool:
        with reading(self.path):
            return self.path.stat().st_size > MAX_FILE

    def _copy(self, local: Path) -> str:
        """Copy to the local disk, so that a stick pulled later does no harm; returns the SHA-256."""
        digest = hashlib.sha256()
        with reading(self.path):
            incoming = self.path.open("rb")
        with incoming, writing(local), local.open("wb") as outgoing:
            while True:
                pause(0, 1, None, self.cancelled)
                with reading(self.path):
                    piece = incoming.read(_PIECE)
                if not piece:
                    return digest.hexdigest()
                digest.update(piece)
                outgoing.write(piece)

    def _receive(self, local: Path, scratch: Path, sha256: str) -> Taken:
        """Prove and apply the copy in one transaction. Unfit rolls all of it back."""
        party = self.party
        with unsealed(local, party.keys.identities, scratch) as plain:
            reader = Reader(plain)
            with party.intake() as intake:
                known = _all_here(party.store, reader)
                if known is not None:
                    _note(party, reader.manifest, sha256, known)
                    return self._known(known)
                before = _findings(party.store)
                reception = Reception(party, intake, reader, self.progress, self.cancelled)
                reception.take()
                _require_use(reception)
                if reception.met_itself:
                    # A copy of this folder went on writing: nothing more is written into that journal.
                    party.store.set_local("met_itself", 1)
                intake.finish()
                opened = len(_findings(party.store) - before)
                taken = _outcome(self.path, self.name, reception, opened)
                whole = taken.outcome in ("applied", "known")
                _note(party, reader.manifest, sha256 if whole else None, reception.new + reception.known)
                self._shelve(taken, local, sha256)  # before the commit: what is left over is never lost
        return taken

    def _shelve(self, taken: Taken, local: Path, sha256: str) -> None:
        """Keep the bytes of a file that is not done with."""
        if taken.outcome not in ("parked", "partial", "quarantined"):
            return
        shelf = self.shelves.parked if taken.outcome == "parked" else self.shelves.quarantine
        gone = shelf.put(
            local,
            self.name,
            sha256,
            code=taken.code or taken.outcome,
            facts=taken.facts,
            when=self.party.surroundings.now().isoformat(),
        )
        if gone:
            taken.facts["gone"] = gone


def _all_here(store: Store, reader: Reader) -> int | None:
    """The count of entries where the manifest alone proves that all are here, with their private parts."""
    manifest = reader.manifest
    key = store.value("SELECT key FROM station WHERE number = ?", (manifest.station,))
    if key is None or not reader.made_by(key):
        return None
    for run in manifest.runs:
        row = store.row(
            "SELECT e.bytes, j.id FROM entry e JOIN journal j ON j.id = e.journal"
            ' WHERE j.ref = ? AND e.seq = ? AND e."check" = ? AND e.bytes IS NOT NULL',
            (run.journal, run.last, run.head[:8]),
        )
        if row is None or entry_hash(row[0][:-SIGNATURE_BYTES]) != run.head:
            return None
        private = run.private and store.value(
            "SELECT count(*) FROM entry e JOIN private p ON p.entry = e.id"
            " WHERE e.journal = ? AND e.seq BETWEEN ? AND ?",
            (row[1], run.first, run.last),
        )
        if private < run.private or store.value("SELECT 1 FROM branch WHERE journal = ?", (row[1],)):
            return None
    return sum(run.count for run in manifest.runs)


def _findings(store: Store) -> set[str]:
    return {key for (key,) in store.rows("SELECT key FROM finding")}


def _require_use(reception: Reception) -> None:
    """Unfit where a torn file gave nothing."""
    if reception.reader.torn and not (reception.new or reception.revealed):
        raise Unfit("truncated")


def _outcome(path: Path, name: str, reception: Reception, opened: int) -> Taken:
    facts: dict[str, Any] = {
        "file": name,
        "station": reception.exporter,
        "entries": reception.new or reception.known,
        "cases": opened,
    }
    outcome, code = ("applied" if reception.new or reception.revealed else "known"), ""
    if reception.missing:
        outcome = "parked"
        facts["missing"] = [
            {"journal": each.journal.hex(), "station": each.station, "from": each.first, "to": each.last}
            for each in reception.missing
        ]
        facts["lacking"] = "; ".join(
            f"{each.station or each.journal.hex()} {each.first}–{each.last}" for each in reception.missing
        )
    if reception.uncertified and not reception.missing:
        outcome, code = "quarantined", "unknown_station"
    if reception.newer:
        outcome, code = "quarantined", "newer_format"
    if reception.reader.torn:
        outcome, code = "partial", ""
    if reception.exporter_revoked and reception.late:
        outcome, code = "quarantined", "revoked_station"
    if reception.forked:
        outcome, code = "quarantined", "fork"
        facts["station"] = ", ".join(reception.forked)
    return Taken(path, outcome, code, facts, reception.new - reception.late, reception.known, opened)


def _note(party: Party, manifest: Manifest, sha256: str | None, entries: int) -> None:
    """Remember, with what the file brought, that it came and what its maker has."""
    if sha256 is not None:
        party.store.set_local(f"taken.{sha256}", entries)
    if manifest.station != party.number:
        note_manifest(party.store, manifest)
        note_exchange(party.store, manifest.station, party.surroundings.now(), heard=True)


def _retry(
    party: Party, shelves: Shelves, kept_id: str, progress: Progress | None, cancelled: Asked | None
) -> Taken:
    shelf = shelves.holding(kept_id)
    kept = shelf.find(kept_id)
    taken = _Arrival(party, shelves, shelf.path(kept_id), kept.file, progress, cancelled).take()
    now_on = {"parked": shelves.parked, "quarantined": shelves.quarantine, "partial": shelves.quarantine}
    if now_on.get(taken.outcome) is not shelf:
        shelf.remove(kept_id)
    return taken._replace(file=Path(kept.file))


def _retry_waiting(party: Party, shelves: Shelves) -> Iterator[Taken]:
    """Try the files that waited for what is here now, until none of them gets any further."""
    tried: set[str] = set()
    while True:
        try:
            ready = [
                kept
                for kept in (*shelves.parked.list(), *shelves.quarantine.list())
                if kept.id not in tried and _ready(party.store, kept)
            ]
        except Fault:  # the file that was asked for is in; those that wait are tried after the next
            return
        if not ready:
            return
        tried |= {kept.id for kept in ready}
        for kept in ready:
            try:
                taken = _retry(party, shelves, kept.id, None, None)
            except Fault:
                # The file that was asked for is in; this one keeps its place and is tried after the next.
                yield Taken(Path(kept.file), "parked", "", kept.facts)
                return
            if taken.new_entries:
                tried.clear()
                tried.add(kept.id)
            yield taken


def _ready(store: Store, kept: Kept) -> bool:
    """Whether something that a kept file waited for has come."""
    if kept.code == "unknown_station":
        return True
    missing = kept.facts.get("missing", [])
    return any(
        (store.value("SELECT max(head) FROM chain WHERE origin = ?", (bytes.fromhex(each["journal"]),)) or 0)
        >= each["to"]
        for each in missing
    )
