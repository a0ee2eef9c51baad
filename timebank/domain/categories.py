"""The categories an elder can carry and the levels of care: codes, names in both languages, words met.

Codes are stable. The categories are those that the cities name (policy packs refer to them); the levels
are those of GB/T 42195-2022.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from timebank.outcome import Refusal


@dataclass(frozen=True, slots=True)
class Category:
    """One category: its code, its names, and other words for it (compared without case, width and spaces)."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...] = ()


CATEGORIES: dict[str, Category] = {
    category.code: category
    for category in (
        Category("advanced_age", "高龄", "advanced age", ("高龄老人",)),
        Category("disabled", "失能", "unable to care for self", ("失能老人", "不能自理", "生活不能自理")),
        Category(
            "dementia",
            "失智",
            "dementia",
            ("失智老人", "认知障碍", "认知症", "老年痴呆", "痴呆", "阿尔茨海默"),
        ),
        Category(
            "partly_disabled",
            "半失能",
            "partly unable to care for self",
            ("半失能老人", "半自理", "部分失能"),
        ),
        Category("living_alone", "独居", "living alone", ("独居老人", "孤老独居", "单独居住")),
        Category("empty_nest", "空巢", "empty nest", ("空巢老人", "纯老家庭", "纯老户")),
        Category("left_behind", "留守", "left behind", ("留守老人",)),
        Category("lost_only_child", "失独", "lost the only child", ("失独老人", "失独家庭")),
        Category(
            "severely_handicapped",
            "重残",
            "severe disability",
            ("重度残疾", "重残老人", "一级残疾", "二级残疾"),
        ),
        Category("seriously_ill", "重病", "serious illness", ("重大疾病", "大病", "重疾", "重病老人")),
        Category("childless", "无子女", "childless", ("无儿无女", "无子女老人")),
        Category("no_family", "孤寡", "without family", ("孤寡老人", "孤老", "鳏寡孤独", "三无老人", "三无")),
        Category(
            "minimum_living",
            "低保",
            "minimum living allowance",
            ("最低生活保障", "低保户", "低保家庭", "低保对象", "享受低保"),
        ),
        Category(
            "near_minimum_living",
            "低边",
            "near the minimum living allowance",
            ("低保边缘", "最低生活保障边缘", "低保边缘户", "低保边缘家庭", "低边户", "低边家庭"),
        ),
        Category(
            "extreme_hardship",
            "特困",
            "extreme hardship",
            ("特困人员", "特困供养", "特困户", "五保", "五保户", "五保老人"),
        ),
        Category(
            "expenditure_poverty",
            "支出型贫困",
            "poverty by expenses",
            ("支出型贫困家庭", "因病致贫", "支出型困难", "支出型"),
        ),
        Category("low_income", "低收入", "low income", ("低收入家庭", "低收入户", "低收入老人")),
        Category(
            "special_family_planning",
            "计划生育特殊家庭",
            "special family under family planning",
            (
                "计生特殊家庭",
                "计生特别扶助",
                "计划生育特别扶助",
                "计生特扶",
                "计生家庭",
                "计特家庭",
                "特扶家庭",
            ),
        ),
        Category(
            "preferential_treatment",
            "重点优抚",
            "key preferential treatment",
            ("重点优抚对象", "重点优抚家庭", "优抚", "优抚对象"),
        ),
        Category(
            "regular_pension",
            "定期抚恤优抚",
            "regular pension and preferential treatment",
            ("定期抚恤", "定期抚恤补助", "定期抚恤优抚对象"),
        ),
        Category("acted_bravely", "见义勇为", "acted bravely for others", ("见义勇为人员",)),
        Category(
            "organ_donor_family",
            "器官捐献人家庭",
            "organ donor family",
            ("器官捐献", "器官捐献家庭", "器官捐献者家庭", "人体器官捐献"),
        ),
        Category(
            "supporter_lost_or_unable",
            "赡养人死亡或伤病残",
            "supporter dead, sick or disabled",
            ("赡养人死亡", "赡养人伤病残", "赡养人死亡或者伤病残"),
        ),
    )
}

