"""What people write: one frozen dataclass per kind of document and part of it."""

from .binding import Binding as Binding, Scheme as Scheme
from .board import Board as Board
from .closing import Closed as Closed, Cutover as Cutover, mark_of as mark_of
from .connection import (
    Connection as Connection,
    MappedField as MappedField,
    MappedTable as MappedTable,
    Mirror as Mirror,
    Settles as Settles,
)
from .correlation import (
    CorrelatedFact as CorrelatedFact,
    Correlation as Correlation,
    CorrelationLock as CorrelationLock,
)
from .documents import DocumentCentre as DocumentCentre, Fit as Fit
from .field import Field as Field, Section as Section
from .form import (
    CodePattern as CodePattern,
    Duplicate as Duplicate,
    Form as Form,
    ListView as ListView,
    State as State,
    Step as Step,
)
from .importing import ColumnMap as ColumnMap, ImportMap as ImportMap, LineMap as LineMap
from .measure import Baseline as Baseline, Measure as Measure, Target as Target
from .package import (
    DataFile as DataFile,
    Package as Package,
    PackageHead as PackageHead,
    SampleAccount as SampleAccount,
)
from .page import Page as Page
from .pipeline import Pipeline as Pipeline
from .posting import Posting as Posting
from .promise import (
    Promise as Promise,
    PromiseFlow as PromiseFlow,
    PromiseLead as PromiseLead,
    PromiseLine as PromiseLine,
)
from .role import Grant as Grant, Role as Role, StepLimit as StepLimit, Unproven as Unproven
from .ruleset import LockOf as LockOf, ReviewNode as ReviewNode, Rule as Rule, RuleSet as RuleSet
from .scenario import (
    Act as Act,
    Expected as Expected,
    ExpectedProblem as ExpectedProblem,
    GivenRecord as GivenRecord,
    Scenario as Scenario,
    ScenarioStep as ScenarioStep,
)
from .taking_over import (
    Approval as Approval,
    ApprovalRows as ApprovalRows,
    Attachments as Attachments,
    FromConnection as FromConnection,
    Reconcile as Reconcile,
    TakingOver as TakingOver,
)
from .versions import Structure as Structure, Validity as Validity, Versions as Versions
