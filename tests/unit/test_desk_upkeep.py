"""Care for the store: a check that misses nothing, rebuilding, backing up, restoring."""

from __future__ import annotations

import errno
import random
import shutil
import sqlite3
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from stations import Network, carry, credit, elder, refused, serve, share, volunteer

from timebank.desk import leftovers, lock
from timebank.desk.desk import Desk
from timebank.desk.network import enrol, request
from timebank.desk.upkeep import held, restore
from timebank.desk.vouchers import IssueForm
from timebank.outcome import Cancelled, Fault, Problem, Refusal


@pytest.fixture
def lived(hub: Desk, centre: Desk, network: Network) -> Path:
    """The home of a centre that has seen some of everything, its store closed."""
    hub.policies.adopt("hangzhou")
    share([hub, centre])
    gives, gets = (
        volunteer(centre, "王志强", phone="13912345678"),
        elder(centre, "陈阿婆", birth=date(1930, 1, 1)),
    )
    logged = serve(centre, gives, gets, 120)
    serve(centre, gives, gets, 60, start=datetime(2026, 11, 19, 9))
    centre.services.rate(str(logged.entry), gets, 5)
    centre.months.grant(date(2026, 11, 1))
    centre.credit.move(gives, None, 30, "捐赠")
    batch = centre.vouchers.issue(IssueForm(gives, 30, count=2)).vouchers
    centre.vouchers.redeem(batch[0].code, gets)
    centre.operators.appoint("陈主任")
    serve(hub, volunteer(hub), elder(hub), 60)
    carry(hub, centre)
    assert centre.upkeep.check().ok
    centre.close()
    return network.home(2)


def errors(network: Network) -> set[str]:
    """The errors that a check of the centre finds."""
    with network.desk(2) as desk:
        report = desk.upkeep.check()
    found = {each.code for each in report.findings if each.severity == "error"}
    assert report.ok == (not found)
    return found


def tamper(home: Path, *statements: str) -> None:
    """Change the store with another program."""
    connection = sqlite3.connect(home / "timebank.db")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0, statement
    connection.commit()
    connection.close()


# Checking


def test_all_is_well_where_nothing_was_touched(lived: Path, network: Network) -> None:
    assert errors(network) == set()
    with network.desk(2) as desk:
        report = desk.upkeep.check()
        assert {each.code for each in report.findings} == {"keys_unprotected"}
        assert (report.credit, report.allowance) == (0, 0)
        assert report.entries == desk.station.store.value(
            "SELECT count(*) FROM entry WHERE bytes IS NOT NULL"
        )
        assert report.digest == desk.upkeep.digest() == desk.upkeep.rebuild()[1]
    assert list(lived.glob(".*")) == [], "nothing is left behind"


_ROW = "(SELECT min(id) FROM entry WHERE kind = 'ServiceLogged')"


