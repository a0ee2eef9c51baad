"""Where a stick with a given label is mounted now, without Qt: for a folder that is watched by its label."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

_MOUNTS = Path("/proc/self/mounts")
_BY_LABEL = Path("/dev/disk/by-label")
_STICK_FOLDERS = ("/media/", "/run/media/", "/mnt/")
_ESCAPED = re.compile(r"\\([0-7]{3})|\\x([0-9a-fA-F]{2})")


def find_stick(label: str) -> Path | None:
    """The folder of the stick called ``label``, or None where no such stick is plugged in.

    Linux: by the disk's label, else by the name of its mount point under /media, /run/media or /mnt.
    macOS: by its name under /Volumes. Windows: by the label of a drive.
    """
    if sys.platform == "win32":
        return _windows_drive(label)
    if sys.platform == "darwin":
        volume = Path("/Volumes") / label
        return volume if volume.is_mount() else None
    return _mounted(label, _MOUNTS, _BY_LABEL)


def _mounted(label: str, mounts: Path, by_label: Path) -> Path | None:
    try:
        rows = [line.split() for line in mounts.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return None
    devices = {os.path.realpath(each) for each in _links(by_label) if _plain(each.name) == label}
    places = [(row[0], _plain(row[1])) for row in rows if len(row) > 1]
    named = [place for device, place in places if os.path.realpath(device) in devices]
    named += [place for _, place in places if place.startswith(_STICK_FOLDERS) and Path(place).name == label]
    return Path(named[0]) if named else None


def _links(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:  # no disk here has a label
        return []


def _plain(text: str) -> str:
    r"""A name without the escapes of the kernel (``\040``) and of udev (``\x20``)."""
    data = _ESCAPED.sub(lambda found: chr(int(found[1], 8) if found[1] else int(found[2], 16)), text)
    try:
        return data.encode("latin-1").decode("utf-8")  # udev escapes each byte of a letter by itself
    except UnicodeError:
        return data


def _windows_drive(label: str) -> Path | None:
    if sys.platform != "win32":
        return None
    import ctypes

    kernel = ctypes.windll.kernel32
    for number in range(26):
        root = f"{chr(ord('A') + number)}:\\"
        name = ctypes.create_unicode_buffer(261)
        if (
            kernel.GetLogicalDrives() >> number & 1
            and kernel.GetVolumeInformationW(root, name, 261, None, None, None, None, 0)
            and name.value.casefold() == label.casefold()
        ):
            return Path(root)
    return None
