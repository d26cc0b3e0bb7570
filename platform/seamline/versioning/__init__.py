"""Versions with days and parts: which is in force, what it is made of, what is wrong with them."""

from .differ import Change as Change, differing as differing
from .explode import Doubt as Doubt, Node as Node, explode as explode
from .faults import Fault as Fault, faults as faults
from .library import Library as Library, Part as Part, Version as Version, fitting as fitting
from .span import Span as Span
from .uses import Use as Use, used_in as used_in
