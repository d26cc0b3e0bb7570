"""What a new package, form, rule set or role begins with: something sound to go on from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from seamline.connecting import discovered
from seamline.documents import editing
from seamline.fields import KINDS
from seamline.metadata.form import BUILT_IN_STEPS
from seamline.package.sources import kind_of_path
from seamline.problems import Refused
from seamline.text import Text
from seamline.usecases.design import HEAD, Design
from seamline.usecases.editing.wording import data_of

Data = dict[str, Any]
WRITTEN = frozenset(name for name, kind in KINDS.items() if kind.written)


def begun(id_: str, title: str) -> dict[str, str]:
    """Return the documents of a package that somebody has just begun."""
    head = {
        "seamline": 1, "package": id_, "version": "0.1.0", "title": _both(title),
        "language": "zh", "zone": "Asia/Shanghai", "currency": "CNY",
    }  # fmt: skip
    return {HEAD: editing.fresh(head)}


def fresh(kind: str, id_: str, title: str, one: Design) -> str:
    """Return a new document of a kind; raises Refused where nothing is there to begin it with."""
    return editing.fresh(MADE[kind](id_, title, one))


def _both(title: str) -> Data:
    return {"zh": title, "en": title}


def _form(id_: str, title: str, _one: Design) -> Data:
    return {
        "seamline": 1,
        "form": id_,
        "title": _both(title),
        "icon": "file-text",
        "name": "subject",
        "sections": [
            {
                "id": "main",
                "title": {"zh": "基本信息", "en": "Main"},
                "fields": [
                    {"id": "subject", "kind": "text", "label": {"zh": "主题", "en": "Subject"},
                     "required": True},
                ],
            }
        ],
        "list": {"columns": ["subject", "_created_at"], "search": ["subject"]},
    }  # fmt: skip


def _ruleset(id_: str, title: str, one: Design) -> Data:
    taken = {str(data.get("step")) for data in _of_kind(one, "ruleset")}
    steps = [
        f"{form['form']}.{step}"
        for form in _of_kind(one, "form")
        for step in (*BUILT_IN_STEPS[:1], *(s["id"] for s in form.get("steps", ()) if "id" in s))
    ]
    free = next((step for step in steps if step not in taken), "")
    if not free:
        raise Refused.one(
            "no_free_step",
            Text(
                "每个业务环节都已有规则集；先加一个表单或业务环节。",
                "Every business step has its rules already; add a form or a step first.",
            ),
        )
    return {
        "seamline": 1,
        "ruleset": id_,
        "title": _both(title),
        "step": free,
        "review": {
            "id": f"{id_[:33]}_review",
            "title": {"zh": "人工审核", "en": "Second look"},
            "pool": pool_of(one),
            "within": "2h",
        },
    }


def pool_of(one: Design) -> str:
    """Return a review pool that somebody of the package works on."""
    pools = [pool for role in _of_kind(one, "role") for pool in role.get("pools", ())]
    return str(pools[0]) if pools else "review"


def _role(id_: str, title: str, one: Design) -> Data:
    grants = [{"form": form["form"], "steps": ["*"]} for form in _of_kind(one, "form")]
    return {"seamline": 1, "role": id_, "title": _both(title), "grants": grants}


def _pipeline(id_: str, title: str, one: Design) -> Data:
    form, roles = _first_form(one), _of_kind(one, "role")
    role = str(roles[0]["role"]) if roles else "administrator"
    told = {"zh": "请看一下 {record._code}。", "en": "Please look at {record._code}."}
    return {
        "seamline": 1,
        "pipeline": id_,
        "title": _both(title),
        "role": role,
        "on": {"record": {"form": form["form"], "steps": ["create"]}},
        "steps": [{"id": "tell", "notify": {"roles": [role], "text": told}}],
    }


def _page(id_: str, title: str, one: Design) -> Data:
    form = _first_form(one)["form"]
    return {
        "seamline": 1,
        "page": id_,
        "kind": "dashboard",
        "title": _both(title),
        "blocks": [
            {"id": "how_many", "title": {"zh": "数量", "en": "How many"}, "count": {"form": form}},
            {"id": "newest", "title": {"zh": "最新", "en": "Newest"},
             "records": {"form": form, "sort": ["-_created_at"], "limit": 8}},
        ],
    }  # fmt: skip


def _measure(id_: str, title: str, one: Design) -> Data:
    roles = _of_kind(one, "role")
    return {
        "seamline": 1,
        "measure": id_,
        "title": _both(title),
        "unit": {"zh": "条", "en": "records"},
        "owner": str(roles[0]["role"]) if roles else "administrator",
        "source": {"zh": "本平台事件日志", "en": "The platform's own journal"},
        "formula": {"count": {"of": {"form": _first_form(one)["form"], "step": "create"}}},
    }


def _connection(id_: str, title: str, _one: Design) -> Data:
    return connection_of(id_, Text.same(title), next(iter(sorted(discovered().kinds))))


def connection_of(id_: str, title: Text, connector: str) -> Data:
    """Return a connection that somebody begins, turned off."""
    return {
        "seamline": 1, "connection": id_, "title": {"zh": title.zh, "en": title.en},
        "connector": connector, "on": False,
    }  # fmt: skip


def _import(id_: str, title: str, one: Design) -> Data:
    form = _first_form(one)
    fields = [
        field
        for section in form.get("sections", ())
        for field in section.get("fields", ())
        if field.get("kind") in WRITTEN and "fields" not in field
    ]
    return {
        "seamline": 1,
        "import": id_,
        "title": _both(title),
        "form": form["form"],
        "mode": "create",
        "columns": [
            {"column": str(_zh(field.get("label")) or field["id"]), "to": field["id"]}
            for field in fields
        ],
    }


def _zh(label: Any) -> Any:
    return label.get("zh") if isinstance(label, Mapping) else label


def _promise(id_: str, title: str, one: Design) -> Data:
    """Return a promise whose words are to be chosen: it says what has to be said."""
    form = _first_form(one)["form"]
    line = {"form": form, "item": "item", "qty": "qty", "into": "promised"}
    return {"seamline": 1, "promise": id_, "title": _both(title), "item": form, "lines": [line]}


def _correlation(id_: str, title: str, one: Design) -> Data:
    form = _first_form(one)["form"]
    return {
        "seamline": 1,
        "correlation": id_,
        "title": _both(title),
        "facts": [{"as": "one", "form": form}],
        "say": {"zh": "请看一下 {one._code}。", "en": "Please look at {one._code}."},
        "then": {"event": f"{id_[:34]}_held"},
    }


def _first_form(one: Design) -> Data:
    forms = _of_kind(one, "form")
    if not forms:
        say = Text("先加一个表单。", "Add a form first.")
        raise Refused.one("no_form", say)
    return forms[0]


def _of_kind(one: Design, kind: str) -> list[Data]:
    found = [
        dict(data_of(text, path)) for path, text in one.texts.items() if kind_of_path(path) == kind
    ]
    return [data for data in found if isinstance(data.get(kind), str)]


# What can be begun, in the order in which people build a package.
MADE: Mapping[str, Callable[[str, str, Design], Data]] = {
    "form": _form,
    "ruleset": _ruleset,
    "role": _role,
    "pipeline": _pipeline,
    "page": _page,
    "measure": _measure,
    "connection": _connection,
    "import": _import,
    "promise": _promise,
    "correlation": _correlation,
}
