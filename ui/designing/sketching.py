"""A form of a draft as it would be: compiled beside the forms it refers to, drawn for a preview."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from seamline.catalog import Catalog
from seamline.conditions.parse import parse
from seamline.conditions.words import Vocabulary, in_words
from seamline.forms import FormModel, compile_form, form_scope, row_scope
from seamline.metadata import Form
from seamline.package.building import form as built
from seamline.package.reading import read_documents
from seamline.package.sources import Sources, kind_of_path
from seamline.problems import Problem, Refused
from seamline.store.tables import tables_for
from seamline.text import Language, Text
from seamline.usecases.design import HEAD, Design
from seamline.usecases.editing.wording import data_of
from seamline.usecases.explain import vocabulary_of


def forms_of(one: Design, catalog: Catalog) -> dict[str, Form]:
    """Return every form by its id as the draft has it; those that are not sound are left out."""
    forms = {id_: model.form for id_, model in catalog.forms.items()}
    for path, text in one.served.items():
        if kind_of_path(path) == "form" and one.texts.get(path) != text:
            forms.pop(str(data_of(text, path).get("form")), None)
    currency = str(data_of(one.texts.get(HEAD, ""), HEAD).get("currency") or catalog.currency)
    for path, text in one.texts.items():
        if kind_of_path(path) == "form" and one.served.get(path) != text:
            made, _problems = _built(path, text, currency)
            if made is not None:
                forms[made.id] = made
    return forms


@lru_cache(maxsize=200)
def _built(path: str, text: str, currency: str) -> tuple[Form | None, tuple[Problem, ...]]:
    sound, problems = read_documents(Sources({path: text}))
    if problems or not sound:
        return None, tuple(problems)
    return built(sound[0][1].data, currency), ()


def sketched(
    one: Design, path: str, catalog: Catalog
) -> tuple[FormModel | None, tuple[Problem, ...]]:
    """Return the compiled form of a document of the draft, or what keeps it from being one."""
    text = one.texts.get(path, "")
    form, problems = _built(path, text, catalog.currency)
    if form is None:
        return None, problems
    forms = forms_of(one, catalog) | {form.id: form}
    try:
        return compile_form(form, forms, (), tables_for(form, forms)), ()
    except Refused as refused:
        return None, refused.problems
    except (KeyError, TypeError, AttributeError):  # it refers to what is not there (yet)
        say = Text("它引用的表单或字段还不存在。", "It refers to something missing.")
        return None, (Problem("unknown_name", say),)


def read_aloud(
    condition: Any, form: Form, forms: Mapping[str, Form], language: Language, table: str = ""
) -> str:
    """Return a condition as a sentence, one of a column of a `table` too; "" if unreadable."""
    try:
        scope, words = form_scope(form, forms), vocabulary_of(form, forms)
        if table:
            scope, head = row_scope(scope, table), f"{table}[]."
            own = {name.removeprefix(head): label for name, label in words.labels.items()
                   if name.startswith(head)}  # fmt: skip
            chosen = {name.removeprefix(head): known for name, known in words.options.items()
                      if name.startswith(head)}  # fmt: skip
            words = Vocabulary({**words.labels, **own}, {**words.options, **chosen})
        return in_words(parse(condition, scope), words).in_(language)
    except (Refused, KeyError, TypeError, ValueError):
        return ""
