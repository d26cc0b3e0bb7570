"""Tables, records, journal, outbox and sequences behind one transaction."""

from .accounts import Token as Token, User as User
from .addresses import Address as Address
from .batch import BatchFailed as BatchFailed
from .bindings import KeptVersion as KeptVersion
from .chain import Verdict as Verdict, verify_export as verify_export
from .changes import LocalChange as LocalChange
from .connections import ConnectionState as ConnectionState, LocalConnection as LocalConnection
from .designs import (
    DesignEdit as DesignEdit,
    DesignHead as DesignHead,
    DesignText as DesignText,
    Splice as Splice,
)
from .finding import Found as Found, RecordHead as RecordHead
from .flows import Amount as Amount, Flow as Flow
from .idempotency import Kept as Kept
from .imports import ImportJob as ImportJob
from .journal import Place as Place
from .locks import Lock as Lock
from .migrating import Run as Run, Taken as Taken
from .mirrors import Mirrored as Mirrored, MirrorState as MirrorState
from .notices import Notice as Notice
from .outbox import Message as Message
from .packages import Installed as Installed
from .pages import Page as Page, Query as Query
from .pasts import Past as Past, PastTexts as PastTexts
from .promises import KeptPart as KeptPart
from .proofs import Likeness as Likeness, Proof as Proof
from .remembered import SecretHead as SecretHead
from .reviews import Review as Review
from .rollouts import Rollout as Rollout
from .samples import Sample as Sample, SampleBatch as SampleBatch
from .sessions import Session as Session
from .store import Store as Store, open_store as open_store
from .story import Cover as Cover, verify_story as verify_story, write_story as write_story
from .switches import Shadow as Shadow, Switch as Switch
from .tables import FormTables as FormTables, tables_for as tables_for
from .unit import Unit as Unit