@pytest.mark.parametrize("at", [0, 3, 8, 40, 80, 130, 200, 250])
def test_a_flipped_byte_of_an_entry_is_found(lived: Path, network: Network, at: int) -> None:
    connection = sqlite3.connect(lived / "timebank.db")
    (row, data), *_ = connection.execute(f"SELECT id, bytes FROM entry WHERE id = {_ROW}").fetchall()
    changed = bytearray(data)
    changed[at % len(data)] ^= 0x41
    connection.execute("UPDATE entry SET bytes = ? WHERE id = ?", (bytes(changed), row))
    connection.commit()
    connection.close()
    assert errors(network) & {"entry_damaged", "signature_wrong", "chain_broken"}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (f"DELETE FROM entry WHERE id = {_ROW}", "chain_broken"),
        (
            "DELETE FROM entry WHERE id = (SELECT max(id) FROM entry WHERE bytes IS NOT NULL)",
            "journal_incomplete",
        ),
        (f"UPDATE entry SET lamport = lamport - 1 WHERE id = {_ROW}", "entry_damaged"),
        (f"UPDATE entry SET wall = wall + 1 WHERE id = {_ROW}", "entry_damaged"),
        (f"UPDATE entry SET kind = 'CreditMoved' WHERE id = {_ROW}", "entry_damaged"),
        (f'UPDATE entry SET "check" = zeroblob(8) WHERE id = {_ROW}', "entry_damaged"),
        ("UPDATE journal SET head = head - 1 WHERE station = 2", "journal_incomplete"),
        ("UPDATE journal SET key = zeroblob(32) WHERE station = 2", "signature_wrong"),
        ("UPDATE journal SET key = NULL WHERE station = 1", "journal_unproved"),
        ("UPDATE private SET sealed = zeroblob(80)", "private_part_differs"),
        ("UPDATE balance SET minutes = minutes + 60 WHERE account > 0", "balances_differ"),
        ("DELETE FROM service", "projection_differs"),
        ("DELETE FROM credited WHERE start = (SELECT min(start) FROM credited)", "balances_differ"),
        ("UPDATE service SET minutes = minutes + 30", "projection_differs"),
        ("UPDATE credited SET minutes = minutes + 30", "balances_differ"),
        ("UPDATE voucher SET state = 'circulation' WHERE state = 'redeemed'", "projection_differs"),
        ("UPDATE voucher SET minutes = 6000", "balances_differ"),
        ("DELETE FROM redemption", "balances_differ"),
        ("UPDATE rating SET stars = 1", "projection_differs"),
        ("UPDATE honour SET minutes = minutes + 1", "projection_differs"),
        ("UPDATE adjustment SET minutes = 9999", "balances_differ"),
        ("UPDATE member SET roles = 'elder volunteer'", "projection_differs"),
        ("UPDATE person SET name = '冒名者' WHERE name = '陈阿婆'", "projection_differs"),
        ("UPDATE operator SET role = 'keeper'", "projection_differs"),
        ("UPDATE station SET role = 'hub'", "projection_differs"),
        ("UPDATE policy SET pack = 'neutral'", "projection_differs"),
        ("DELETE FROM seen", "projection_differs"),
        ("DELETE FROM about", "projection_differs"),
        ("DELETE FROM action", "projection_differs"),
    ],
)
def test_whatever_was_changed_by_hand_is_found(
    lived: Path, network: Network, statement: str, code: str
) -> None:
    tamper(lived, statement)
    found = errors(network)
    assert code in found, found


def test_what_was_changed_in_the_folded_tables_a_rebuild_mends(lived: Path, network: Network) -> None:
    with network.desk(2) as desk:
        before = desk.upkeep.digest()
    tamper(
        lived,
        "DELETE FROM service",
        "UPDATE balance SET minutes = 7",
        "UPDATE person SET name = '冒名者'",
        "DELETE FROM voucher",
    )
    with network.desk(2) as desk:
        assert desk.upkeep.rebuild() == (desk.station.store.count(), before)
        assert desk.upkeep.check().ok
        assert desk.people.find("王志强").details["phone"] == "13912345678"


def test_a_garbled_file_is_told_and_not_opened_further(lived: Path, network: Network) -> None:
    path = lived / "timebank.db"
    data = bytearray(path.read_bytes())
    page = random.Random(3)
    for at in range(8 * 4096, len(data), 4096):
        data[at : at + 64] = page.randbytes(64)
    path.write_bytes(bytes(data))
    try:
        found = errors(network)
    except Fault as fault:
        found = {fault.code}
    assert found == {"store_damaged"}


def test_a_file_that_is_no_store_is_a_fault(lived: Path, network: Network) -> None:
    (lived / "timebank.db").write_bytes(b"not a database, but long enough to be taken for one " * 40)
    with pytest.raises(Fault, match="store_damaged"):
        network.desk(2)


def test_keys_that_others_can_read_are_a_warning(lived: Path, network: Network) -> None:
    (lived / "keys" / "station.keys").chmod(0o644)
    with network.desk(2) as desk:
        report = desk.upkeep.check()
    assert report.ok
    assert "key_readable_by_others" in {each.code for each in report.findings}


# Backing up and restoring


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    """A passphrase file."""
    path = tmp_path / "passphrase"
    path.write_text("翠苑 2026 correct horse\n", "utf-8")
    return path


