"""Names: cleaned, and found by any part, by pinyin and by initials."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timebank.domain.names import clean_name, fold_query, is_name, search_keys

hanzi = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=5)


def found(typed: str, name: str) -> bool:
    query = fold_query(typed)
    return any(key.startswith(query) for key in search_keys(name))


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("张　帅", "张帅"),
        ("　吴勇 ", "吴勇"),
        ("欧 阳 㛃", "欧阳㛃"),
        ("艾力•买买提", "艾力·买买提"),
        ("艾力 · 买买提", "艾力·买买提"),
        ("艾力.买买提", "艾力·买买提"),
        ("John   Smith", "John Smith"),
        ("Ｍａｒｙ　Ｌｅｅ", "Mary Lee"),
        ("O'Brien", "O'Brien"),
        ("\u200b王\ufeff丽", "王丽"),
        ("⽅芳", "方芳"),
        ("钱\ue863", "钱䶮"),
    ],
)
def test_padding_goes_and_the_name_stays(written: str, clean: str) -> None:
    assert clean_name(written) == clean


@pytest.mark.parametrize("rare", ["钱䶮", "欧阳㛃", "王𬀩", "李\uf9dc", "赵\U0002f81a"])
def test_rare_characters_are_kept_as_they_are(rare: str) -> None:
    assert clean_name(rare) == rare
    assert found(rare, rare)


@given(st.text(max_size=20))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(
            (typed, "单秀兰")
            for typed in ("shan", "shanxl", "sxl", "danxiulan", "xiul", "秀兰", "兰", "单", "chan")
        ),
        *(
            (typed, "单秀兰")
            for typed in ("SHAN xiu", "Shàn Xiù Lán", "shan4 xiu4", "ｓｘｌ", "单 秀", "sxiulan")
        ),
        *((typed, "仇英") for typed in ("qiu", "chou", "qy")),
        *((typed, "曾玉珍") for typed in ("zeng", "ceng", "zyz")),
        *((typed, "解桂花") for typed in ("xie", "jie", "xgh")),
        ("ou", "区大妹"),
        ("zha", "查文斌"),
        ("ge", "盖叔萍"),
        *((typed, "尉迟国良") for typed in ("yuchi", "weichi", "国良", "gl")),
        ("moqi", "万俟晴"),
        *((typed, "吕丽") for typed in ("lv", "lü", "lǚli", "lyuli")),
        *((typed, "艾力·买买提") for typed in ("aili", "maimaiti", "买买提", "力买")),
        *((typed, "John Smith") for typed in ("john", "smi", "js", "johnsmith", "John Smith")),
        ("jie", "欧阳㛃"),
        ("qianyan", "钱䶮"),
    ],
)
def test_a_few_keystrokes_find_the_person(typed: str, name: str) -> None:
    assert found(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"), [("lan", "单秀英"), ("dsl", "单秀兰"), ("anxiu", "单秀兰"), ("秀单", "单秀兰")]
)
def test_others_are_not_found(typed: str, name: str) -> None:
    assert not found(typed, name)


@given(hanzi, st.data())
def test_any_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert found(name[start:end], name)


@given(hanzi)
def test_the_index_stays_small_and_no_key_is_idle(name: str) -> None:
    keys = search_keys(name)
    assert len(keys) <= len(name) * (4 * 48 + 1)
    assert not any(a != b and b.startswith(a) for a in keys for b in keys)


@pytest.mark.parametrize("text", ["", "—", "../..", "·", "💥"])
def test_what_has_no_letter_is_no_name_and_has_no_keys(text: str) -> None:
    assert not is_name(text)
    assert search_keys(text) == frozenset()


@pytest.mark.parametrize("text", ["㛃", "𠀀", "Ольга", "李", "\ue900"])
def test_any_letter_or_hanzi_makes_a_name(text: str) -> None:
    assert is_name(text)


def test_the_documented_ways_of_asking_agree() -> None:
    names = ["单秀兰", "仇英", "曾玉珍", "John Smith", "艾力·买买提", "吕丽"]
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE key (text TEXT, name TEXT, PRIMARY KEY (text, name)) WITHOUT ROWID")
    db.execute("CREATE VIRTUAL TABLE fts USING fts5(keys, name UNINDEXED)")
    for name in names:
        db.executemany("INSERT INTO key VALUES (?, ?)", [(key, name) for key in search_keys(name)])
        db.execute("INSERT INTO fts VALUES (?, ?)", (" ".join(sorted(search_keys(name))), name))
    for typed in ("shan", "qy", "兰", "smith", "maimai", "lv", "l", "z", "x%", "nobody"):
        q = {"q": fold_query(typed)}
        expected = {name for name in names if found(typed, name)}
        ranged = "SELECT name FROM key WHERE text >= :q AND text < :q || char(0x10FFFF)"
        matched = "SELECT name FROM fts WHERE fts MATCH '\"' || :q || '\"*'"
        liked = "SELECT name FROM fts WHERE ' ' || keys LIKE '% ' || :q || '%'"
        for statement in (ranged, matched, liked):
            assert {row[0] for row in db.execute(statement, q)} == expected


def test_the_pinyin_tables_are_not_loaded_before_they_are_needed() -> None:
    code = "import sys, timebank.domain.names; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