CARE_LEVELS: tuple[tuple[str, str], ...] = (
    ("能力完好", "able"),
    ("轻度失能", "mildly impaired"),
    ("中度失能", "moderately impaired"),
    ("重度失能", "severely impaired"),
    ("完全失能", "completely impaired"),
)
"""Names (Chinese, English) of the care levels 0 to 4 of GB/T 42195-2022."""

_LEVEL_WORDS: dict[str, int] = {
    **{word: level for level, words in enumerate(CARE_LEVELS) for word in words},
    **dict.fromkeys(("完好", "正常", "intact", "自理", "全自理", "完全自理", "能自理", "生活自理"), 0),
    **dict.fromkeys(("生活能自理", "基本自理", "基本完好", "健康", "无失能", "未失能", "能力正常"), 0),
    **dict.fromkeys(("轻度", "轻度失智失能", "轻度受损", "轻度依赖", "轻微失能", "mild", "mildly"), 1),
    **dict.fromkeys(("中度", "中度受损", "中度依赖", "moderate", "moderately"), 2),
    **dict.fromkeys(("重度", "重度受损", "重度依赖", "severe", "severely"), 3),
    **dict.fromkeys(("完全", "全失能", "完全丧失", "能力完全丧失", "complete", "completely", "total"), 4),
}
# Words from before the standard that name no level of it; the nearest, to be confirmed by an assessment.
_OLD_LEVEL_WORDS: dict[str, int] = {
    **dict.fromkeys(("半自理", "半失能", "部分失能", "部分自理", "介助", "半护理", "半护"), 2),
    **dict.fromkeys(("失能", "不能自理", "生活不能自理", "无自理能力", "介护", "全护理", "全护", "卧床"), 3),
    **dict.fromkeys(("完全不能自理", "长期卧床", "特护"), 4),
}
_LEVEL_NUMBER = re.compile(
    r"(?:等级|能力|失能|照护|护理|level|第)*([0-4零〇一二三四])(?:级|級|度|等)?(?:失能)?"
)
_FIGURES = {"零": 0, "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4}
_BRACKETED = re.compile(r"\([^)]*\)")


def category(text: str) -> str:
    """The code of a category from its code, either name, or a word met for it.

    Raises Refusal ``unknown_category`` (facts: text).
    """
    for word in (_word(text), _BRACKETED.sub("", _word(text))):
        if code := _CATEGORY_WORDS.get(word) or _CATEGORY_WORDS.get(
            re.sub("(老人|家庭|人员|对象|户)$", "", word)
        ):
            return code
    raise Refusal("unknown_category", text=text.strip())


def care_level(value: str | int | float) -> int:
    """The care level 0 to 4 from a number, a name in either language, or an older word for it.

    Raises Refusal ``unknown_care_level`` (facts: text); 失智 is a category and not a level.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    word = _word(str(value))
    for form in (word, _BRACKETED.sub("", word)):
        level = _LEVEL_WORDS.get(form, _OLD_LEVEL_WORDS.get(form))
        if level is not None:
            return level
        if number := _LEVEL_NUMBER.fullmatch(form):
            return _FIGURES[number[1]] if number[1] in _FIGURES else int(number[1])
    raise Refusal("unknown_care_level", text=str(value).strip())


def is_old_level_word(text: str) -> bool:
    """Whether a word for the level is older than the standard, so that its level is only the nearest."""
    return _word(text) in _OLD_LEVEL_WORDS


def _word(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", "")
    return re.sub(r"[\s·:]", "", folded)


_CATEGORY_WORDS: dict[str, str] = {
    _word(word): entry.code
    for entry in CATEGORIES.values()
    for word in (entry.code, entry.zh, entry.en, *entry.aliases)
}
_LEVEL_WORDS = {_word(word): level for word, level in _LEVEL_WORDS.items()}