def test_a_restored_station_has_everything_and_begins_a_new_journal(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
        heads, old = desk.exchange.status().have, desk.station.journal
        holds = credit(desk, desk.people.find("王志强"))
    assert (kept.file.stat().st_size, kept.file.stat().st_mode & 0o077) == (kept.bytes, 0)
    home = tmp_path / "new PC"
    station = restore(home, network.surroundings, kept.file)
    assert station.journal != old
    station.close()
    with Desk(home, network.surroundings) as desk:
        report = desk.upkeep.check()
        assert report.ok, report.findings
        assert credit(desk, desk.people.find("王志强")) == holds
        have = desk.exchange.status().have
        assert {journal: have[journal] for journal in heads} == heads
        assert have[desk.station.journal.hex()] == 1
        serve(
            desk, desk.people.find("王志强"), desk.people.find("陈阿婆"), 30, start=datetime(2026, 11, 18, 9)
        )
        assert desk.exchange.status().have[old.hex()] == heads[old.hex()], (
            "nothing is written in the old journal"
        )
    assert sorted(path.name for path in home.iterdir()) == [
        *("here.json", "keys", "open.lock", "timebank.db", "work.lock")
    ]


def test_what_was_written_after_the_backup_comes_back_from_the_others(
    lived: Path, network: Network, tmp_path: Path, hub: Desk
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
        serve(
            desk, desk.people.find("王志强"), desk.people.find("陈阿婆"), 30, start=datetime(2026, 11, 18, 9)
        )
        carry(desk, hub)
        holds = credit(desk, desk.people.find("王志强"))
    restore(tmp_path / "again", network.surroundings, kept.file).close()
    with Desk(tmp_path / "again", network.surroundings) as desk:
        assert credit(desk, desk.people.find("王志强")) == holds - 30
        volunteer(desk, "新来的")
        share([hub, desk])
        assert credit(desk, desk.people.find("王志强")) == holds
        assert desk.upkeep.digest() == hub.upkeep.digest()
        assert desk.upkeep.check().ok
        assert desk.cases.list(only_open=True) == []


def test_a_restored_hub_still_keeps_the_root_key(network: Network, tmp_path: Path) -> None:
    with network.desk(1) as hub:
        kept = hub.upkeep.backup(tmp_path / "hub.backup")
    restore(tmp_path / "hub again", network.surroundings, kept.file).close()
    request(
        tmp_path / "4", network.surroundings, name="新站", out=tmp_path / "4.request", passphrase_file=None
    )
    with Desk(tmp_path / "hub again", network.surroundings) as hub:
        assert enrol(hub.station, tmp_path / "4.request", out=tmp_path / "4.enrolment").station >= 100
        report = hub.upkeep.check()
        assert report.ok, report.findings


def test_a_store_in_the_way_is_kept_aside_with_its_keys(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    with network.desk(3) as village:
        kept = village.upkeep.backup(tmp_path / "village.backup")
    before = {path.name: path.read_bytes() for path in (lived / "keys").iterdir()}
    database = (lived / "timebank.db").read_bytes()
    restore(lived, network.surroundings, kept.file).close()
    with Desk(lived, network.surroundings) as desk:
        assert desk.standing().name == "龙坞村"
        assert desk.upkeep.check().ok
    (aside,) = lived.glob("timebank-before-restore-*.db")
    assert aside.read_bytes() == database
    (keys,) = lived.glob("before-restore-*/keys")
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before


def test_an_old_store_that_was_cut_off_does_not_spoil_the_restored_one(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
    target, journal = lived / "timebank.db", lived / "timebank.db-journal"
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE entry SET bytes = zeroblob(4000)")
    connection.execute("UPDATE member SET number = hex(zeroblob(1500))")
    cut_off, hot = target.read_bytes(), journal.read_bytes()
    connection.execute("ROLLBACK")
    connection.close()
    target.write_bytes(cut_off)
    journal.write_bytes(hot)
    restore(lived, network.surroundings, kept.file).close()
    assert errors(network) == set()
    assert not journal.exists()


def test_no_damaged_backup_is_restored(lived: Path, network: Network, tmp_path: Path) -> None:
    with network.desk(2) as desk:
        good = desk.upkeep.backup(tmp_path / "good").file.read_bytes()
    chosen = random.Random(5)
    damaged = [good[: len(good) // 2], good[:-1], good[:40], b"", b"\0" * 100]
    for _ in range(60):
        flipped = bytearray(good)
        flipped[chosen.randrange(18, len(good))] ^= 1 << chosen.randrange(8)
        damaged.append(bytes(flipped))
    for data in damaged:
        bad = tmp_path / "bad"
        bad.write_bytes(data)
        try:
            restore(tmp_path / "home", network.surroundings, bad).close()
        except Refusal as refusal:
            assert refusal.code in ("backup_damaged", "not_a_backup")  # noqa: PT017
            assert not (tmp_path / "home" / "timebank.db").exists()
        else:  # a bit that means nothing: the compressor's name, the time of packing
            with Desk(tmp_path / "home", network.surroundings) as desk:
                assert desk.upkeep.check().ok
            shutil.rmtree(tmp_path / "home")


def test_a_closed_backup_opens_with_its_passphrase_alone(
    lived: Path, network: Network, tmp_path: Path, passphrase: Path
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "closed", passphrase)
    data = kept.file.read_bytes()
    assert "王志强".encode() not in data
    wrong, empty = tmp_path / "wrong", tmp_path / "empty"
    wrong.write_text("123456")
    empty.write_text("\n")
    for file, secret, code in (
        (kept.file, None, "passphrase_needed"),
        (kept.file, wrong, "passphrase_wrong"),
        (kept.file, empty, "passphrase_empty"),
        (kept.file, tmp_path / "none", "passphrase_unreadable"),
    ):
        with pytest.raises(Problem, match=code):
            restore(tmp_path / "home", network.surroundings, file, secret)
    assert not (tmp_path / "home").exists()
    restore(tmp_path / "home", network.surroundings, kept.file, passphrase).close()
    with Desk(tmp_path / "home", network.surroundings) as desk:
        assert desk.people.find("王志强").details["phone"] == "13912345678"


@pytest.mark.parametrize("target", ["no/such/folder/x.backup", "."])
def test_a_backup_that_cannot_be_written_changes_nothing(
    lived: Path, network: Network, tmp_path: Path, target: str
) -> None:
    with network.desk(2) as desk:
        before = sorted(path.name for path in lived.iterdir())
        with refused(desk, "folder_missing" if "/" in target else "file_not_written"):
            desk.upkeep.backup(tmp_path / target)
        assert sorted(path.name for path in lived.iterdir()) == before


def test_what_is_no_backup_is_refused(lived: Path, network: Network, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="not_a_backup"):
        restore(tmp_path / "home", network.surroundings, lived / "timebank.db")
    with pytest.raises(Problem, match="file_missing"):
        restore(tmp_path / "home", network.surroundings, tmp_path / "none")


@pytest.mark.parametrize("moves", range(5))
def test_a_restore_that_is_cut_off_is_finished_by_whoever_opens_next_or_never_was(
    lived: Path, network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
        volunteer(desk, "后来的")
        before = desk.station.journal
    left, move = iter(range(moves)), leftovers.move_whole

    def cut_off(source: Path, target: Path) -> None:
        if next(left, None) is None:
            raise OSError(errno.EIO, "the disk went away")
        move(source, target)

    monkeypatch.setattr(leftovers, "move_whole", cut_off)
    with pytest.raises(Fault):
        restore(lived, network.surroundings, kept.file)
    monkeypatch.undo()
    for _ in range(2):
        with network.desk(2) as desk:
            begun = desk.station.begun()
            assert begun is not None
            assert begun.cause == ("restored" if moves else "new")
            assert (desk.station.journal != before) == bool(moves)
            assert len(desk.people.search("后来的")) == (not moves)
            assert desk.upkeep.check().ok
    assert list(lived.glob(".*")) == []


# Who has the folder open


HOLDING = """
import sys
from pathlib import Path
from timebank.desk.lock import open_together
held = open_together(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def written(home: Path) -> dict[Path, tuple[int, int, int]]:
    """Which files a folder has, how long they are, and when each was last written."""
    found = {path: path.stat() for path in home.rglob("*")}
    return {path: (each.st_ino, each.st_size, each.st_mtime_ns) for path, each in found.items()}


def test_nothing_is_restored_under_the_feet_of_an_open_station(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
        before = written(lived)
        with network.desk(2), refused(desk, "home_in_use"):
            restore(lived, network.surroundings, kept.file)
        assert written(lived) == before
        with network.desk(2) as beside:  # as a command beside the window
            name = volunteer(beside, "命令行").number
        assert desk.people.find("命令行").number == name
    restore(lived, network.surroundings, kept.file).close()
    assert errors(network) == set()


def test_another_process_holds_the_folder_until_it_ends_however_it_ends(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(lived)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline().strip() == b"open"
    with pytest.raises(Refusal, match="home_in_use"):
        restore(lived, network.surroundings, kept.file)
    with network.desk(2) as desk:
        volunteer(desk, "命令行")
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    restore(lived, network.surroundings, kept.file).close()


def test_a_folder_that_is_just_being_restored_is_not_opened(
    lived: Path, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_PAUSES", ())
    with lock.open_alone(lived), pytest.raises(Fault, match="home_busy"):
        network.desk(2)
    network.desk(2).close()


def test_what_killed_work_left_behind_is_swept_and_what_is_at_work_is_not(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    def leave() -> None:
        for name in (".backup-killed", ".check-killed", ".restore-killed", ".founding-killed"):
            (lived / name / "keys").mkdir(parents=True)
            (lived / name / "keys" / "station.keys").write_bytes(b"secret")
            (lived / name / "timebank.db").write_bytes(b"personal")

    with network.desk(2) as desk:
        leave()
        with lock.work_folder(lived, "backup") as live:
            assert not (lived / ".check-killed").exists()
            leave()
            assert desk.upkeep.check().ok
            assert live.is_dir(), "another process is at work there"
        desk.upkeep.check()
        assert list(lived.glob(".*")) == []
        leave()
        kept = desk.upkeep.backup(tmp_path / "centre.backup")
        assert list(lived.glob(".*")) == []
    leave()
    restore(lived, network.surroundings, kept.file).close()
    assert list(lived.glob(".*")) == []


# Looking into a backup, and stopping on the way


def test_a_backup_says_whose_it_is_before_it_is_put_back(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "b", passphrase=" 春江花月夜 ")
        entries, name = desk.station.store.count(), desk.station.name
    with pytest.raises(Refusal, match="passphrase_needed"):
        held(kept.file)
    with pytest.raises(Refusal, match="passphrase_wrong"):
        held(kept.file, "春江")
    found = held(kept.file, "春江花月夜")
    assert (found.station, found.number, found.entries) == (name, 2, entries)
    assert found.last is not None


def test_a_backup_that_is_stopped_leaves_no_file_and_no_date(
    lived: Path, network: Network, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    with network.desk(2) as desk:
        with pytest.raises(Cancelled):
            desk.upkeep.backup(folder / "b", cancelled=lambda: True)
        assert desk.upkeep.last_backup() is None
        told: list[tuple[int, int]] = []
        desk.upkeep.backup(folder / "b", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert [each.name for each in folder.iterdir()] == ["b"]


@pytest.mark.parametrize("steps", range(4))
def test_a_restore_that_is_stopped_at_any_step_leaves_all_as_it_was(
    lived: Path, network: Network, tmp_path: Path, steps: int
) -> None:
    with network.desk(2) as desk:
        kept = desk.upkeep.backup(tmp_path / "b")
        desk.operators.appoint("后来的")
        before = desk.upkeep.digest()
    done: list[int] = []
    with pytest.raises(Cancelled):
        restore(
            lived,
            network.surroundings,
            kept.file,
            progress=lambda step, _total: done.append(step),
            cancelled=lambda: len(done) == steps,
        )
    assert len(done) == steps
    assert not list(lived.glob("*before-restore*"))
    assert not list(lived.glob(".restore-*"))
    with network.desk(2) as desk:
        assert desk.upkeep.digest() == before
        assert desk.operators.find("后来的") is not None
