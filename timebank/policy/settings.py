"""The one table of everything a city may decide.

No setting has a default: one that is unset restricts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec


class Words(msgspec.Struct, frozen=True):
    """One short text in both languages of the desk."""

    zh_CN: str  # noqa: N815  the name of the language
    en: str

    def __call__(self, language: str) -> str:
        """The text in ``language``, Chinese where that language is not one of the two."""
        return self.en if language == "en" else self.zh_CN


class Target(msgspec.Struct, frozen=True):
    """A figure to reach: ``percent`` of the ``scope`` (of these ``categories``, where named) ``by`` a day."""

    percent: int
    by: date | None = None
    scope: str | None = None
    categories: tuple[str, ...] = ()


class Setting(msgspec.Struct, frozen=True):
    """One thing a pack may decide: its key, the shape of its value, its meaning, what it may be."""

    key: str
    shape: str
    meaning: Words
    options: tuple[str | int, ...] = ()
    least: int = 0

    @property
    def unit(self) -> str | None:
        """What its number counts (minutes, days, months, years), or None where that is plain from the key."""
        return self.shape if self.shape in ("minutes", "days", "months", "years") else None


def _s(key: str, shape: str, zh: str, en: str, **more: Any) -> Setting:
    return Setting(key, shape, Words(zh, en), **more)


_TABLE = (
    # the unit on screen and paper
    _s(
        "unit.name", "words", "储蓄单位的名称，如阳光积分", "Name of the credit unit, such as Sunshine points"
    ),
    _s(
        "unit.minutes",
        "minutes",
        "一个单位等于多少分钟（只影响显示）",
        "Minutes in one unit (display only)",
        least=1,
    ),
    # who is who
    _s("younger_elder.from", "years", "低龄老人：从几周岁起", "Younger elders: from this age"),
    _s(
        "younger_elder.to",
        "years",
        "低龄老人：到几周岁止（含）",
        "Younger elders: up to and including this age",
    ),
    _s("elder.from", "years", "计入老年人口的年龄", "Age from which a person counts as older population"),
    _s("very_old.from", "years", "高龄：从几周岁起", "Very old: from this age"),
    _s("minors.under", "years", "未满几周岁算未成年人", "Below this age a volunteer is a minor"),
    _s(
        "minors.condition",
        "choice",
        "未成年人参加服务的条件",
        "What a minor needs to volunteer",
        options=("guardian", "group", "guardian_or_group", "not_allowed"),
    ),
    _s("volunteers.max_age", "years", "志愿者最高年龄", "Oldest age at which someone may volunteer", least=1),
    _s("volunteers.health_declaration", "flag", "志愿者须有健康声明", "Volunteers declare that they are fit"),
    _s("served.min_age", "years", "接受服务的最低年龄", "Youngest age at which someone may be served"),
    _s(
        "served.categories",
        "categories",
        "只服务这些类别的老人",
        "Only people of these categories are served",
    ),
    _s(
        "served.priority_categories",
        "categories",
        "优先服务的类别（只排序，不限制）",
        "Categories served first (an order, not a limit)",
    ),
    # logging hours
    _s(
        "step.minutes",
        "minutes",
        "计时步长",
        "Hours are counted in steps of",
        options=(1, 15, 30, 60),
        least=1,
    ),
    _s(
        "rounding",
        "choice",
        "不足一步时怎样取整",
        "How a part of a step is rounded",
        options=("down", "nearest", "up"),
    ),
    _s("daily_cap_minutes", "minutes", "每人每天最多记多少", "Most one volunteer is credited a day", least=1),
    _s("service.past_days", "days", "超过几天算补录", "Days after which logging is a late entry"),
    _s(
        "service.future_minutes",
        "minutes",
        "最多可提前记录多少",
        "How far ahead of the clock a service may be logged",
    ),
    _s(
        "service.kin",
        "choice",
        "服务自己的近亲属是否计时",
        "Serving one's own closest kin",
        options=("allowed", "not_credited", "not_allowed"),
    ),
    # credit
    _s("credit.holding_cap_minutes", "minutes", "个人储蓄上限", "Most credit one member may hold"),
    _s(
        "credit.overflow",
        "choice",
        "超过上限的部分",
        "What happens to credit past the cap",
        options=("donate", "honour", "refuse"),
    ),
    _s("credit.expiry_months", "months", "储蓄多少个月后失效", "Months after which credit expires", least=1),
    _s("credit.overdraft_minutes", "minutes", "最多可透支多少", "How far below zero an account may go"),
    _s("credit.opening_minutes", "minutes", "入会时的起始储蓄", "Credit given on joining"),
    _s(
        "credit.group_hours",
        "choice",
        "团体的时间",
        "Hours given by a group",
        options=("own", "donate_only"),
    ),
    _s(
        "credit.closing",
        "choice",
        "会员去世、迁出或退出后，余额怎样处理",
        "What becomes of the credit of a member who has died, moved away or left",
        options=("heir", "pool", "honour"),
    ),
    _s(
        "gifts.whom",
        "choice",
        "储蓄可以赠给谁",
        "To whom credit may be given",
        options=("nobody", "spouse", "direct_relatives", "anyone"),
    ),
    _s("honour.stars", "milestones", "一星到五星的服务时长", "Hours for one to five stars"),
    # service kinds, one of each per kind
    _s("kinds.*.weight", "weight", "该项目的时间权重（不填为 1）", "Weight of this kind (1 where unset)"),
    _s(
        "kinds.*.persons", "count", "该项目至少需要几名志愿者", "Volunteers this kind needs at least", least=1
    ),
    _s("kinds.*.training", "flag", "先培训才能做", "Training comes first"),
    _s("kinds.*.insurance", "flag", "有意外险才能做", "Accident insurance comes first"),
    _s("kinds.*.qualification", "text", "需要的资格", "Qualification this kind needs"),
    # vouchers
    _s("voucher.max_minutes", "minutes", "单张服务券最大面值", "Largest value of one voucher", least=1),
    _s(
        "voucher.daily_minutes",
        "minutes",
        "每人每天最多兑换多少",
        "Most one person may redeem a day",
        least=1,
    ),
    _s(
        "voucher.validity_days",
        "days",
        "服务券有效天数（不填为长期有效）",
        "Days a voucher stays valid (unset: no end)",
        least=1,
    ),
    _s(
        "voucher.last_issue",
        "month_day",
        "每年最后发券日（月-日）",
        "Last day of the year to issue (month-day)",
    ),
    _s(
        "voucher.foreign_max_minutes",
        "minutes",
        "他站券在本站最多可兑面值",
        "Largest voucher of another station redeemed here",
    ),
    _s(
        "voucher.issuer_contact_days",
        "days",
        "与发券站多久没交换就不再兑换",
        "Oldest last exchange with the issuer that is relied on",
    ),
    _s(
        "voucher.attempts_per_hour",
        "count",
        "每小时最多核验几次失败",
        "Failed checks allowed an hour",
        least=1,
    ),
    _s("voucher.goods", "flag", "可以兑换物品", "Vouchers may be exchanged for goods"),
    _s("redeem.min_age", "years", "兑换人的最低年龄", "Youngest age at which someone may redeem"),
    _s(
        "redeem.for_whom",
        "choice",
        "可以为谁兑换",
        "For whom a holder may redeem",
        options=("self", "self_or_spouse", "direct_relatives", "anyone"),
    ),
    _s(
        "redeem.hardship_categories",
        "categories",
        "不受兑换年龄限制的类别",
        "Categories free of the age limit",
    ),
    # free hours a month
    _s(
        "allowance.combination",
        "choice",
        "同时符合几条时",
        "When several rules fit",
        options=("higher", "sum"),
    ),
    _s(
        "allowance.reference_day",
        "choice",
        "按每月哪一天的情况核定",
        "Day of the month whose state decides",
        options=("first", "last"),
    ),
    _s(
        "allowance.carry_over",
        "choice",
        "当月没用完的时长",
        "Free hours left at the month's end",
        options=("lapse", "carry"),
    ),
    _s(
        "allowance.mid_month",
        "choice",
        "月中情况变化",
        "When things change within a month",
        options=("whole_month", "next_month", "by_days"),
    ),
    _s(
        "allowance.recover_false_claims",
        "flag",
        "骗取的时长要追回",
        "Hours claimed on false information are taken back",
    ),
    _s(
        "care.complete_counts_as",
        "choice",
        "完全失能（4级）按哪一级享受",
        "Grade that level 4 counts as",
        options=("moderate", "severe"),
    ),
    _s(
        "care.dementia_counts_as",
        "choice",
        "失智但未评到中、重度的按哪一级享受",
        "Grade of dementia without an assessed grade",
        options=("mild", "moderate", "severe"),
    ),
    # figures to reach
    _s("targets.visits", "target", "每月探访率", "Monthly visit rate"),
    _s("targets.warm_nest", "target", "暖巢探访覆盖率", "Warm-nest visit coverage"),
    _s(
        "targets.elder_volunteers",
        "target",
        "老年志愿者占老年人口比例",
        "Elder volunteers in the older population",
    ),
    _s("targets.volunteer_teams", "target", "有为老志愿者队伍的社区比例", "Communities with an active team"),
    _s("targets.advisers", "target", "养老顾问覆盖率", "Coverage by elder-care advisers"),
    # the rest
    _s("records.keep_years", "years", "记录至少保存几年", "Years that records are kept at least", least=1),
    _s("emergency.line", "text", "紧急求助电话", "Emergency telephone line"),
    _s(
        "regions.trusted",
        "texts",
        "互认评估与失信通报的地区",
        "Regions whose assessments and notices are accepted",
    ),
)

SETTINGS: Mapping[str, Setting] = {each.key: each for each in _TABLE}
"""Every setting by key; ``*`` in a key stands for the code of a service kind."""


def setting(key: str) -> Setting | None:
    """The setting that ``key`` names, or None; ``kinds.bath.weight`` is found under ``kinds.*.weight``."""
    found = SETTINGS.get(key)
    if found is None and key.startswith("kinds."):
        parts = key.split(".")
        found = SETTINGS.get(".".join(("kinds", "*", *parts[2:])))
    return found
