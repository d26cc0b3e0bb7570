"""Reading the installed packages again with one document changed."""

from __future__ import annotations

from collections.abc import Sequence

from seamline.metadata import Package
from seamline.package import read_sources
from seamline.problems import Place, Refused
from seamline.text import Text


def with_document(
    before: Sequence[Package], package: str, path: str, text: str
) -> tuple[Package, ...]:
    """Read all packages again, one document changed; those after it may refer to it.

    Raises Refused with every problem of all of them.
    """
    after: list[Package] = []
    for known in before:
        sources = dict(known.sources)
        if known.head.id == package:
            sources[path] = text
            sources = {name: source for name, source in sources.items() if source}
        read = read_sources(sources, others=tuple(after))
        if read.head.id != known.head.id:
            raise Refused.one(
                "package_renamed",
                Text("配置包的标识不能更改。", "The id of a package cannot change."),
                place=Place("package", path),
            )
        after.append(read)
    return tuple(after)
