"""The compiled form: reads what came in, completes it, and shows it to conditions and rules."""

from .compiling import compile_form as compile_form
from .model import FormModel as FormModel
from .narrowing import narrowed as narrowed
from .parts import (
    FieldModel as FieldModel,
    ReferenceUse as ReferenceUse,
    Values as Values,
    moved as moved,
)
from .remembered import Recall as Recall, facts_from_json as facts_from_json
from .scopes import (
    SYSTEM as SYSTEM,
    form_scope as form_scope,
    row_scope as row_scope,
    type_of as type_of,
)
from .staging import staged as staged
from .steps import possible as possible
