"""The page of a hostile lake, and somebody who looks at it in a browser."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# pytest imports each test by its path; `hostile_lake` lies beside them.
sys.path.append(str(Path(__file__).parent))

from hostile_lake import WORDS, fill

from data import catalog, page
from data.lake import Lake
from tasks.publishing import vocabulary

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass
class Made:
    """A lake, its published catalog, and the page that was made of it."""

    lake: Lake
    catalog: Path
    answers: page.Answers
    text: str
    file: Path


@dataclass
class Look:
    """A page in a browser, and what that did behind the reader's back."""

    page: Page
    asked: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Somebody needs to do something about a connection of a hostile name, too."""
    folder = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASBAH_HOME", str(folder / "home"))
        lake = Lake.open(str(folder / "lake"))
        fill(lake)
        published = catalog.publish(lake, vocabulary())
        answers = page.ask_all(lake)
        concerns = [page.Concern(word, word, word, word) for word in WORDS if len(word) < 100]
        text = page.of_all(answers, concerns)
        file = folder / "page.html"
        file.write_text(text, encoding="utf-8")
        return Made(lake, published, answers, text, file)


@pytest.fixture(scope="package")
def browser(chromium: Callable[[], AbstractContextManager[Browser]]) -> Iterator[Browser]:
    """The browser, until the last test of this folder is done."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def opens(browser: Browser, made: Made) -> Iterator[Callable[..., Look]]:
    """Open a file as a reader of some kind would; nothing is asked of anybody."""
    looks: list[Look] = []

    def opened(file: Path = made.file, **reader: Any) -> Look:
        tab = browser.new_context(**reader).new_page()
        look = Look(tab)
        tab.on("request", lambda request: look.asked.append(request.url))
        tab.on("requestfailed", lambda request: look.refused.append(request.url))
        tab.on("dialog", lambda dialog: (look.heard.append(dialog.message), dialog.dismiss()))
        tab.on("console", lambda message: look.heard.append(message.text))
        tab.on("pageerror", lambda error: look.heard.append(str(error)))
        tab.goto(file.as_uri())
        looks.append(look)
        return look

    yield opened
    for look in looks:
        assert len(look.asked) == 1, look.asked
        assert look.heard == []
        look.page.context.close()
