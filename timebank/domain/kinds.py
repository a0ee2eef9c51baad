"""The kinds of service: stable codes, names in both languages, and the words of sign-in sheets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from timebank.outcome import Refusal


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """One kind of service.

    ``suggested_persons`` is how many should serve together; the policy pack decides whether it is asked for.
    """

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()
    suggested_persons: int | None = None


KINDS: dict[str, ServiceKind] = {
    kind.code: kind
    for kind in (
        ServiceKind(
            "meal",
            "助餐",
            "meals",
            ("送餐", "配餐", "做饭", "烧饭", "喂饭", "买菜做饭", "meal help", "cooking"),
        ),
        ServiceKind(
            "bath", "助浴", "bathing", ("洗澡", "擦身", "擦浴", "洗脚", "bath help"), suggested_persons=2
        ),
        ServiceKind(
            "cleaning",
            "助洁",
            "cleaning",
            ("保洁", "打扫", "卫生", "清洁", "家政", "家务", "洗衣", "洗被", "整理房间", "housework"),
        ),
        ServiceKind(
            "walking",
            "助行",
            "walking and outings",
            ("陪同外出", "陪同出行", "散步", "推轮椅", "陪走", "outing", "escort"),
        ),
        ServiceKind(
            "medical_escort",
            "助医",
            "help with seeing a doctor",
            ("陪同就医", "陪诊", "就医", "陪医", "看病", "配药", "取药", "挂号", "medical", "doctor"),
        ),
        ServiceKind(
            "errands",
            "代办",
            "errands",
            (
                "代购",
                "代买",
                "代缴",
                "跑腿",
                "采购",
                "购物",
                "买菜",
                "缴费",
                "代办代购",
                "errand",
                "shopping",
            ),
        ),
        ServiceKind(
            "visit", "探访", "visit", ("探望", "走访", "上门看望", "看望", "巡访", "敲门", "关爱", "visits")
        ),
        ServiceKind(
            "comfort",
            "精神慰藉",
            "company and comfort",
            (
                "陪聊",
                "聊天",
                "陪伴",
                "谈心",
                "慰藉",
                "心理疏导",
                "心理",
                "读报",
                "电话问候",
                "company",
                "companionship",
            ),
        ),
        ServiceKind(
            "rehabilitation",
            "康复",
            "rehabilitation",
            ("康复护理", "保健", "按摩", "推拿", "量血压", "测血压", "健康监测", "护理", "rehab"),
        ),
        ServiceKind("urgent", "助急", "urgent help", ("应急", "紧急", "急救", "一键通", "emergency")),
        ServiceKind("haircut", "理发", "haircut", ("剪发", "剪头发", "美发", "修面", "hair", "haircuts")),
        ServiceKind(
            "repair",
            "维修",
            "repairs",
            (
                "修理",
                "水电维修",
                "家电维修",
                "修水管",
                "换灯泡",
                "适老化改造",
                "安全检查",
                "repair",
                "plumbing",
            ),
        ),
        ServiceKind(
            "legal_advice", "法律咨询", "legal advice", ("法律", "法律援助", "普法", "维权", "legal")
        ),
        ServiceKind(
            "culture",
            "文化",
            "culture and teaching",
            ("文娱", "教学", "书法", "唱歌", "讲座", "授课", "手机教学", "智能手机", "teaching", "lesson"),
        ),
        ServiceKind("other", "其他", "other", ("其它", "其他服务")),
    )
}


def service_kind(text: str) -> str:
    """The code of a kind from its code, either name, or what a sheet says (上门助洁服务, 陪同就医（挂号）).

    A description serves when the words in it point to one kind only. Raises Refusal ``unknown_kind``
    (facts: text).
    """
    said = _word(text)
    if code := _WORDS.get(said):
        return code
    inside = _kinds_in(re.sub(r"\([^)]*\)", "", said)) or _kinds_in(said)
    if len(inside) == 1:
        return inside.pop()
    raise Refusal("unknown_kind", text=text.strip())


def _kinds_in(said: str) -> set[str]:
    """The kinds whose words stand in a description; a longer word hides the shorter ones within it."""
    found: set[str] = set()
    for word in _LONGEST_FIRST:
        pattern = rf"\b{re.escape(word)}" if word.isascii() else re.escape(word)
        said, count = re.subn(pattern, "|", said)
        if count:
            found.add(_WORDS[word])
    return found


def _word(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ").strip()
    return re.sub(r"\s+", " " if folded.isascii() else "", folded)


_WORDS: dict[str, str] = {
    _word(word): kind.code for kind in KINDS.values() for word in (kind.code, kind.zh, kind.en, *kind.aliases)
}
_LONGEST_FIRST = sorted((word for word in _WORDS if _WORDS[word] != "other"), key=len, reverse=True)
