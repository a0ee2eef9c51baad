"""The rules in force, each value with where it comes from. To read, not to change."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from timebank.desk.rules import source_text
from timebank.domain.categories import CATEGORIES
from timebank.domain.kinds import KINDS
from timebank.phrases import phrases
from timebank.policy.amounts import hours_text
from timebank.policy.pack import AllowanceRule, Pack, Source
from timebank.policy.settings import Target
from timebank.policy.settings import Words as Both
from ui.look import Role
from ui.say import Spoken, phrase
from ui.screens.context import ScreenContext
from ui.widgets import Card, Column, DataTable, EmptyState, RowsModel, Text

_ROWS = 9
"""Rows seen at once."""


@dataclass(frozen=True)
class _Rule:
    key: str
    pack: Pack


class RulesCard(Card):
    """The pack's name, its values, and what it leaves open."""

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context.look, phrase("settings.rules"))
        self._context = context
        look = context.look
        self._name = Text(look, "", Role.LABEL)
        self._unset = Text(look, "", soft=True)
        self.table = DataTable(look, phrase("settings.rules"))
        self.rows = RowsModel(look, _columns(), lambda rule: rule.key)
        self.table.put_model(self.rows, sortable=False)
        self.table.put_empty(EmptyState(look, "info", phrase("settings.no_rules")))
        for part in (self._name, self._unset, self.table):
            self.body.addWidget(part)
        self.table.setMinimumHeight(look.target * _ROWS)

    def read(self) -> None:
        """Read the pack in force."""
        self._context.read(lambda desk: desk.policies.in_force(), self._put, slot="rules")

    def _put(self, pack: Pack) -> None:
        draft = phrase("policy.draft") if pack.draft else ""
        self._name.put(Spoken(lambda language: f"{pack.name(language)}  {self._look.say(draft)}"))
        self._unset.put(phrase("settings.rules_unset", count=len(pack.unset())))
        rules = [_Rule(key, pack) for key in sorted(pack.entries)]
        self.rows.replace(rules + [_Rule(f"allowance.{rule.id}", pack) for rule in pack.allowance_rules])
        self.table.fit_columns()


def _columns() -> list[Column[_Rule]]:
    return [
        Column("what", phrase("settings.rule"), lambda rule: Spoken(lambda lang: _meaning(rule, lang))),
        Column("value", phrase("settings.value"), lambda rule: Spoken(lambda lang: _value(rule, lang))),
        Column(
            "source",
            phrase("settings.source"),
            lambda rule: Spoken(lambda lang: _source(rule, lang)),
            stretch=True,
        ),
    ]


def _allowance(rule: _Rule) -> AllowanceRule | None:
    return next((each for each in rule.pack.allowance_rules if f"allowance.{each.id}" == rule.key), None)


def _meaning(rule: _Rule, language: str) -> str:
    ground = _allowance(rule)
    if ground is not None:
        return str(ground.name(language))
    explained = rule.pack.explain(rule.key)
    text = explained.setting.meaning(language)
    kind = KINDS.get(rule.key.split(".")[1]) if rule.key.startswith("kinds.") else None
    return f"{kind.zh if language == 'zh_CN' else kind.en}: {text}" if kind else text


def _value(rule: _Rule, language: str) -> str:
    ground = _allowance(rule)
    if ground is not None:
        minutes = [*ground.grades.values(), *(band.minutes for band in ground.ages), ground.flat or 0]
        most, least = max(minutes), min(each for each in minutes if each) if any(minutes) else 0
        text = hours_text(most, language)
        return text if most == least else f"{hours_text(least, language)} – {text}"
    return _plain(rule, language)


def _plain(rule: _Rule, language: str) -> str:  # noqa: PLR0911  one line for each shape of value
    say, value, setting = phrases(language), rule.pack.value(rule.key), rule.pack.explain(rule.key).setting
    match value:
        case bool():
            return say("person.yes" if value else "person.no")
        case Both():
            return value(language)
        case Target():
            return f"{value.percent} %"
        case tuple() if setting.shape == "milestones":
            return " / ".join(hours_text(int(each), language) for each in value)
        case tuple():
            return ("、" if language == "zh_CN" else ", ").join(_word(each, language) for each in value)
        case Fraction():
            return f"× {float(value):g}"
        case int() if setting.unit == "minutes":
            return hours_text(value, language)
        case int() if setting.unit:
            kept = setting.unit == "years" and rule.key.startswith("records.")
            return say("settings.in_calendar_years" if kept else f"settings.in_{setting.unit}", number=value)
    key = f"policy.option.{value}"
    return say(key) if key in say else str(value)


def _word(value: object, language: str) -> str:
    category = CATEGORIES.get(str(value))
    if category is not None:
        return category.zh if language == "zh_CN" else category.en
    return str(value)


def _source(rule: _Rule, language: str) -> str:
    ground = _allowance(rule)
    source: Source | None = ground.source if ground is not None else rule.pack.source(rule.key)
    return "" if source is None else source_text(source, language)
