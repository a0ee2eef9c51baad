"""Every screen, in both languages, three text sizes, light and dark: to be read, reached and pressed by anyone.

The scenes are those of the guide's pictures (ui/scenes.py); a new screen is walked through without a word here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import walk
import walk_keys
import walk_reader
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from timebank.cli.answers import Session
from timebank.cli.pictured import NOW, PicturedNetwork, surroundings_at
from timebank.phrases import LANGUAGES, phrases
from ui.front import Front
from ui.look import Look, Mode, TextSize, Theme
from ui.say import Speech
from ui.scenes import scenes
from ui.screens.desk import DeskScreen
from ui.stage import EMPTY, Scene, Stage
from ui.widgets import Button
from ui.window import SIZE

LOOKS = [
    pytest.param(language, size, mode, id=f"{language}-{size.value}-{mode.value}")
    for language in LANGUAGES
    for size in TextSize
    for mode in (Mode.LIGHT, Mode.DARK)
]
Check = Callable[[QWidget], Iterator[str]]
EYES: tuple[Check, ...] = (walk.cut, walk.pale, walk.cramped, walk.small, walk.missing_glyphs)
EARS: tuple[Check, ...] = (
    *(walk_reader.unnamed, walk_reader.unsure, walk_reader.mute_cells, walk_reader.out_of_order),
)
LARGE_SCREEN = QSize(3840, 2160)


@dataclass
class Theatre:
    """One window for all of it: language, size and colours are switched while it is open."""

    stage: Stage
    look: Look

    def put(self, language: str, size: TextSize, mode: Mode) -> None:
        """Show everything so from now on."""
        self.look.speech.language = language
        self.look.use(Theme(mode, size))

    def walk(self, checks: Callable[[Scene, QWidget], Iterator[str]]) -> None:
        """Play every scene, and fail with all that ``checks`` said of any."""
        wrong: dict[str, str] = {}  # what is said once is enough, with the first scene it was seen in
        played = 0
        for scene in scenes(self.stage):
            try:
                shown = self.stage.play(scene)
                if shown is not None:
                    played += 1
                    shown.activateWindow()
                    QApplication.processEvents()
                    for said in checks(scene, shown):
                        wrong.setdefault(said, scene.name)
            except Exception as error:  # the other screens are to be heard of as well
                wrong.setdefault(f"{traceback.format_exc(limit=-3)} {error!r}", scene.name)
        assert played > 35
        assert not wrong, "\n".join(f"{scene}: {said}" for said, scene in wrong.items())


@pytest.fixture(scope="module")
def theatre(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """The stations of the guide's pictures, and a folder where nothing is yet."""
    folder = tmp_path_factory.mktemp("network")
    homes = PicturedNetwork(Session(folder, True, phrases("zh_CN"), "", Front()), folder).make()
    homes[EMPTY] = tmp_path_factory.mktemp("empty")
    font = qapp.font()
    look = Look(qapp, Speech("zh_CN"), Theme(Mode.LIGHT))
    stage = Stage(look, homes, tmp_path_factory.mktemp("kept"), surroundings_at(lambda: NOW))
    flash = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(0)
    QAccessible.setActive(True)
    yield Theatre(stage, look)
    QAccessible.setActive(False)
    stage.close()
    qapp.setCursorFlashTime(flash)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    look.deleteLater()
    qapp.setStyleSheet("")
    qapp.setFont(font)


@pytest.mark.parametrize(("language", "size", "mode"), LOOKS)
def test_every_screen_can_be_read_reached_pressed_and_heard(
    theatre: Theatre, language: str, size: TextSize, mode: Mode
) -> None:
    theatre.put(language, size, mode)

    def checks(_scene: Scene, shown: QWidget) -> Iterator[str]:
        for check in EYES:
            yield from check(shown)
        theatre.stage.window.reader.look()  # as half a second after the last move of the focus
        for check in EARS:
            yield from check(shown)
        yield from walk_keys.by_tab(shown)

    theatre.walk(checks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_obeys_its_keys(theatre: Theatre, language: str) -> None:
    """The keys on its buttons and its letters, F1, and Esc, which leads one level back and in the end to the desk."""
    theatre.put(language, TextSize.STANDARD, Mode.LIGHT)
    known: set[tuple[str, ...]] = set()

    def checks(scene: Scene, shown: QWidget) -> Iterator[str]:
        yield from walk_keys.by_letter(shown)
        keys = walk_keys.shown_keys(shown)
        if not isinstance(shown, QDialog) and keys not in known:
            known.add(keys)
            yield from walk_keys.by_shown_key(shown)
            yield from walk_keys.by_f1(shown)
        yield from _by_esc(theatre.stage, scene, shown)

    theatre.walk(checks)


def _by_esc(stage: Stage, scene: Scene, shown: QWidget) -> Iterator[str]:
    if stage.at == EMPTY or stage.window.workplace is None or not stage.window.workplace.isVisible():
        walk_keys.press(shown, "Esc")
        stage.settle()
        beginning = stage.window.welcome.findChild(Button, "found")
        if stage.at == EMPTY and (beginning is None or not beginning.isVisible()):
            yield "Esc does not lead back to the choice of the first start"
        return
    work = stage.work
    place = work.rail.current
    for pressed in range(_LEVELS):
        if _home(stage):
            break
        walk_keys.press(stage.dialog() or stage.window, "Esc")
        stage.settle()
        if isinstance(shown, QDialog) and pressed == 0 and work.rail.current != place:
            yield "Esc leaves the screen below a dialog as well"
    if not _home(stage):
        yield f"Esc, {_LEVELS} times, does not lead to the desk but to {work.rail.current}"


_LEVELS = 4
"""No place is further from the desk."""


def _home(stage: Stage) -> bool:
    """Whether the desk is ready for the next person."""
    desk = stage.work.screens["desk"]
    assert isinstance(desk, DeskScreen)
    idle = stage.work.rail.current == "desk" and stage.dialog() is None and not desk.box.text()
    return idle and desk.box.hasFocus() and desk.begin.isVisible()


def test_nothing_is_lost_on_a_large_screen(theatre: Theatre) -> None:
    theatre.put("zh_CN", TextSize.STANDARD, Mode.LIGHT)
    theatre.stage.size = LARGE_SCREEN

    def checks(_scene: Scene, shown: QWidget) -> Iterator[str]:
        yield from walk.cut(shown, within=LARGE_SCREEN)
        yield from walk.small(shown)

    try:
        theatre.walk(checks)
    finally:
        theatre.stage.size = QSize(*SIZE)


@pytest.mark.skipif("QT_SCALE_FACTOR" in os.environ, reason="this is the large scale")
def test_nothing_is_lost_where_the_system_draws_everything_twice_as_large() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", __file__, "-k", "reached and zh_CN-extra-light"],
        env=os.environ | {"QT_SCALE_FACTOR": "2"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
