"""A configuration package: what a partner installs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seamline.text import Text
from seamline.workdays import Calendar

from .connection import Connection
from .correlation import Correlation
from .form import Form
from .importing import ImportMap
from .measure import Measure
from .page import Page
from .pipeline import Pipeline
from .promise import Promise
from .role import Role
from .ruleset import RuleSet
from .scenario import Scenario

PROMPTS_PER_DAY = 20


@dataclass(frozen=True, slots=True)
class DataFile:
    """Sample data of a package: a file (relative to the package) read through an import map."""

    file: str
    map: str


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """An account that comes with the sample data; `party` reads `supplier=G001`, or is empty."""

    login: str
    name: Text
    roles: tuple[str, ...]
    party: str = ""


@dataclass(frozen=True, slots=True)
class PackageHead:
    """The `package.yaml` of a package. `needs_packages` maps package id to a version range.

    Without a `calendar` the clocks of reviews run day and night. `prompts_per_day` is how many
    reminders one person is shown at most on one day. `pools` and `acts` say what people call the
    review pools and the acts that locks close, by id. `company` stands on what is printed.
    """

    id: str
    version: str
    title: Text
    description: Text | None = None
    company: Text | None = None
    licence: str = "Apache-2.0"
    language: str = "zh"
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    needs_platform: str = ""
    needs_packages: Mapping[str, str] = field(default_factory=dict)
    data: tuple[DataFile, ...] = ()
    accounts: tuple[SampleAccount, ...] = ()
    calendar: Calendar | None = None
    prompts_per_day: int = PROMPTS_PER_DAY
    pools: Mapping[str, Text] = field(default_factory=dict)
    acts: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Package:
    """A checked package: its head, its documents, and their text by path (for storing, diffing)."""

    head: PackageHead
    forms: tuple[Form, ...] = ()
    rulesets: tuple[RuleSet, ...] = ()
    roles: tuple[Role, ...] = ()
    imports: tuple[ImportMap, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    promises: tuple[Promise, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    pages: tuple[Page, ...] = ()
    measures: tuple[Measure, ...] = ()
    connections: tuple[Connection, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
