"""Make the program's two fonts from Noto Sans CJK SC; run only when the fonts are to be made anew.

    python make_fonts.py NOTO_FOLDER UNIHAN_OTHER_MAPPINGS

NOTO_FOLDER holds ``NotoSansCJK-Regular.ttc`` and ``NotoSansCJK-Bold.ttc`` (Debian: fonts-noto-cjk),
UNIHAN_OTHER_MAPPINGS is ``Unihan_OtherMappings.txt.bz2`` (Debian: unicode-data). Needs fonttools.
"""

from __future__ import annotations

import bz2
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Timebank Sans"
SIMPLIFIED_CHINESE = 2  # the place of "Noto Sans CJK SC" in the collection
BLOCKS = [
    (0x0020, 0x024F),  # Latin
    (0x02B0, 0x036F),
    (0x0370, 0x045F),  # Greek, Cyrillic
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x27BF),  # signs, arrows, marks
    (0x3000, 0x303F),  # Chinese punctuation
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),  # full-width forms
]


def main(noto: Path, mappings: Path) -> None:
    """Write both weights beside this script."""
    standard = standard_characters(mappings)
    for weight in ("Regular", "Bold"):
        font = TTFont(noto / f"NotoSansCJK-{weight}.ttc", fontNumber=SIMPLIFIED_CHINESE)
        wanted = {code for code in font.getBestCmap() if in_gbk(code)} | standard
        wanted |= {code for start, end in BLOCKS for code in range(start, end + 1)}
        subset(font, wanted)
        rename(font, weight)
        target = Path(__file__).with_name(f"TimebankSans-{weight}.otf")
        font.save(target)
        sys.stdout.write(
            f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size} bytes\n"
        )


def standard_characters(mappings: Path) -> set[int]:
    """The 8,105 characters of the Table of General Standard Chinese Characters (通用规范汉字表)."""
    with bz2.open(mappings, "rt", encoding="utf-8") as lines:
        return {int(line.split("\t")[0][2:], 16) for line in lines if "\tkTGH\t" in line}


def in_gbk(code: int) -> bool:
    """Whether the old Chinese encoding knows this character, simplified or traditional."""
    try:
        chr(code).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def subset(font: TTFont, characters: set[int]) -> None:
    """Keep these characters, horizontal writing, kerning, and the narrow quotes of Latin writing."""
    options = Options()
    options.layout_features = ["ccmp", "kern", "mark", "mkmk", "pwid"]
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "DSIG"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)


def rename(font: TTFont, weight: str) -> None:
    """Give the modified font its own name, so that it is never taken for the original."""
    names = {1: FAMILY, 2: weight, 3: f"{FAMILY} {weight}", 4: f"{FAMILY} {weight}"}
    names[6] = f"TimebankSans-{weight}"
    for record in list(font["name"].names):
        if record.nameID in names:
            if record.langID == 0x409:
                record.string = names[record.nameID]
            else:
                font["name"].names.remove(record)
    cff = font["CFF "].cff
    cff.fontNames[0] = names[6]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = names[4], FAMILY


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
