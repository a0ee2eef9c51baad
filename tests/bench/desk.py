"""Ratios of the desk's speed bars: exchange files, search, sheets, start. Run ``python tests/bench/desk.py``.

Each figure stands beside its bar; nothing here fails on one. Machines are noisy: ratios within one run count.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median

from pipeline import bare_pipeline, clocked, make_station, say
from zstandard import ZstdCompressor

from timebank.desk import network
from timebank.desk.exchange import Exchange
from timebank.desk.station import Station
from timebank.domain.names import fold_query
from timebank.journal.facts import MemberRegistered
from timebank.paper.faces import Layout, VoucherFace
from timebank.store.people_queries import search_members

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁"
GIVEN = "秀英兰桂珍玉梅建国志强淑华丽芳明军文平洪福生荣根祥云龙凤金宝月红春霞海波德义仁礼"


def exchange(entries: int, folder: Path) -> None:
    """Import and re-import of a real export file, against the bare pipeline over the same entries."""
    hub = make_station(folder / "hub", entries)
    request, answer = folder / "centre.request", folder / "centre.enrolment"
    network.request(folder / "centre", hub.surroundings, name="Centre", out=request, passphrase_file=None)
    network.enrol(hub, request, out=answer)
    network.join(folder / "centre", hub.surroundings, answer)
    rows = [row[0] for row in hub.store.rows("SELECT bytes FROM entry ORDER BY id")]
    blob, sizes = ZstdCompressor(level=5).compress(b"".join(rows)), [len(row) for row in rows]
    bare = median(clocked(partial(bare_pipeline, blob, sizes, folder / f"bare-{n}.db")) for n in range(3))
    made = Exchange(hub).export(folder / "all.tbx", full=True)
    centre = Station(folder / "centre", hub.surroundings)
    first = clocked(lambda: Exchange(centre).take([made.file]))
    again = median(clocked(lambda: Exchange(centre).take([made.file])) for _ in range(3))
    say("export file, bytes an entry", made.bytes / made.entries, "<= 170")
    say("import with all state up to date / bare pipeline", bare / first, ">= 0.5")
    say("re-import of a known file, times faster", first / again, ">= 8")
    centre.close()
    hub.close()


def people(count: int, folder: Path) -> None:
    """A keystroke among many people, against the bare indexed query."""
    station = make_station(folder / "people", 0)
    with station.recording() as pen:
        for at in range(count):
            name = (
                SURNAMES[at % len(SURNAMES)] + GIVEN[at // 50 % len(GIVEN)] + GIVEN[at // 2000 % len(GIVEN)]
            )
            private: dict[str, object] = {"name": name, "phone": f"138{at:08d}"}
            pen.tell(MemberRegistered(f"001-{10_000 + at:06d}", ("elder",), b""), private)
    for typed in ("w", "wang", "zhangxy", "李秀", "丽"):
        query = fold_query(typed)
        bare = median(_wall(partial(_bare_search, station, query)) for _ in range(9))
        whole = median(_wall(partial(search_members, station.store, typed, limit=50)) for _ in range(9))
        print(f"    {typed!r}: {whole * 1000:.2f} ms against {bare * 1000:.2f} ms")
        say("keystroke / bare indexed query with its 50 people", whole / bare, "<= 2")
    station.close()


def _bare_search(station: Station, query: str) -> None:
    store = station.store
    found = store.rows(
        "SELECT DISTINCT member FROM (SELECT member FROM find_key WHERE key >= ? AND key < ? LIMIT 200) LIMIT 50",
        (query, query + chr(0x10FFFF)),
    )
    for (row,) in found:
        store.row("SELECT m.*, p.* FROM member m JOIN person p ON p.member = m.id WHERE m.id = ?", (row,))


def _wall(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def sheet(count: int, folder: Path) -> None:
    """A sheet of vouchers as a PDF, against encoding its QR codes with the qrcode library alone."""
    import qrcode
    from qrcode.util import MODE_ALPHA_NUM, QRData

    from ui.paper.sheets import print_to_pdf
    from ui.qt import application

    application([], offscreen=True)
    code = "TB1" + "0123456789ABCDEFGHJKMNPQRSTVWXYZ" * 4 + "0123456789ABCDEFGHJK"
    faces = [
        VoucherFace(
            code=f"{code[:-4]}{at:04d}",
            serial_text="7K3Q-9XWM2-PTAC-5",
            kind="credit",
            minutes=60,
            amount_text="1 小时",
            unit_name="小时",
            network_name="测试",
            station_name="街道",
            holder_number="001-00001",
            issued=date(2026, 11, 5),
            expires=None,
        )
        for at in range(count)
    ]

    def encode() -> None:
        for face in faces:
            maker = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, mask_pattern=3)
            maker.add_data(QRData(face.code, mode=MODE_ALPHA_NUM))
            maker.make(fit=True)

    print_to_pdf(faces[:10], Layout.A4, folder / "warm.pdf", read_back=False)
    encoding = median(clocked(encode) for _ in range(3))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    printing = median(
        clocked(partial(print_to_pdf, faces, Layout.A4, folder / f"sheet-{n}.pdf", read_back=False))
        for n in range(3)
    )
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    say(f"sheet of {count} vouchers / QR encoding alone", printing / encoding, "<= 1.5")
    print(f"    memory grew by {grown:.0f} MB")


def start(entries: int, folder: Path) -> None:
    """Opening a full store from the shell, against an empty one."""
    full = make_station(folder / "full", entries)
    empty = make_station(folder / "empty", 0)
    full.close()
    empty.close()

    def open_at(home: str) -> None:
        command = [
            sys.executable,
            "-m",
            "timebank",
            "--home",
            str(folder / home),
            "--json",
            "member",
            "search",
            "x",
        ]
        subprocess.run(command, capture_output=True, check=True)

    pairs = [(_wall(partial(open_at, "full")), _wall(partial(open_at, "empty"))) for _ in range(9)]
    say(
        f"start with {entries} entries / start with none",
        median(one / other for one, other in pairs),
        "<= 1.3",
    )


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        exchange(20_000, folder)
        people(100_000, folder)
        sheet(1_000, folder)
        start(50_000, folder)


if __name__ == "__main__":
    main()
