"""The condition language: a strict, three-valued profile of JsonLogic (docs/conditions.md)."""

from .node import Node as Node
