"""Who may do what, and what they see: the one place that every use case asks."""

from .account import (
    ME as ME,
    account_scope as account_scope,
    all_of as all_of,
    condition_names as condition_names,
    parse_where as parse_where,
)
from .reach import (
    EVERYTHING_SEEN as EVERYTHING_SEEN,
    Reach as Reach,
    View as View,
    plain as plain,
)
from .rights import ADMINISTRATOR as ADMINISTRATOR, Access as Access
from .tokens import SCOPES as SCOPES, scope_problem as scope_problem
from .words import EVERYTHING as EVERYTHING, LIFT as LIFT, SWITCH as SWITCH
