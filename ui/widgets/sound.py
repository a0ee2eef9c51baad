"""Verdicts to the ear: two notes up are good, the same note twice wants a look, a low fall is no.

The notes are our own, made when first needed. They are played by what the system has for it (Windows itself;
elsewhere ``afplay``, ``pw-play``, ``paplay`` or ``aplay``), never waited for, and where nothing plays, the
system's beep does it: once for good, twice for the rest.
"""

from __future__ import annotations

import io
import math
import shutil
import sys
import wave
from array import array
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTemporaryDir, QTimer
from PySide6.QtWidgets import QApplication

from ui.look import Tone

_RATE = 16_000
_VOLUME = 0.32
_BETWEEN_MS = 220
_TRY_MS = 900
_PLAYERS = (("afplay",), ("pw-play",), ("paplay",), ("aplay", "-q"))
_Note = tuple[float, float, float]  # begins (s), lasts (s), pitch (Hz)
_TUNES: dict[Tone, Sequence[_Note]] = {
    Tone.GOOD: ((0.0, 0.16, 659.3), (0.1, 0.34, 987.8)),
    Tone.WARN: ((0.0, 0.14, 587.3), (0.19, 0.22, 587.3)),
    Tone.BAD: ((0.0, 0.2, 392.0), (0.17, 0.42, 261.6)),
}


@cache
def wave_bytes(tone: Tone) -> bytes:
    """The sound of a verdict as a WAV file."""
    notes = _TUNES[tone]
    size = max(round(begin * _RATE) + round(length * _RATE) for begin, length, _ in notes)
    mixed = [0.0] * size
    for begin, length, pitch in notes:
        first = round(begin * _RATE)
        for n in range(round(length * _RATE)):
            at = n / _RATE
            swell = min(1.0, at / 0.008) * math.exp(-5.5 * at / length) * min(1.0, (length - at) / 0.02)
            turn = 2 * math.pi * pitch * at
            mixed[first + n] += swell * (math.sin(turn) + 0.25 * math.sin(2 * turn)) / 1.25
    samples = array("h", (round(max(-1.0, min(1.0, each)) * _VOLUME * 32767) for each in mixed))
    if sys.byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def player() -> tuple[str, ...]:
    """The command that plays a file on this machine, or an empty one."""
    found = (command for command in _PLAYERS if shutil.which(command[0]))
    return next(found, ())


class Sounds(QObject):
    """Plays verdicts, one at a time; a player that fails once is not asked again."""

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(player() if command is None else command)
        self._folder = QTemporaryDir()
        self._playing: QProcess | None = None

    def play(self, tone: Tone) -> None:
        """Let ``tone`` be heard; returns at once."""
        tone = tone if tone in _TUNES else Tone.GOOD
        if not self._folder.isValid() or not (self._play_by_windows(tone) or self._play_by_command(tone)):
            beep(tone)

    def _file(self, tone: Tone) -> str:
        path = Path(self._folder.filePath(f"{tone.value}.wav"))
        if not path.exists():
            path.write_bytes(wave_bytes(tone))
        return str(path)

    def _play_by_windows(self, tone: Tone) -> bool:
        if sys.platform != "win32":
            return False
        import winsound

        try:
            winsound.PlaySound(self._file(tone), winsound.SND_FILENAME | winsound.SND_ASYNC)
        except (RuntimeError, OSError):
            return False
        return True

    def _play_by_command(self, tone: Tone) -> bool:
        if not self._command:
            return False
        try:
            file = self._file(tone)
        except OSError:
            return False
        if self._playing is not None:
            self._playing.kill()
        self._playing = process = QProcess(self)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.finished.connect(partial(self._finished, process, tone))
        process.errorOccurred.connect(partial(self._failed, process, tone))
        process.start(self._command[0], [*self._command[1:], file])
        return True

    def _finished(self, process: QProcess, tone: Tone, code: int, status: QProcess.ExitStatus) -> None:
        if process is self._playing:
            self._playing = None
            if code or status is not QProcess.ExitStatus.NormalExit:
                self._give_up(tone)
        process.deleteLater()

    def _failed(self, process: QProcess, tone: Tone, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # of any other, the end is told as well
            self._playing = None if process is self._playing else self._playing
            self._give_up(tone)
            process.deleteLater()

    def _give_up(self, tone: Tone) -> None:
        self._command = ()
        beep(tone)


def beep(tone: Tone) -> None:
    """The system's own beep: one for good, two for what needs a look."""
    QApplication.beep()
    if tone in (Tone.WARN, Tone.BAD):
        QTimer.singleShot(_BETWEEN_MS, QApplication.beep)


@cache
def _sounds() -> Sounds:
    return Sounds()


def sound(tone: Tone) -> None:
    """Let a verdict be heard: good, worth a look, or no."""
    _sounds().play(tone)


def try_sounds() -> None:
    """All three, one after the other, for whoever sets them on."""
    for turn, tone in enumerate(_TUNES):
        QTimer.singleShot(_TRY_MS * turn, partial(sound, tone))
