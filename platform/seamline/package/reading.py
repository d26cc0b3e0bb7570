"""A package from its files: version, shape, references and laws in order, all problems at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from seamline import schema
from seamline.documents import Document, read
from seamline.metadata import Package, PackageHead
from seamline.problems import Place, Problem, Problems, Refused
from seamline.text import Text

from . import building
from .binding_checks import check_bindings
from .closing_checks import check_closing
from .connection_checks import built as built_connection, check_connections
from .correlation_checks import built as built_correlation, check_correlations
from .document_checks import check_documents
from .draft import Draft, Sheet
from .form_checks import check_forms
from .head_checks import check_head, check_ids
from .import_checks import check_imports
from .measure_checks import built as built_measure, check_measures
from .page_checks import built as built_page, check_pages
from .pipeline_checks import built as built_pipeline, check_pipelines
from .posting_checks import check_postings
from .print_checks import check_prints
from .promise_checks import built as built_promise, check_promises
from .role_checks import check_roles
from .rule_checks import check_rulesets
from .scenario_checks import built as built_scenario, check_scenarios
from .sources import Sources, gathered, kind_of_path
from .version_checks import check_versions

PROBLEM_LIMIT = 1_000  # of a whole package


def read_package(path: Path, *, others: Sequence[Package] = ()) -> Package:
    """Return the checked package of a folder or zip archive; raises `Refused` with all problems.

    `others` are the packages installed already, whose forms it may refer to.
    """
    return _checked(gathered(path), others)


def read_sources(
    sources: Mapping[str, str],
    *,
    others: Sequence[Package] = (),
    lawful: schema.Lawful | None = None,
) -> Package:
    """Return the checked package of documents by path; raises `Refused` with all problems.

    Whether its data files exist is not known here and not asked. What `lawful` knows is not held
    against the schemas once more.
    """
    known = lawful is not None and lawful.knows(sources)
    package = _checked(Sources(dict(sources)), others, shapely=known)
    if lawful is not None and not known:
        lawful.keep(sources)
    return package


def read_documents(
    sources: Sources, shapely: bool = False
) -> tuple[list[tuple[str, Document]], Problems]:
    """Return the documents that can be read and have the shape of their kind, and the problems.

    Where they are known to be `shapely` that is not looked at.
    """
    problems = Problems([*sources.problems])
    sound = []
    for path, text in sorted(sources.texts.items()):
        kind = kind_of_path(path)
        document, found = _document(path, text)
        if document is not None and not shapely:
            found = _misshapen(path, text, kind)
        problems.extend(found)
        if document is not None and not found and kind is not None:
            sound.append((kind, document))
    return sound, problems


@lru_cache(maxsize=500)
def _document(path: str, text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Return a document, or None and why it cannot be read.

    Kept, because of a package that changes most documents stay as they are. Nobody changes the
    data of a document.
    """
    try:
        return read(text, path), ()
    except Refused as refused:
        return None, refused.problems


@lru_cache(maxsize=500)
def _misshapen(path: str, text: str, kind: str | None) -> tuple[Problem, ...]:
    """Return what a document that can be read breaks of the shape of its kind."""
    document, _problems = _document(path, text)
    return tuple(schema.check(document, kind)) if document is not None else ()


def _checked(sources: Sources, others: Sequence[Package], shapely: bool = False) -> Package:
    known = {path for path in sources.texts if kind_of_path(path)}
    sources = Sources(
        {path: sources.texts[path] for path in known}, sources.files, sources.problems
    )
    sound, problems = read_documents(sources, shapely)
    draft = _draft(sources, sound, problems, others)
    for check in (
        check_head,
        check_ids,
        check_forms,
        check_postings,
        check_closing,
        check_rulesets,
        check_roles,
        check_imports,
        check_correlations,
        check_promises,
        check_scenarios,
        check_pages,
        check_documents,
        check_versions,
        check_bindings,
        check_prints,
        check_measures,
        check_connections,
        check_pipelines,
    ):
        check(draft)
    if draft.problems:
        raise Refused(draft.problems.sorted()[:PROBLEM_LIMIT])
    return Package(
        head=draft.head,
        forms=tuple(sheet.part for sheet in draft.of_kind("form")),
        rulesets=tuple(sheet.part for sheet in draft.of_kind("ruleset")),
        roles=tuple(sheet.part for sheet in draft.of_kind("role")),
        imports=tuple(sheet.part for sheet in draft.of_kind("import")),
        correlations=tuple(sheet.part for sheet in draft.of_kind("correlation")),
        promises=tuple(sheet.part for sheet in draft.of_kind("promise")),
        scenarios=tuple(sheet.part for sheet in draft.of_kind("scenario")),
        pages=tuple(sheet.part for sheet in draft.of_kind("page")),
        measures=tuple(sheet.part for sheet in draft.of_kind("measure")),
        connections=tuple(sheet.part for sheet in draft.of_kind("connection")),
        pipelines=tuple(sheet.part for sheet in draft.of_kind("pipeline")),
        sources=dict(sorted(sources.texts.items())),
    )


def _draft(
    sources: Sources,
    sound: list[tuple[str, Document]],
    problems: Problems,
    others: Sequence[Package],
) -> Draft:
    heads = [document for kind, document in sound if kind == "package"]
    head = building.head(heads[0].data) if heads else PackageHead("", "0.0.0", Text.same(""))
    written = [path for path in sources.texts if kind_of_path(path) == "package"]
    if len(written) != 1:
        problems.add(_no_head(written))
    build: dict[str, Callable[[Any], Any]] = {
        "package": lambda data: head,
        "form": lambda data: building.form(data, head.currency),
        "ruleset": building.ruleset,
        "role": building.role,
        "import": building.import_map,
        "correlation": built_correlation,
        "promise": built_promise,
        "scenario": built_scenario,
        "page": built_page,
        "measure": built_measure,
        "connection": built_connection,
        "pipeline": built_pipeline,
    }
    sheets = [
        Sheet(kind, document.data[kind], document, build[kind](document.data))
        for kind, document in sound
    ]
    return Draft(
        head=head,
        sheets=tuple(sheets),
        # A package that is installed already is what this one takes the place of.
        others=tuple(other for other in others if other.head.id != head.id),
        failed=_failed(sources, {document.name for _, document in sound}),
        files=sources.files,
        problems=problems,
    )


def _failed(sources: Sources, sound: set[str]) -> frozenset[tuple[str, str]]:
    """Return what the failed documents were to be called, as far as that can be told."""
    failed = set()
    for path, text in sources.texts.items():
        kind = kind_of_path(path)
        if path in sound or kind is None:
            continue
        failed.add((kind, PurePosixPath(path).stem))
        for line in text.splitlines():
            key, colon, word = line.partition(":")
            if colon and key.strip(' "{') == kind:
                failed.add((kind, word.split("#")[0].strip(' ",')))
    return frozenset(failed)


def _no_head(written: list[str]) -> Problem:
    if written:
        words = ", ".join(sorted(written))
        say = Text(
            f"只能有一个包头文件，得到 {words}。", f"One package head is allowed, got {words}."
        )
        return Problem("several_heads", say, Place("", sorted(written)[1]))
    say = Text("缺少 package.yaml。", "package.yaml is missing.")
    hint = Text(
        "用 seamline new package 名称 生成一个。", "Make one with: seamline new package NAME."
    )
    return Problem("no_head", say, Place("", "package.yaml"), hint)
