"""What comes to the desk other than by typing: scans that need a word, the camera, pictures and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage

from timebank.desk.desk import Desk
from timebank.domain.scanned import Reading
from timebank.domain.scanner_check import TEST_CODE
from timebank.outcome import Problem
from timebank.paper.reader import IsCancelled, Progress
from ui.look import Tone
from ui.say import Words, phrase
from ui.screens.camera import CameraPanel
from ui.screens.choice import CodeChoice
from ui.screens.context import ScreenContext
from ui.screens.frames import pixels
from ui.screens.misread import habit_words, show_misread
from ui.screens.recognise import CODES, Scanned, from_pictures, recognise
from ui.widgets import InlineNotice, ScanBox, VerdictCard
from ui.widgets.pictures import Picture
from ui.widgets.sound import sound

SLOT = "desk search"
"""Of all that is asked for in the box or by a picture, only the newest is answered."""
Answer = tuple[Scanned, datetime]


class DeskScans(QObject):
    """Reads what ``box`` is given, and says in ``message`` or its own cards what has to be said of it."""

    answered = Signal(object)
    """(what the pictures hold, the time of it)"""
    refused = Signal(object)
    """the :class:`Problem` with a picture"""
    text = Signal(str)
    """a code before the camera"""
    lost = Signal()
    """a scan came that cannot be read: the person found before has nothing to do with it"""

    def __init__(self, context: ScreenContext, box: ScanBox, message: InlineNotice, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._box, self._message = context, box, message
        self._habit: Words | None = None
        self._told_habit = False
        self.pile: tuple[Scanned, ...] = ()
        """What was found in one picture, to come back to after each."""
        self.camera = CameraPanel(context, CODES.whole)
        self.misread = VerdictCard(context.look)
        self.choice = CodeChoice(context)
        box.scanned.connect(self._scanned)
        box.misread.connect(self._misread)
        box.repeated.connect(lambda _text: self._tell(Tone.INFO, phrase("window.scan_repeated")))
        box.swallowed.connect(lambda: self._tell(Tone.WARN, phrase("window.scan_swallowed")))
        box.pictures.connect(self.take_pictures)
        box.picked.connect(lambda: self._chosen(self.choice.current) if self.choice.isVisible() else None)
        message.dismissed.connect(self._to_box)
        self.camera.found.connect(self.text)
        self.camera.failed.connect(self._no_camera)
        self.camera.closed.connect(self._to_box)
        self.choice.opened.connect(self._chosen)

    # Saying

    def hush(self) -> None:
        """What was said of the scan before is over."""
        self._message.hide()
        self.misread.clear()

    def begin(self, text: str) -> bool:
        """``text`` is to be looked up: say first what there is to say. False where that is all."""
        self.hush()
        if text == TEST_CODE:
            self._tell(Tone.GOOD, phrase("scan.test_code"))
            self._sound(Tone.GOOD)
            return False
        if self._habit is not None:
            action = phrase("scan.to_test")
            self._message.show_notice(Tone.INFO, self._habit, action=action, do=self._to_scanner_test)
            self._habit = None
        return True

    def back(self) -> bool:
        """Close the camera, then what was said of a scan; False where there is neither."""
        if self.camera.running:
            self.camera.stop()
        elif self.misread.isVisible():
            self.misread.clear()
            self._box.ready()
        else:
            return False
        return True

    def _scanned(self, reading: Reading) -> None:
        """A code that came in a strange way is taken all the same; once, it is said what to set otherwise."""
        words = habit_words(reading)
        if words is not None and not self._told_habit:
            self._told_habit, self._habit = True, words

    def _misread(self, reading: Reading) -> None:
        self._message.hide()
        self._sound(show_misread(self.misread, reading))
        self.lost.emit()

    def _to_scanner_test(self) -> None:
        self._context.go("settings", "scanner")

    def _to_box(self) -> None:
        self._box.setFocus()

    def _tell(self, tone: Tone, words: Words) -> None:
        self._message.show_notice(tone, words)

    def _sound(self, tone: Tone) -> None:
        if self._context.sound():
            sound(tone)

    # The camera

    def switch_camera(self) -> None:
        """On, or off again."""
        if self.camera.running:
            self.camera.stop()
        else:
            self.camera.start()

    def _no_camera(self, problem: Problem) -> None:
        self._tell(Tone.WARN, problem)
        self._to_box()

    # Pictures

    def take_pictures(self, pictures: Sequence[Picture]) -> None:
        """Look for codes in files and bitmaps, beside the screen; typing or Esc gives it up."""
        language = self._context.speech.language
        self.hush()
        self._tell(Tone.INFO, phrase("desk.reading_picture"))

        def work(desk: Desk, progress: Progress, cancelled: IsCancelled) -> Answer:
            ready = [pixels(each) if isinstance(each, QImage) else each for each in pictures]
            return from_pictures(desk, ready, language, progress, cancelled), now(desk)

        job = self._context.reads.start(work, then=self._read, refused=self._unreadable, slot=SLOT)
        job.cancelled.connect(self._message.hide)
        if len(pictures) > 1 or any(_long(each) for each in pictures):
            self._context.follow(job, phrase("desk.reading_picture"))

    def paste(self) -> None:
        """Take what is on the clipboard."""
        if not self._box.take_pictures(QGuiApplication.clipboard().mimeData()):
            self._tell(Tone.WARN, phrase("desk.no_picture"))

    def _read(self, answer: object) -> None:
        self._message.hide()
        self.answered.emit(answer)

    def _unreadable(self, problem: Problem) -> None:
        self.refused.emit(problem)
        self._to_box()

    # Several codes in one picture

    def offer(self, several: tuple[Scanned, ...]) -> None:
        """Let one of these be chosen."""
        self.choice.put(several)
        self._tell(Tone.INFO, phrase("scan.several", count=len(several)))

    def back_to_pile(self) -> None:
        """Judge the codes of the picture afresh, and offer them again."""
        texts = [each.text for each in self.pile]

        def work(desk: Desk) -> Answer:
            return Scanned("", several=tuple(recognise(desk, text) for text in texts)), now(desk)

        refused: Callable[[Problem], None] = self._unreadable
        self._context.read(work, self.answered.emit, refused=refused, slot=SLOT)

    def _chosen(self, scanned: object) -> None:
        if isinstance(scanned, Scanned):
            self.pile = self.choice.rows.rows
            self._context.read(
                lambda desk: (recognise(desk, scanned.text), now(desk)), self._read,
                refused=self._unreadable, slot=SLOT,
            )  # fmt: skip


def now(desk: Desk) -> datetime:
    """The time at the desk."""
    return desk.station.surroundings.now()


def _long(picture: Picture) -> bool:
    """Whether reading it may take more than a moment."""
    return isinstance(picture, Path) and picture.suffix.lower() in (".pdf", ".tif", ".tiff")
