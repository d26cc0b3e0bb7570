"""The endpoints of files: upload one, download one through the record that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from seamline.facts import FileRef, Record, Row, Value
from seamline.problems import Place, Problem, Refused
from seamline.text import Text
from seamline.usecases import files, look
from seamline.usecases.desk import Desk

from .answers import answer
from .body import too_large
from .entrance import caller
from .openapi.document import MAX_FILE_MEGABYTES
from .records import named

MAX_BYTES = MAX_FILE_MEGABYTES * 1024 * 1024
_ROOM = 64 * 1024  # what multipart adds around the file


def add(blueprint: Blueprint, desk: Desk) -> None:
    """Give the blueprint the endpoints of files."""

    @blueprint.post("/files")
    def upload() -> Response:
        """Store one file; its answer is what a record's file field takes."""
        who = caller(desk, request)
        name, media_type, content = _uploaded()
        kept = files.keep(desk, who.actor, content, name, media_type)
        return answer(_shown(kept), 201)

    @blueprint.get("/<form>/<word>/files/<sha256>")
    def download(form: str, word: str, sha256: str) -> Response:
        """Answer the bytes of a file that the record holds."""
        who = caller(desk, request)
        record = look.record(desk, who.actor, form, named(word))
        held = next((one for one in _files(record) if one.sha256 == sha256), None)
        if held is None:
            raise Refused.one(
                "unknown_file",
                Text("这条记录没有这个文件。", "The record holds no such file."),
                status=404,
            )
        return _bytes(desk, held)


def _uploaded() -> tuple[str, str, bytes]:
    if request.mimetype != "multipart/form-data":
        raise Refused(
            (
                Problem(
                    "not_multipart",
                    Text(
                        "文件请用 multipart/form-data 上传。",
                        "Upload a file as multipart/form-data.",
                    ),
                    Place("Content-Type"),
                ),
            ),
            415,
        )
    if (request.content_length or 0) > MAX_BYTES + _ROOM:
        raise too_large(MAX_BYTES)
    request.max_content_length = MAX_BYTES + _ROOM
    try:
        given = request.files.get("file")
    except RequestEntityTooLarge as error:
        raise too_large(MAX_BYTES) from error
    if given is None or not given.filename:
        problem = Problem(
            "required",
            Text("缺少名为 file 的文件。", "There is no file part named 'file'."),
            Place("file"),
        )
        raise Refused((problem,), 400)
    content = given.stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise too_large(MAX_BYTES)
    return given.filename, given.mimetype or "application/octet-stream", content


def _files(record: Record) -> Iterator[FileRef]:
    for value in record.values.values():
        yield from _in(value)


def _in(value: Value) -> Iterator[FileRef]:
    if not isinstance(value, tuple):
        return
    for item in value:
        if isinstance(item, FileRef):
            yield item
        elif isinstance(item, Row):
            for cell in item.values.values():
                yield from _in(cell)


def _shown(file: FileRef) -> dict[str, object]:
    return {
        "sha256": file.sha256,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
    }


def _bytes(desk: Desk, file: FileRef) -> Response:
    """Answer stored bytes so that no browser runs them as a page of ours."""
    response = Response(files.content(desk, file.sha256), mimetype=file.media_type)
    name = quote(file.name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
