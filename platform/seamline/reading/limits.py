"""What a paper may be: kinds, size, pages, pixels, and the sentence for each that is refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from seamline.problems import Problem
from seamline.text import Text


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a paper may be, and what reading it may cost."""

    megabytes: int = 30
    pages: int = 30
    megapixels: int = 120
    opening_seconds: int = 30
    opening_megabytes: int = 2000
    page_seconds: int = 90
    engine_megabytes: int = 8000

    def as_json(self) -> dict[str, int]:
        """Return the limits as plain data, for the process that keeps them."""
        return asdict(self)


_SAID: dict[str, tuple[str, str]] = {
    "empty_file": ("文件是空的。", "The file is empty."),
    "paper_too_large": (
        "文件有 {got}，最多 {most}。",
        "The file has {got}; at most {most} are read.",
    ),
    "paper_kind": (
        "只读取 PDF、JPEG、PNG、TIFF、WebP 和邮件（.eml、.txt），这个文件不是。",
        "PDF, JPEG, PNG, TIFF, WebP and messages (.eml, .txt) are read; this file is none.",
    ),
    "broken_paper": ("文件已损坏，打不开。", "The file is broken and cannot be opened."),
    "encrypted_paper": ("PDF 有打开密码。", "The PDF asks for a password."),
    "script_in_paper": (
        "PDF 内含脚本，未打开。",
        "The PDF carries a script and was not opened.",
    ),
    "too_many_pages": (
        "文件有 {got} 页，最多读取 {most} 页。",
        "The file has {got} pages; at most {most} are read.",
    ),
    "too_many_pixels": (
        "图像为 {got} 兆像素，最多 {most} 兆像素。",
        "The picture has {got} megapixels; at most {most} are read.",
    ),
    "reading_too_long": (
        "读取超过时限，已停止。",
        "Reading took longer than allowed and was stopped.",
    ),
    "reading_failed": (
        "读取时出错，已停止。",
        "Reading stopped with an error.",
    ),
    "no_engine": (
        "这是扫描件或照片，本机没有文字识别引擎。",
        "This is a scan or a photo, and no engine for text recognition is installed here.",
    ),
}
_HINTS: dict[str, tuple[str, str]] = {
    "paper_too_large": ("请拆分或压缩后再上传。", "Split or compress it and try again."),
    "broken_paper": ("请重新导出或重新扫描。", "Export or scan it again."),
    "encrypted_paper": ("请去掉密码后再上传。", "Remove the password and try again."),
    "script_in_paper": ("请打印成新的 PDF 再上传。", "Print it to a new PDF and try again."),
    "too_many_pages": ("请只上传订单所在的页。", "Upload only the pages of the order."),
    "too_many_pixels": ("请用 300 dpi 以下扫描。", "Scan it at 300 dpi or less."),
    "reading_too_long": ("请换一份更清晰的扫描件，或手工录入。", "Try a cleaner scan, or type it."),
    "reading_failed": ("请换一份扫描件，或手工录入。", "Try another scan, or type it."),
    "no_engine": (
        "请安装：pip install 'seamline[ocr]'；带文字的 PDF 无需安装即可读取。",
        "Install it: pip install 'seamline[ocr]'. PDFs that hold text are read without.",
    ),
}  # fmt: skip


def problem(code: str, got: str = "", most: str = "") -> Problem:
    """Return the sentence for a paper that is not read."""
    zh, en = (said.format(got=got, most=most) for said in _SAID[code])
    hint = _HINTS.get(code)
    return Problem(code, Text(zh, en), hint=Text(*hint) if hint else None, got=got or None)


def known(code: str) -> bool:
    """Say whether a process may give this as the reason."""
    return code in _SAID


class Refusal(Exception):
    """The paper is not read: the code of the sentence, what came and what is allowed."""

    def __init__(self, code: str, got: str = "", most: str = "") -> None:
        super().__init__(code)
        self.code, self.got, self.most = code, got, most
