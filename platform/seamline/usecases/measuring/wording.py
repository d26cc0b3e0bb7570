"""Says selections in words: which form, which step or state, under which condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seamline.catalog import Catalog
from seamline.conditions.parse import parse
from seamline.conditions.words import in_words
from seamline.forms import FormModel
from seamline.measures import FORMULAS, Selection
from seamline.metadata import Measure
from seamline.text import Text

from ..explain import vocabulary_of

OUTCOMES = {
    "passed": Text("通过", "passed"),
    "reminded": Text("有提醒", "with reminders"),
    "held": Text("转人工审核", "held for review"),
    "refused": Text("被拦截", "stopped"),
}


@dataclass(frozen=True, slots=True)
class CatalogWords:
    """Says what a formula counts, in the words of the forms."""

    catalog: Catalog

    def selection(self, of: Selection) -> Text:
        """Return what a selection chooses, in words."""
        model = self.catalog.forms[of.form]
        said = [self._what(model, of)]
        if of.seen is not None:
            told = self._condition(model, of.seen)
            said.append(Text(f"提交时{told.zh}", f"when {told.en}"))
        if of.where is not None:
            said.append(self._condition(model, of.where))
        if of.outcome:
            words = [OUTCOMES[one] for one in of.outcome]
            en = " or ".join(word.en for word in words)
            said.append(Text("或".join(word.zh for word in words), en))
        if of.rule:
            title = self._rule(of.rule)
            said.append(Text(f"规则‘{title.zh}’触发", f"rule '{title.en}' spoke"))
        if of.by:
            label = self.field(of, of.by)
            said.append(Text(f"不晚于{label.zh}", f"by {label.en}"))
        return Text("，".join(one.zh for one in said), ", ".join(one.en for one in said))

    def field(self, of: Selection, name: str) -> Text:
        """Return the label of a field of the form of a selection."""
        return self.catalog.forms[of.form].fields[name].field.label

    def _what(self, model: FormModel, of: Selection) -> Text:
        title = model.form.title
        if of.step:
            step = model.steps[of.step].title
            return Text(f"{title.zh}·{step.zh}", f"{title.en}: {step.en}")
        if of.to:
            state = next(one.title for one in model.form.states if one.id == of.to)
            return Text(f"{title.zh}进入‘{state.zh}’", f"{title.en} entering '{state.en}'")
        return Text(f"{title.zh}的‘{of.event}’记录", f"'{of.event}' entries of {title.en}")

    def _condition(self, model: FormModel, condition: Any) -> Text:
        forms = {word: one.form for word, one in self.catalog.forms.items()}
        return in_words(parse(condition, model.scope), vocabulary_of(model.form, forms))

    def _rule(self, rule: str) -> Text:
        last = rule.rpartition(".")[2]
        for model in self.catalog.rules.values():
            for ready in model.rules:
                if rule == ready.key or last == ready.rule.id:
                    return ready.rule.title
        return Text.same(rule)


def method(catalog: Catalog, measure: Measure) -> Text:
    """Return how a measure is reckoned, in one sentence."""
    return FORMULAS[measure.formula].words(measure.settings, CatalogWords(catalog))
