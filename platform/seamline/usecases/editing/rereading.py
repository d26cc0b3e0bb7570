"""Reading the installed packages again with some documents changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seamline.metadata import Package
from seamline.package import read_sources
from seamline.problems import Place, Refused
from seamline.text import Text


def with_documents(
    before: Sequence[Package], package: str, texts: Mapping[str, str]
) -> tuple[Package, ...]:
    """Read all packages again, some documents of one changed; those after it may refer to it.

    Raises Refused with every problem of all of them.
    """
    after: list[Package] = []
    for known in before:
        sources = dict(known.sources)
        if known.head.id == package:
            merged = {**sources, **texts}
            sources = {name: source for name, source in merged.items() if source}
        read = read_sources(sources, others=tuple(after))
        if read.head.id != known.head.id:
            raise Refused.one(
                "package_renamed",
                Text("配置包的标识不能更改。", "The id of a package cannot change."),
                place=Place("package", "package.yaml"),
            )
        after.append(read)
    return tuple(after)
