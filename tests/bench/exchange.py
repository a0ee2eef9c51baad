"""Ratios of the exchange's speed bars: real files between real stations, at any size, with memory.

Run ``python tests/bench/exchange.py --entries 10000 100000``: prints one Markdown table, a column a size.
Every measured step has a process of its own; figures are medians over the turns, ratios are taken turn by
turn. Processor time, except where a row says otherwise. Nothing here fails on a bar.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

import msgspec
from apart import Cost, apart, cost
from pipeline import NOW, bare_pipeline, clocked, make_station
from zstandard import ZstdCompressor

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.exchange import Exchange
from timebank.desk.station import Station, store_path
from timebank.desk.surroundings import Surroundings
from timebank.desk.vouchers import IssueForm
from timebank.domain.kinds import KINDS
from timebank.domain.voucher_code import read_code
from timebank.journal.entry import entry_hash
from timebank.journal.facts import ServiceLogged
from timebank.journal.keys import signed_by
from timebank.journal.refs import EntryRef
from timebank.store.people_queries import member_by_row
from timebank.store.store import Store

AROUND = Surroundings(clock=lambda: NOW)
CHECKS = 500
STARTS, WINDOWS = 7, 3


# Steps: each runs in a process of its own


def make(folder: Path, entries: int) -> int:
    """A hub with ``entries`` services, an empty centre of its network, and the bare entries; how many."""
    hub = make_station(folder / "hub", entries)
    request, answer = folder / "centre.request", folder / "centre.enrolment"
    network.request(folder / "centre", AROUND, name="Centre", out=request, passphrase_file=None)
    network.enrol(hub, request, out=answer)
    network.join(folder / "centre", AROUND, answer)
    rows = [row[0] for row in hub.store.rows("SELECT bytes FROM entry WHERE bytes IS NOT NULL ORDER BY id")]
    blob = ZstdCompressor(level=5).compress(b"".join(rows))
    (folder / "bare.entries").write_bytes(msgspec.msgpack.encode((blob, [len(row) for row in rows])))
    hub.close()
    return len(rows)


def export(home: Path, out: Path, *, full: bool) -> tuple[Cost, int, int]:
    """What a file took, its bytes, its entries."""
    station = Station(home, AROUND)
    made = []
    took = cost(lambda: made.append(Exchange(station).export(out, full=full)))
    station.close()
    return took, made[0].bytes, made[0].entries


def bare(entries: Path, path: Path) -> Cost:
    """Unzstd, decode, hash and insert, and nothing else."""
    blob, sizes = msgspec.msgpack.decode(entries.read_bytes(), type=tuple[bytes, list[int]])
    Store(path).close()  # an import finds its tables made, too
    return cost(partial(bare_pipeline, blob, sizes, path))


def take(home: Path, file: Path) -> tuple[Cost, float]:
    """What it took to take a file in, and to take it once more."""
    station = Station(home, AROUND)
    taken = []
    first = cost(lambda: taken.extend(Exchange(station).take([file])))
    again = median(clocked(lambda: taken.extend(Exchange(station).take([file]))) for _ in range(3))
    assert [each.outcome for each in taken] == ["applied", "known", "known", "known"], taken
    station.close()
    return first, again


def hear(home: Path, file: Path) -> None:
    """Take in a file that says what its maker has; it may bring nothing else."""
    station = Station(home, AROUND)
    (taken,) = Exchange(station).take([file])
    assert taken.outcome in ("applied", "known"), taken
    station.close()


def rebuild(home: Path) -> tuple[Cost, float]:
    """Folding all entries anew with the digest at its end, and how much of it the digest was."""
    with Desk(home, AROUND) as desk:
        return cost(desk.upkeep.rebuild), clocked(desk.upkeep.digest)


def check(home: Path) -> Cost:
    """Reading every byte, verifying every signature, folding beside the store, comparing."""
    reports = []
    with Desk(home, AROUND) as desk:
        took = cost(lambda: reports.append(desk.upkeep.check()))
    assert reports[0].ok, reports[0].findings
    return took


def log_more(home: Path, count: int, seed: int) -> None:
    """Log ``count`` more services."""
    chance, kinds = random.Random(seed), list(KINDS)[:8]
    station = Station(home, AROUND)
    members = [
        EntryRef(*row)
        for row in station.store.rows(
            'SELECT j.ref, e.seq, e."check" FROM member m JOIN entry e ON e.id = m.id'
            " JOIN journal j ON j.id = e.journal ORDER BY m.id"
        )
    ]
    with station.recording() as pen:
        for at in range(count):
            volunteer, elder = chance.sample(members, 2)
            minutes, start = chance.choice((30, 45, 60, 90, 120)), 20_000_000 + seed * 1_000_000 + at * 3
            pen.tell(ServiceLogged((volunteer,), elder, chance.choice(kinds), start, minutes, (minutes,)))
    station.close()


def voucher(home: Path) -> float:
    """Checking one voucher, against one signature verified and one indexed look-up."""
    with Desk(home, AROUND) as desk:
        station = desk.station
        row = station.store.value(
            "SELECT account FROM balance WHERE unit = 0 AND account > 0 AND minutes > 30"
        )
        holder = member_by_row(station.store, row)
        assert holder is not None
        code = desk.vouchers.issue(IssueForm(holder, 30)).vouchers[0].code
        parsed = read_code(code)
        digest = entry_hash(parsed.body())
        signature, public = station.signer.sign(digest), station.signer.public
        find = "SELECT * FROM voucher WHERE serial = ?"

        def least() -> None:
            for _ in range(CHECKS):
                signed_by(public, digest, signature)
                station.store.row(find, (parsed.serial,))

        def whole() -> None:
            for _ in range(CHECKS):
                assert desk.vouchers.verify(code).verdict == "valid"

        return median(clocked(whole) / clocked(least) for _ in range(3))


def window(home: Path) -> float:
    """Processor seconds of a process, from its start to a desk that can be used (drawn to memory)."""
    from ui.look import Look, Mode, TextSize, Theme
    from ui.look.kept import Kept
    from ui.qt import application
    from ui.say import Speech
    from ui.window import Window, settle

    app = application([], offscreen=True, language="zh_CN")
    look = Look(app, Speech("zh_CN"), Theme(Mode.LIGHT, TextSize.STANDARD))
    shown = Window(home, look, Kept(home, "zh_CN"), AROUND)
    shown.show()
    shown.open_station()
    settle(shown)
    shown.work_as(None)
    settle(shown)
    seconds = time.process_time()
    shown.close()
    return seconds


def shell(home: Path) -> float:
    """Processor seconds of ``timebank --json sync status`` as a process."""
    words = [sys.executable, "-m", "timebank", "--home", str(home), "--json", "sync", "status"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, capture_output=True, check=True, env=os.environ | {"TIMEBANK_NOW": NOW.isoformat()})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# The report

Figures = dict[str, list[float]]


def measure(entries: int, turns: int, folder: Path) -> Figures:
    """All figures for one size, by row; a figure for each turn."""
    figures: Figures = {}

    def note(**named: float) -> None:
        for name, figure in named.items():
            figures.setdefault(name, []).append(figure)

    count = apart(make, folder, entries)
    file = folder / "all.tbx"
    exported, size, carried = apart(export, folder / "hub", file, full=True)
    note(
        count=count, file=size / carried, export=carried / exported.seconds, export_memory=exported.megabytes
    )
    for turn in range(turns):
        home = folder / f"centre-{turn}"
        shutil.copytree(folder / "centre", home)
        least = apart(bare, folder / "bare.entries", folder / "bare.db")
        (folder / "bare.db").unlink()
        first, again = apart(take, home, file)
        note(
            bare=count / least.seconds, taken=count / first.seconds, share=least.seconds / first.seconds,
            again=first.seconds / again, bare_memory=least.megabytes, take_memory=first.megabytes,
            store=store_path(home).stat().st_size / count,
        )  # fmt: skip
        anew, digest = apart(rebuild, home)
        note(
            rebuild=first.seconds / (anew.seconds - digest), rebuild_digest=first.seconds / anew.seconds,
            rebuild_memory=anew.megabytes,
        )  # fmt: skip
        checked = apart(check, home)
        note(check=count / checked.seconds, check_memory=checked.megabytes)
        if turn < turns - 1:
            shutil.rmtree(home)
    for turn in range(turns):
        size, carried, made, taken = one_in_a_hundred(folder, home, turn, max(1, entries // 100))
        note(
            news=carried, news_bytes=size / carried, news_export=made.seconds / exported.seconds,
            news_take=taken.seconds / first.seconds,
        )  # fmt: skip
    note(voucher=apart(voucher, folder / "hub"))
    for _ in range(STARTS):  # by turns: a machine that slows down slows both
        note(start=shell(home) / shell(folder / "centre"))
    for _ in range(WINDOWS):
        note(window=apart(window, home) / apart(window, folder / "centre"))
    return figures


def one_in_a_hundred(folder: Path, centre: Path, turn: int, count: int) -> tuple[int, int, Cost, Cost]:
    """A file with ``count`` new services, once the hub knows what the centre has: bytes, entries, both costs."""
    back, news = folder / f"back-{turn}.tbx", folder / f"news-{turn}.tbx"
    apart(export, centre, back, full=False)
    apart(hear, folder / "hub", back)
    apart(log_more, folder / "hub", count, turn + 1)
    made, size, carried = apart(export, folder / "hub", news, full=False)
    taken, _ = apart(take, centre, news)
    return size, carried, made, taken


ROWS = (
    ("entries stored", "count", "{:,.0f}", ""),
    ("bytes an entry in the file, no private parts", "file", "{:.1f}", "≤ 170"),
    ("bytes an entry in the store, every table and index", "store", "{:.0f}", ""),
    ("bare pipeline, entries/s", "bare", "{:,.0f}", ""),
    ("import with all state up to date, entries/s", "taken", "{:,.0f}", ""),
    ("import / bare pipeline (rate)", "share", "{:.2f}", "≥ 0.5"),
    ("re-import of a known file, times faster", "again", "{:,.0f}", "≥ 8"),
    ("export, written and read back, entries/s", "export", "{:,.0f}", ""),
    ("1 % new: entries in the file", "news", "{:,.0f}", ""),
    ("1 % new: bytes an entry", "news_bytes", "{:.1f}", ""),
    ("1 % new: export / export of all (time)", "news_export", "{:.3f}", ""),
    ("1 % new: import / import of all (time)", "news_take", "{:.3f}", ""),
    ("rebuild / import (rate)", "rebuild", "{:.2f}", "≥ 1"),
    ("rebuild with its digest / import (rate)", "rebuild_digest", "{:.2f}", ""),
    ("check, every signature, entries/s", "check", "{:,.0f}", ""),
    ("one voucher checked / signature and look-up", "voucher", "{:.2f}", "≤ 3"),
    ("start of a command / with an empty store", "start", "{:.2f}", "≤ 1.3"),
    ("start to a usable window / with an empty store", "window", "{:.2f}", "≤ 1.3"),
    ("memory of the bare pipeline, MB", "bare_memory", "{:.0f}", ""),
    ("memory of an import, MB", "take_memory", "{:.0f}", ""),
    ("memory of a rebuild, MB", "rebuild_memory", "{:.0f}", "flat"),
    ("memory of a check, MB", "check_memory", "{:.0f}", ""),
    ("memory of an export, MB", "export_memory", "{:.0f}", ""),
)


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--entries", type=int, nargs="+", default=[10_000])
    words.add_argument("--turns", type=int, default=3)
    asked = words.parse_args()
    columns = []
    for entries in asked.entries:
        with tempfile.TemporaryDirectory() as name:
            columns.append(measure(entries, asked.turns, Path(name)))
    print("| " + " | ".join(["", *(f"{entries:,}" for entries in asked.entries), "bar"]) + " |")
    print("|---|" + "--:|" * len(columns) + "---|")
    for what, name, shape, bar in ROWS:
        print("| " + " | ".join([what, *(shape.format(median(each[name])) for each in columns), bar]) + " |")


if __name__ == "__main__":
    main()
