"""The screen while a large sheet is issued and printed. Run ``python tests/bench/sheets.py [--count 1000]``.

A timer of 5 ms beats on the screen's thread of the real window; what counts is the longest it was kept waiting.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from pipeline import say
from PySide6.QtCore import Qt, QTimer

from timebank.desk import network
from timebank.desk.desk import Desk
from timebank.desk.person_form import PersonForm
from timebank.desk.services import ServiceForm
from timebank.desk.surroundings import Surroundings
from timebank.paper.faces import Layout
from timebank.store.people_queries import MemberRecord
from ui.look import Look, Mode, Theme
from ui.look.kept import Kept
from ui.qt import application
from ui.say import Speech
from ui.screens.vouchers import VouchersScreen
from ui.window import Window, settle

AROUND = Surroundings(clock=lambda: datetime(2026, 11, 22, 9, 30))
_BEAT_MS = 5


class Beat:
    """Beats on the screen's thread, and remembers how long it had to wait at worst."""

    def __init__(self) -> None:
        self._timer = QTimer(interval=_BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last, self.worst = time.perf_counter(), 0.0
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.worst, self._last = max(self.worst, now - self._last), now

    def stop(self) -> float:
        """The longest wait, in milliseconds."""
        self._timer.stop()
        return self.worst * 1000


def station(home: Path, count: int) -> MemberRecord:
    """A station with a volunteer who has a minute for each voucher."""
    network.found(
        home, AROUND, network="时间银行", station="和睦街道", policy="neutral", passphrase_file=None
    )
    with Desk(home, AROUND) as desk:
        volunteer = desk.people.register(PersonForm("李建国", ("volunteer",)))
        elder = desk.people.register(PersonForm("王秀英", ("elder",)))
        for day in range(1, 2 + count // 240):
            desk.services.log(ServiceForm((volunteer,), elder, "meal", datetime(2026, 11, day, 9), 240))
        return desk.people.find("李建国")


def measure(layout: Layout, count: int, folder: Path) -> None:
    """Preview, issue, print and read back ``count`` vouchers as the clerk does, and say the worst gaps."""
    app = application([], language="zh_CN")
    volunteer = station(folder / "home", count)
    look = Look(app, Speech("zh_CN"), Theme(Mode.LIGHT))
    window = Window(folder / "home", look, Kept(folder, "zh_CN"), AROUND)
    window.show()
    window.begin()
    settle(window)
    work = window.work_as(None)
    work.go("vouchers", volunteer)
    settle(window)
    screen = work.screens["vouchers"]
    assert isinstance(screen, VouchersScreen)
    screen.form.fields.choose_layout(layout.value)
    screen.form.fields.amount.setText("1分钟")
    screen.form.fields.count.setText(str(count))
    settle(window)
    beat = Beat()
    dialog = screen.form.print_asked()
    settle(window)
    preview = beat.stop()
    assert dialog is not None
    beat, began = Beat(), time.perf_counter()
    dialog.save_to(folder / "sheet.pdf")
    settle(window)
    took, worst = time.perf_counter() - began, beat.stop()
    assert (folder / "sheet.pdf").exists(), screen.form.notice.text
    say(f"{layout.value}: {count} vouchers issued, printed, read back, s", took, "")
    say(f"{layout.value}: worst gap of the screen, preview, ms", preview, "<= 50")
    say(f"{layout.value}: worst gap of the screen, printing, ms", worst, "<= 50")
    window.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--layout", default="", help="one layout; all where not said")
    asked = parser.parse_args(sys.argv[1:])
    for each in Layout:
        if asked.layout in ("", each.value):
            with tempfile.TemporaryDirectory() as name:
                measure(each, asked.count, Path(name))
