"""A screen that nobody has to sit at: Xvfb to show the window, xdotool for the hands, its memory for the eyes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType

PROGRAMS = ("Xvfb", "xdotool")
_PATIENCE = 30.0
"""Seconds that a person would wait before calling for help."""
_STILL = 0.4
"""Seconds without anything new after which a person goes on."""


def lacking(*more: str) -> list[str]:
    """What this machine does not have of what is needed here, and of ``more``."""
    return [program for program in (*PROGRAMS, *more) if shutil.which(program) is None]


class Screen:
    """A virtual screen of 1366 × 768, with a keyboard."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(
            [*command, "-fbdir", str(folder)],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            self.display = f":{told.readline().strip()}"

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.terminate()
        self._server.wait(10)

    @property
    def environment(self) -> dict[str, str]:
        """For programs that are to be shown here."""
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("QT_", "WAYLAND", "XDG_SESSION"))
        }
        return clean | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    # Hands

    def hands(self, *arguments: str) -> str:
        """One call of xdotool; what it says."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
        return done.stdout

    def turn_to(self, title: str) -> None:
        """Wait until a window with this title is shown, and turn to it: there is no window manager to do so."""
        found = self.hands("search", "--sync", "--onlyvisible", "--name", title).split()
        self.hands("windowfocus", "--sync", found[0])
        self.settle()

    def press(self, *keys: str) -> None:
        """Keys one after the other, as xdotool names them; then look until the screen stands still."""
        self.hands("key", "--delay", "80", *keys)
        self.settle()

    def type(self, text: str) -> None:
        """Letters, as fast as a person types."""
        self.hands("type", "--delay", "60", text)
        self.settle()

    def scan(self, code: str) -> None:
        """A code, as a scanner types it: faster than any hand, and Enter behind it."""
        self.hands("type", "--delay", "6", f"{code}\n")
        self.settle()

    # Eyes

    def settle(self) -> None:
        """Look until nothing new is shown any more; a cursor that blinks shows the same two pictures again."""
        began = time.monotonic()
        seen: set[bytes] = set()
        news = began
        while (now := time.monotonic()) - news < _STILL:
            if now - began > _PATIENCE:
                raise TimeoutError("the screen does not come to rest")
            picture = hashlib.blake2b(self.picture()).digest()
            if picture not in seen:
                seen.add(picture)
                news = now
            time.sleep(0.02)  # how often one looks, not how long one waits

    def picture(self) -> bytes:
        """What is shown, as an XWD file."""
        return (self._folder / "Xvfb_screen0").read_bytes()
