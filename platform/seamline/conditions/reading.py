"""The reading of one condition: what it has counted and found wrong so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from seamline.problems import Place, Problem, did_you_mean
from seamline.text import Text

from .constant import shown, shown_word

DEPTH_LIMIT = 16
NODE_LIMIT = 200
CONSTANT_LIMIT = 2_000  # in all the lists of one condition
HINT_LIMIT = 10  # looking for near words is the slow part of refusing a condition

Path = tuple[str | int, ...]
Locate = Callable[[Path], Place]

OPERATORS = (
    "var", "==", "!=", "<", "<=", ">", ">=", "in", "falls", "and", "or", "!", "some", "all", "none",
)  # fmt: skip
COMPUTE = Text(
    "条件里不做运算：请建一个计算字段再引用它。",
    "Conditions do no arithmetic: make a computed field and name that.",
)
# Operators of public JsonLogic that people will try, and what to write instead.
INSTEAD: Mapping[str, Text] = {
    **dict.fromkeys(("+", "-", "*", "/", "%", "min", "max", "cat", "substr"), COMPUTE),
    **dict.fromkeys(("map", "filter", "reduce"), COMPUTE),
    "===": Text("请写 ==(总是按类型比较)。", "Write == (it always compares by type)."),
    "!==": Text("请写 !=(总是按类型比较)。", "Write != (it always compares by type)."),
    "!!": Text('请直接写 {"var": "字段"}。', 'Write {"var": "field"} alone.'),
    "not": Text("请写 !。", "Write !."),
    "if": Text("请用 and / or 表达。", "Say it with and / or."),
    "?:": Text("请用 and / or 表达。", "Say it with and / or."),
    "missing": Text('请写 {"!": {"var": "字段"}}。', 'Write {"!": {"var": "field"}}.'),
    "missing_some": Text('请用 or 与 {"!": {"var": ..}}。', 'Use or with {"!": {"var": ..}}.'),
    "merge": Text("请写出列表。", "Write the list out."),
}


@dataclass(slots=True)
class Reading:
    """Collects the problems of one condition and holds it to its limits."""

    locate: Locate
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0
    constants: int = 0
    hints: int = 0
    still: bool = False  # what is judged once and kept cannot ask how far off a moment is

    def refuse(
        self, code: str, path: Path, say: Text, hint: Text | None = None, got: str | None = None
    ) -> None:
        """Keep one more problem at `path`."""
        self.problems.append(Problem(code, say, self.locate(path), hint, got))

    def room(self, path: Path, depth: int) -> bool:
        """Count one more node; False (once said) where the condition is too deep or too large."""
        self.nodes += 1
        if self.nodes == NODE_LIMIT + 1:
            self.refuse(
                "condition_too_large",
                path,
                Text(
                    f"条件超过 {NODE_LIMIT} 个节点。", f"The condition has over {NODE_LIMIT} nodes."
                ),
                Text(
                    "请拆成几条规则或计算字段。", "Split it into several rules or computed fields."
                ),
            )
        if depth == DEPTH_LIMIT + 1:
            self.refuse(
                "condition_too_deep",
                path,
                Text(
                    f"条件嵌套超过 {DEPTH_LIMIT} 层。", f"Nested deeper than {DEPTH_LIMIT} levels."
                ),
                Text(
                    "请拆成几条规则或计算字段。", "Split it into several rules or computed fields."
                ),
            )
        return self.nodes <= NODE_LIMIT and depth <= DEPTH_LIMIT

    def list_room(self, path: Path, count: int) -> bool:
        """Count the constants of one more list; False (said) where there are too many in all."""
        before = self.constants
        self.constants += count
        if before <= CONSTANT_LIMIT < self.constants:
            self.refuse(
                "condition_too_large",
                path,
                Text(
                    f"条件里的列表合计超过 {CONSTANT_LIMIT} 项。",
                    f"The lists of the condition have over {CONSTANT_LIMIT} items in all.",
                ),
                Text(
                    "请拆成几条规则或计算字段。", "Split it into several rules or computed fields."
                ),
            )
        return self.constants <= CONSTANT_LIMIT

    def near(self, word: str, known: Iterable[str]) -> Text | None:
        """Return a hint with the words nearest to `word`, for the first few wrong words only."""
        self.hints += 1
        return did_you_mean(word, known) if self.hints <= HINT_LIMIT else None

    def operator(self, document: Any, path: Path) -> str | None:
        """Return the one operator of `document`, or None after having said what is wrong."""
        if not isinstance(document, Mapping) or len(document) != 1:
            self.refuse(
                "condition_shape",
                path,
                Text(
                    f"条件应为只有一个运算符的对象，得到 {shown(document)}。",
                    f"Expected an object with exactly one operator, got {shown(document)}.",
                ),
                Text(
                    '例如 {"==": [{"var": "qty"}, 1]}。', 'For example {"==": [{"var": "qty"}, 1]}.'
                ),
            )
            return None
        word = next(iter(document))
        if word in OPERATORS:
            return cast(str, word)
        name = shown_word(word)
        self.refuse(
            "unknown_operator",
            path,
            Text(f"没有运算符“{name}”。", f"There is no operator '{name}'."),
            INSTEAD.get(name)
            or self.near(name, OPERATORS)
            or Text(f"可用：{' '.join(OPERATORS)}", f"Use one of {' '.join(OPERATORS)}"),
        )
        return None
