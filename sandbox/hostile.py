"""Strings that break whoever is not careful: quotes, control letters, markup, formulas, paths."""

import json
from typing import Any, Final

HOSTILE: Final = (
    "say \"hello\", \\ and 'bye'",
    "line\nbreak\r\nand\ttab",
    "nul\x00in the middle",
    "\u202egnp.exe\u202c and \u200f\u200b",
    "\U0001f9d1\u200d\U0001f680 café e\u0301 \U0001f1e9\U0001f1ea",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) ![x](http://192.0.2.66/x.png)",
    '=HYPERLINK("http://192.0.2.66","x")',
    "+1+1|cmd' /C calc'!A0",
    "x" * 10_000,
    "Robert'); drop table events; --",
    "lone \ud800 surrogate \udfff",
    "../../../../etc/passwd",
    "\x1b[31mred\x1b[0m\x07\x9b2J",
    "%s %n {0} ${HOME} {{7*7}}",
    "",
    " ",
    "\ufeffbom\u2028line\u2029paragraph",
)


def has_surrogate(value: Any) -> bool:
    """Whether half a letter is in it, which UTF-8 cannot say and JSON must escape."""
    text = json.dumps(value, ensure_ascii=False)
    return any("\ud800" <= letter <= "\udfff" for letter in text)
