"""What an edit changes, in business words of both languages."""

from __future__ import annotations

import pytest

from seamline.usecases import edit

RULES = """seamline: 1
ruleset: r
title: R
step: order.create
hard:
  - {id: a, title: {zh: 甲, en: A}, when: {">": [{var: qty}, 1]}, say: too many}
soft:
  - {id: b, title: {zh: 乙, en: B}, when: {var: qty}, say: hm}
review: {id: c, title: {zh: 丙, en: C}, pool: risk, within: 2h}
"""
ROLE = "seamline: 1\nrole: x\ntitle: X\ngrants: [{form: order, steps: [create], export: true}]\n"
FORM = """seamline: 1
form: order
title: Order
sections:
  - id: main
    title: Main
    fields:
      - {id: qty, kind: integer, label: {zh: 数量, en: Quantity}, min: 1}
      - {id: note, kind: text, label: {zh: 备注, en: Note}}
states: [{id: open, title: {zh: 打开, en: Open}}]
"""


def demoted(text: str) -> str:
    line = next(line for line in text.splitlines() if "id: a," in line)
    return text.replace(f"hard:\n{line}\n", "").replace("soft:\n", f"soft:\n{line}\n")


@pytest.mark.parametrize(
    ("before", "after", "en", "zh"),
    [
        (RULES, demoted(RULES), "'A' moved from hard rule to soft reminder",
         "“甲”由强控改为弱提醒"),
        (RULES, RULES.replace("within: 2h", "within: 3h"), "'C': within: was 2h, now 3h",
         "“丙”的 within：原为 2h，改为 3h"),
        (RULES, RULES.replace("say: hm}", "say: hm, enabled: false}"),
         "'B' is switched off by the package", "“乙”出厂停用"),
        (RULES, RULES + "# why\n", "only comments or layout differ", "只有注释或排版不同"),
        (RULES, RULES.replace("title: R\n", "title: S\n"), "title: was R, now S",
         "title：原为 R，改为 S"),
        (ROLE, ROLE.replace("create", "change"), "may now change on 'order'",
         "可以在“order”上 change"),
        (ROLE, ROLE.replace(", export: true", ""), "may no longer export on 'order'",
         "不再可以在“order”上 export"),
        (FORM, FORM.replace("min: 1", "min: 2"), "field 'Quantity': min: was 1, now 2",
         "字段“数量”的 min：原为 1，改为 2"),
        (FORM, FORM.replace("min: 1", "required: true, min: 1"),
         "field 'Quantity' is now required", "字段“数量”改为必填"),
        (FORM, "\n".join(line for line in FORM.splitlines() if "id: note" not in line),
         "field 'Note' removed (note); its data is archived", "去掉字段“备注”(note)，数据归档保留"),
        (FORM, FORM + "steps: [{id: close, title: {zh: 关闭, en: Close}}]\n",
         "step 'Close' added", "新增业务环节“关闭”"),
        (FORM, "", "form 'order' removed", "去掉表单“order”"),
    ],
)  # fmt: skip
def test_in_words(before, after, en, zh):
    said = edit.diff(before, after, "x.yaml")
    assert [one.en for one in said][:1] == [en]
    assert [one.zh for one in said][:1] == [zh]


@pytest.mark.parametrize("path", ["pipelines/p.yaml", "measures/m.yaml"])
def test_a_document_is_what_its_folder_says_whatever_other_kind_it_names(path):
    kind = path.partition("s/")[0]
    text = f"seamline: 1\n{kind}: one\nrole: sales\nform: order\n"
    assert [said.en for said in edit.diff("", text, path)] == [f"{kind} 'one' added"]
    changed = edit.diff(text, text.replace("sales", "finance"), path)
    assert [said.en for said in changed] == ["role: was sales, now finance"]


def test_the_same_text_is_no_change():
    assert edit.diff(RULES, RULES) == ()
