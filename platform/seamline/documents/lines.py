"""Lines of a text around a place in it: where they begin and end, the comments above them."""

from __future__ import annotations


def line_start(text: str, at: int) -> int:
    """Return where the line of a character begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the line of a character ends, before its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def next_line(text: str, at: int) -> int:
    """Return where the line after that of a character begins."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def column(text: str, at: int) -> int:
    """Return how many characters stand before one on its line."""
    return at - line_start(text, at)


def opens_line(text: str, at: int) -> bool:
    """Say whether nothing but blanks stands before a character on its line."""
    return not text[line_start(text, at) : at].strip()


def with_comments(text: str, at: int) -> int:
    """Return where the lines begin that belong to the entry at a character: its own comments,
    indented like it and right above, and the line itself."""
    begin, indent = line_start(text, at), column(text, at)
    while begin > 0:
        above = line_start(text, begin - 1)
        line = text[above : begin - 1]
        if not (line.lstrip().startswith("#") and len(line) - len(line.lstrip()) == indent):
            break
        begin = above
    return begin


def shifted(lines: str, by: int) -> str:
    """Return lines indented by so many more (or fewer) characters; empty ones stay empty."""
    moved = []
    for line in lines.splitlines(keepends=True):
        blank = not line.strip()
        moved.append(line if blank or by == 0 else " " * by + line if by > 0 else line[-by:])
    return "".join(moved)
