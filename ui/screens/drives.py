"""Sticks that are plugged in, found by themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QStorageInfo, QTimer, Signal

from timebank.desk.desk import Desk
from ui.jobs import IsCancelled, Jobs, Progress

_LOOK_EVERY_MS = 2000
_MOUNTS = ("/media/", "/run/media/", "/Volumes/")
_STICK_FILESYSTEMS = {"vfat", "exfat", "msdos", "fat32", "fat", "ntfs", "fuseblk", "ntfs3"}
_REMOVABLE = 2  # what Windows says of a drive that can be pulled


class Volume(NamedTuple):
    """A file system that is mounted, as the system tells."""

    root: str
    filesystem: str
    name: str
    ready: bool
    read_only: bool
    free: int


class Drive(NamedTuple):
    """A stick that can be written to; ``free`` in bytes."""

    name: str
    path: Path
    free: int


def removable(volume: Volume, platform: str = sys.platform) -> bool:
    """Whether a volume looks like a stick: on Windows it says so, elsewhere by where it is mounted."""
    if not volume.ready or volume.read_only or not volume.root:
        return False
    if platform == "win32":
        return _windows_type(volume.root) == _REMOVABLE
    if volume.root == "/" or volume.root.startswith("/boot"):
        return False
    if volume.root.startswith(_MOUNTS):
        return True
    return volume.root.startswith("/mnt/") and volume.filesystem.lower() in _STICK_FILESYSTEMS


def mounted() -> list[Volume]:
    """Everything that is mounted. May wait for a network disk: ask beside the screen."""
    return [
        Volume(
            info.rootPath(),
            bytes(info.fileSystemType().data()).decode(errors="replace"),
            info.displayName(),
            info.isValid() and info.isReady(),
            info.isReadOnly(),
            info.bytesAvailable(),
        )
        for info in QStorageInfo.mountedVolumes()
    ]


def plugged_in() -> list[Drive]:
    """The sticks that are plugged in, by name."""
    found = [
        Drive(volume.name or volume.root, Path(volume.root), volume.free)
        for volume in mounted()
        if removable(volume)
    ]
    return sorted(found, key=lambda drive: (drive.name, str(drive.path)))


def _windows_type(root: str) -> int:
    if sys.platform != "win32":
        return 0
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(root))


class DriveWatch(QObject):
    """Looks for sticks every two seconds while it is wanted, never on the screen's thread."""

    changed = Signal(object)
    """the list of :class:`Drive` now plugged in"""

    def __init__(
        self,
        reads: Jobs[Desk],
        find: Callable[[], list[Drive]] = plugged_in,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._reads, self._find = reads, find
        self._asking = False
        self.drives: list[Drive] = []
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and go on looking."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def look(self) -> None:
        """Look once."""
        if self._asking:
            return
        self._asking = True

        def work(_desk: Desk, _progress: Progress, _cancelled: IsCancelled) -> list[Drive]:
            return self._find()

        job = self._reads.start(work, then=self._found)
        job.ended.connect(self._answered)

    def _answered(self) -> None:
        self._asking = False

    def _found(self, drives: object) -> None:
        assert isinstance(drives, list)
        before, self.drives = self.drives, drives
        if [drive.path for drive in drives] != [drive.path for drive in before]:
            self.changed.emit(drives)


def size_text(size: int) -> str:
    """A number of bytes for people: 45 KB, 1.2 MB, 12 GB."""
    value, unit = float(size), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"
