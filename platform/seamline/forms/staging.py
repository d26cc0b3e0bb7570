"""Forms opened wide for trials: a stage needs records that nobody could make as the form stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .model import FormModel


def staged(model: FormModel, **step: Any) -> FormModel:
    """Return a form whose records take every field when they are made, closed ones too.

    `step` are further changes of its step `create`.
    """
    create = replace(model.steps["create"], fields=None, **step)
    form = replace(model.form, closed=None, cutover=None)
    return replace(model, form=form, steps={**model.steps, "create": create})
