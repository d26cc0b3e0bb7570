"""Correlated rules: found by SQL, which decides, or proposed by an engine of joins."""

from .compiling import (
    CorrelationModel as CorrelationModel,
    FactModel as FactModel,
    compile_correlation as compile_correlation,
)
