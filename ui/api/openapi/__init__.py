"""The OpenAPI 3.1 description of a workspace, made from its catalog."""

from .document import describe as describe
