"""What the README and the dictionary say is so."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.main import get_command

from data import reports
from data.tables import TABLES
from flows.command.cli import app
from flows.command.dictionary import dictionary

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    {
        line.strip().removeprefix("$ ").split("  #")[0].strip()
        for line in re.findall(r"^.*\bcasbah [a-z].*$", README, re.MULTILINE)
        if re.match(r"\s*(\$ )?(\.venv/bin/)?casbah ", line)
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_the_readme_names_commands_that_there_are(line: str) -> None:
    """Every command line of the README parses, with the options that it shows."""
    name, *words = shlex.split(line)[1:]
    command = get_command(app).get_command(None, name)  # type: ignore[attr-defined, arg-type]
    assert command is not None, f"there is no command {name}"
    command.make_context(name, words)


def test_every_command_is_in_the_readme_and_has_help() -> None:
    """No command is a secret."""
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name, command in commands.items():
        assert f"casbah {name}" in README or f"make {name}" in README, name
        assert command.help, name
        assert all(getattr(option, "help", "") for option in command.params), name


def test_the_readme_names_tables_and_reports() -> None:
    """Every table and report is named where a stranger looks first."""
    for name in [*(table.name for table in TABLES), *reports.names()]:
        assert name in README, name


def test_the_dictionary_is_the_code_s() -> None:
    """DATA.md is what the declarations say (`python -m flows.command.dictionary > DATA.md`)."""
    assert (ROOT / "DATA.md").read_text(encoding="utf-8") == dictionary()


def test_the_readme_links_to_files_that_there_are() -> None:
    """No link of the documents leads nowhere."""
    for document in ROOT.glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{document.name}: {target}"
