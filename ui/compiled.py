"""What is compiled of pages: kept for other workspaces of a process, and for its next start.

Templates by their source, so that one that was changed is compiled again; addresses when the first
is built, which most routes of a process never are.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2.bccache import Bucket, FileSystemBytecodeCache
from werkzeug.routing import Rule

FOLDER = "compiled"  # in a workspace; it may be lost at any time
_KNOWN: dict[str, tuple[str, CodeType]] = {}


class Templates(FileSystemBytecodeCache):
    """The compiled templates of one workspace, which shares those of its process."""

    def __init__(self, workspace: Path) -> None:
        super().__init__(str(workspace / FOLDER), "%s")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take up what was compiled of the same source before."""
        checksum, code = _KNOWN.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code
            return
        super().load_bytecode(bucket)
        self._share(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, in the workspace too where that can be written."""
        self._share(bucket)
        with suppress(OSError):
            Path(self.directory).mkdir(mode=0o700, exist_ok=True)
            super().dump_bytecode(bucket)

    @staticmethod
    def _share(bucket: Bucket) -> None:
        if bucket.code is not None:
            _KNOWN[bucket.key] = bucket.checksum, bucket.code


class LateRule(Rule):
    """A route that makes the code which builds its addresses when it is first asked for one."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []
        compiled = super()._compile_builder

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(compiled(append_unknown))
            return made[0](rule, **values)

        return build
