"""The page on which the administrator's browser lands: what came of the answer that it brought.

It holds no script, and text from outside only as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Literal

Mark = Literal["good", "bad", "wait"]
SIGNS: dict[Mark, str] = {"good": "\N{CHECK MARK}", "bad": "\N{MULTIPLICATION X}", "wait": "…"}
# No script, no picture, no form, and nothing from anywhere (W3C, Content Security Policy 3).
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} · Casbah</title>
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<style>
:root {{ --ground: #f4f5f7; --card: #fff; --ink: #1c2430; --soft: #5b6675; --good: #17794a;
  --bad: #b3261e; --wait: #8a5a00; --link: #1a56c4 }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ground: #12161c; --card: #1c222b; --ink: #e8ecf1; --soft: #a3afbe; --good: #5fd39a;
    --bad: #ff8f85; --wait: #f0c36a; --link: #8db8ff }}
}}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: var(--ground); color: var(--ink); font: 1.05rem/1.55 system-ui, sans-serif }}
main {{ box-sizing: border-box; width: min(36rem, 92vw); padding: 2.2rem 2.4rem; margin: 2rem 0;
  background: var(--card); border-radius: .8rem; border-top: .35rem solid var(--{mark});
  box-shadow: 0 .1rem .3rem #0003; overflow-wrap: anywhere }}
h1 {{ margin: 0 0 .8rem; font-size: 1.5rem; line-height: 1.25 }}
h1 span {{ color: var(--{mark}) }}
p {{ margin: .6rem 0 }}
footer {{ margin-top: 1.6rem; color: var(--soft); font-size: .9rem }}
a {{ color: var(--link) }}
a:focus-visible {{ outline: .15rem solid; outline-offset: .2rem; border-radius: .2rem }}
</style>
</head>
<body>
<main role="{role}">
<h1><span aria-hidden="true">{sign}</span> {title}</h1>
{paragraphs}
<footer>Casbah{back}</footer>
</main>
</body>
</html>
"""


@dataclass(frozen=True)
class Outcome:
    """What came of an answer: a title and paragraphs; `back` is the address of the run's page."""

    mark: Mark
    title: str
    paragraphs: tuple[str, ...]
    back: str | None = None


NOBODY = Outcome(
    "bad",
    "Nobody waits for this answer",
    (
        "The run that asked has ended, or has its answer already.",
        "Run onboard or connect again, and follow the link that it shows.",
    ),
)
NOTHING = Outcome("bad", "Nothing here", ("This address only takes the answer to a consent link.",))
SLOW = Outcome(
    "wait",
    "Casbah has the answer",
    ("It is still being worked on. The run shows what comes of it; you can close this page.",),
)


def page(outcome: Outcome) -> str:
    """The outcome as HTML."""
    back = f' · <a href="{escape(outcome.back)}">Back to the run</a>' if outcome.back else ""
    return PAGE.format(
        mark=outcome.mark,
        sign=SIGNS[outcome.mark],
        role="alert" if outcome.mark == "bad" else "status",
        title=escape(outcome.title),
        paragraphs="\n".join(f"<p>{escape(text)}</p>" for text in outcome.paragraphs),
        back=back,
    )
