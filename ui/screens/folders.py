"""Choosing files and folders without stopping the screen, and remembering where it was last time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from PySide6.QtCore import QSettings, QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.look import Look
from ui.look.kept import FILE
from ui.say import Words, phrase


class Surrounded(Protocol):
    """Where a dialog opens: a :class:`~ui.screens.context.ScreenContext`, or a :class:`Place` before there is one."""

    @property
    def look(self) -> Look:
        """How it is said."""

    @property
    def home(self) -> Path:
        """The station's folder, in which the folders used last are remembered."""


class Place(NamedTuple):
    """A folder that is no station yet, or is just being let go of."""

    look: Look
    home: Path


def last_folder(context: Surrounded, purpose: str) -> Path:
    """The folder used last for ``purpose``, or the person's documents."""
    known = _settings(context).value(f"folders/{purpose}")
    if isinstance(known, str) and Path(known).is_dir():
        return Path(known)
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def remember_folder(context: Surrounded, purpose: str, folder: Path) -> None:
    """Begin here the next time."""
    _settings(context).setValue(f"folders/{purpose}", str(folder))


def recalled(context: Surrounded, key: str) -> str:
    """What was remembered as ``key``, or an empty text."""
    return str(_settings(context).value(key) or "")


def remember(context: Surrounded, key: str, value: str) -> None:
    """Remember a choice at this desk for the next time."""
    _settings(context).setValue(key, value)


def ask_new_file(
    parent: QWidget,
    context: Surrounded,
    purpose: str,
    *,
    title: Words,
    name: str,
    kinds: Words,
    then: Callable[[Path], None],
) -> QFileDialog:
    """Ask where to write a file called ``name``; ``kinds`` as Qt writes them: ``PDF (*.pdf)``."""
    dialog = _dialog(parent, context, purpose, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilter(context.look.say(kinds))
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: _chosen(context, purpose, Path(path), then))
    dialog.open()
    return dialog


def ask_files(
    parent: QWidget,
    context: Surrounded,
    purpose: str,
    *,
    title: Words,
    kinds: Words,
    then: Callable[[Sequence[Path]], None],
    several: bool = True,
) -> QFileDialog:
    """Ask for files that exist."""
    dialog = _dialog(parent, context, purpose, title)
    mode = QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile
    dialog.setFileMode(mode)
    dialog.setNameFilter(context.look.say(kinds))

    def chosen(paths: list[str]) -> None:
        remember_folder(context, purpose, Path(paths[0]).parent)
        then([Path(path) for path in paths])

    dialog.filesSelected.connect(chosen)
    dialog.open()
    return dialog


def ask_folder(
    parent: QWidget, context: Surrounded, purpose: str, *, title: Words, then: Callable[[Path], None]
) -> QFileDialog:
    """Ask for a folder."""
    dialog = _dialog(parent, context, purpose, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)

    def chosen(path: str) -> None:
        remember_folder(context, purpose, Path(path))
        then(Path(path))

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def _chosen(context: Surrounded, purpose: str, path: Path, then: Callable[[Path], None]) -> None:
    remember_folder(context, purpose, path.parent)
    then(path)


def _dialog(parent: QWidget, context: Surrounded, purpose: str, title: Words) -> QFileDialog:
    dialog = QFileDialog(parent, context.look.say(title), str(last_folder(context, purpose)))
    if QGuiApplication.platformName() == "offscreen":
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    # Qt's own translation lags behind its own words for these two.
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, context.look.say(phrase("choosing.look_in")))
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, context.look.say(phrase("choosing.file_type")))
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def _settings(context: Surrounded) -> QSettings:
    return QSettings(str(context.home / FILE), QSettings.Format.IniFormat)
