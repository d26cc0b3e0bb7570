"""Puts the OpenAPI document together."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import seamline
from seamline.catalog import Catalog
from seamline.facts import Actor
from seamline.forms import narrowed
from seamline.registry import modules
from seamline.text import Text

from . import operations, schemas
from .operations import Part, answers, json_answer

MAX_FILE_MEGABYTES = 20


def describe(catalog: Catalog, actor: Actor, language: str) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of what `actor` may read and do in the workspace."""
    described = [module for module in modules(__package__) if _concerns(module, catalog, actor)]
    components = schemas.shared()
    paths = _fixed(language)
    for module in described:
        components |= module.SCHEMAS
        paths |= module.paths(language)
    tags = []
    for form, whole in catalog.forms.items():
        if not catalog.access.may(actor, "read", form):
            continue
        reach = catalog.access.scope(actor, form)
        model = narrowed(whole, reach.unseen)
        steps = [step for step in model.steps.values() if catalog.access.may(actor, step.id, form)]
        paths |= operations.of_form(model, steps, language)
        tags.append({"name": form, "description": model.form.title.in_(language)})
        components[f"{form}.values"] = schemas.values_read(model, language)
        components[f"{form}.record"] = schemas.record(model, written=False, narrowed=reach.narrowed)
        components[f"{form}.written"] = schemas.record(model, written=True, narrowed=reach.narrowed)
        components[f"{form}.page"] = schemas.page(model)
        for step in steps:
            filled = narrowed(whole, catalog.access.taking(actor, step.id, form).unseen)
            components[f"{form}.{step.id}"] = schemas.write(filled, step, language)
    return {
        "openapi": "3.1.0",
        "info": _info(catalog, language),
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": components,
            "parameters": operations.parameters(language),
            "responses": operations.problem_responses(language),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _concerns(module: ModuleType, catalog: Catalog, actor: Actor) -> bool:
    """Say whether a part of the description is for this reader: most are for everybody."""
    asked = getattr(module, "concerns", None)
    return hasattr(module, "paths") and (asked is None or bool(asked(catalog, actor)))


def _info(catalog: Catalog, language: str) -> dict[str, Any]:
    head = catalog.packages[0].head if catalog.packages else None
    return {
        "title": head.title.in_(language) if head else "Seamline",
        "version": f"1.{catalog.version}",
        "summary": f"Seamline {seamline.__version__}, JSON API v1",
        "description": Text(
            "由工作区的元数据生成；发布新配置后随之更新。",
            "Made from the metadata of the workspace; it follows what is published.",
        ).in_(language),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }


def _fixed(language: str) -> dict[str, Part]:
    """Return the paths that every workspace has."""
    code = {"type": "string", "minLength": 1, "maxLength": 100}
    return {
        "/api/v1/forms": {"get": _forms(language)},
        "/api/v1/openapi.json": {"get": _itself(language)},
        "/api/v1/tracking/{code}": {
            "parameters": [{"name": "code", "in": "path", "required": True, "schema": code}],
            "get": _tracking(language),
        },
        "/api/v1/files": {"post": _upload(language)},
    }


def _forms(language: str) -> Part:
    return {
        "operationId": "forms",
        "summary": Text("可读的表单", "The forms you may read").in_(language),
        "responses": {"200": json_answer("The forms", "Forms"), **answers((400, 401, 500))},
    }


def _itself(language: str) -> Part:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": Text("本说明", "This document").in_(language),
        "responses": {
            "200": {"description": "OpenAPI 3.1", "content": content},
            "304": {"description": "Not modified"},
            **answers((400, 401, 500)),
        },
    }


def _tracking(language: str) -> Part:
    return {
        "operationId": "tracking",
        "summary": Text("追踪码下的所有记录", "Every record under one tracking code").in_(language),
        "responses": {"200": json_answer("The records", "Heads"), **answers((400, 401, 404, 500))},
    }


def _upload(language: str) -> Part:
    n = MAX_FILE_MEGABYTES
    form = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
    return {
        "operationId": "files.upload",
        "summary": Text(f"上传一个文件(至多 {n} MB)", f"Upload one file (at most {n} MB)").in_(
            language
        ),
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
        "responses": {
            "201": json_answer("Refer to it in a record by this object", "File"),
            **answers((400, 401, 403, 413, 415, 422, 500, 503)),
        },
    }
