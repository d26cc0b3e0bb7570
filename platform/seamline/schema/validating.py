"""What the library of JSON Schema finds, as breaches; loaded when there is something to check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError, ValidationError, best_match

from seamline.documents import Path
from seamline.problems import did_you_mean

from .assembly import law_of
from .sentences import Breach

LONGEST_COMPARED = 1_000  # items of a list that are compared with each other


def breach_of(error: ValidationError, path: Path = ()) -> Breach:
    """Return a schema error as data; of a choice between shapes, what the nearest one says.

    `path` is where the value that was looked at stands in its document.
    """
    schema: Any = error.schema
    if error.validator in ("anyOf", "oneOf") and "x-say" not in schema:
        nearest = best_match(error.context or ())
        if nearest is not None and nearest is not error:
            return breach_of(nearest, path)
    return Breach(
        keyword=str(error.validator),
        limit=error.validator_value,
        value=error.instance,
        schema=schema if isinstance(schema, dict) else {},
        path=(*path, *error.absolute_path),
        name=error.message,
        of_key="propertyNames" in error.absolute_schema_path,
    )


def without_misspelt(breaches: list[Breach]) -> list[Breach]:
    """Leave out a missing key that is there misspelt: the misspelt key has its own problem."""
    strange: dict[Path, list[str]] = {}
    for breach in breaches:
        if breach.keyword == "additionalProperties":
            strange.setdefault(breach.path, []).append(breach.name)
    return [
        breach
        for breach in breaches
        if breach.keyword != "required"
        or did_you_mean(breach.name, strange.get(breach.path, ())) is None
    ]


@cache
def reader_for(kind: str) -> Any:
    """Return the validator of a kind of document."""
    return reader_of(law_of(kind))


def reader_of(law: Mapping[str, Any]) -> Any:
    """Return the validator of a law; what it finds is made for `breach_of`."""
    keywords = {
        "required": _required,
        "additionalProperties": _closed,
        "if": _branch,
        "uniqueItems": _unique,
    }
    extend: Any = validators.extend
    return extend(Draft202012Validator, keywords)(law)


def wrong_at(law: Mapping[str, Any]) -> tuple[Path, str] | None:
    """Return where a JSON Schema is none, and what is wrong with it; None where it is one."""
    try:
        Draft202012Validator.check_schema(law)
    except SchemaError as error:
        return tuple(error.absolute_path), error.message
    return None


def _required(_: Any, keys: list[str], instance: Any, __: Any) -> Iterator[ValidationError]:
    """Yield one error per missing key; its message is the key."""
    if isinstance(instance, dict):
        for key in keys:
            if key not in instance:
                yield ValidationError(key)


def _closed(
    validator: Any, law: Any, instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Yield one error per unknown key; its message is the key."""
    if law is not False:
        standard = Draft202012Validator.VALIDATORS["additionalProperties"]
        yield from standard(validator, law, instance, schema)
    elif isinstance(instance, dict):
        for key in instance:
            if key not in schema.get("properties", {}):
                yield ValidationError(key)


def _branch(
    validator: Any, test: dict[str, Any], instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Follow `if`; the many tests on a field's kind are one comparison each, which is faster."""
    wanted = test.get("properties", {}).get("kind", {}).get("const")
    if wanted is None:
        yield from Draft202012Validator.VALIDATORS["if"](validator, test, instance, schema)
    elif isinstance(instance, dict) and instance.get("kind") == wanted:
        yield from validator.descend(instance, schema["then"], schema_path="then")


def _unique(
    validator: Any, law: bool, instance: Any, schema: dict[str, Any]
) -> Iterator[ValidationError]:
    """Look for repeated items, but not in a list that is too long anyway: that takes for ever."""
    if isinstance(instance, list) and len(instance) <= schema.get("maxItems", LONGEST_COMPARED):
        standard = Draft202012Validator.VALIDATORS["uniqueItems"]
        yield from standard(validator, law, instance, schema)
