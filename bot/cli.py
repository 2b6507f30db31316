"""The `genjin` command. Each command imports what it needs when it runs, so that `genjin parse` starts fast."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.exceptions import Abort, TyperException

if TYPE_CHECKING:
    from config.settings import Settings

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="genjin (跟进): a CRM that lives in the chat.",
)

BENCHMARKS = ("path",)  # modules of bot.bench with `async def run(json_output: bool) -> int`
Jsonl = Annotated[bool, typer.Option("--jsonl", help="Read JSON lines from standard input, answer each with one.")]


def main() -> None:
    """Entry point. What is wrong with the call or the settings is one line on standard error and exit code 2."""
    from config.settings import SettingsError

    _speak_utf8()
    try:
        sys.exit(cli(standalone_mode=False))
    except TyperException as wrong:
        _wrong_call(wrong)
    except SettingsError as wrong:
        _fail(str(wrong))
    except (Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; there is nothing to say and nobody to say it to
        sys.exit(1)


@cli.command()
def serve() -> None:
    """Run genjin with every messenger that is configured."""
    settings = _settings(logging.INFO)
    from bot.commands import serving

    _run(serving.serve(settings))


@cli.command()
def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the local messenger; 0 takes a free one.")
    ] = 8080,
    data: Annotated[Path | None, typer.Option(help="Data folder; GENJIN_DATA or genjin-data without it.")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="No sample data but people.")] = False,
) -> None:
    """Run genjin with the local messenger on this machine."""
    settings = _settings()
    from bot.commands import demo as demonstration

    _run(demonstration.demo(settings, port=port, data=data, empty=empty))


@cli.command()
def parse(
    text: Annotated[str | None, typer.Argument(help="One message; standard input without it.")] = None,
    now: Annotated[str | None, typer.Option(help="When it is said, ISO 8601; now without it.")] = None,
    jsonl: Jsonl = False,
) -> None:
    """Say what a message means, as JSON."""
    zone, at = _settings().zone, _moment(now)
    if jsonl and text is not None:
        _fail("give either TEXT or --jsonl, not both")
    from bot.nlp import commands

    if jsonl:
        sys.exit(commands.run_parse(sys.stdin, sys.stdout, sys.stderr, zone=zone, now=at))
    sys.exit(commands.parse_one(_text(text), sys.stdout, zone=zone, now=at))


@cli.command()
def entities(jsonl: Jsonl = False) -> None:
    """Find times, money, numbers, phones and addresses, as JSON lines."""
    zone = _settings().zone
    _require_jsonl(jsonl)
    from bot.nlp import commands

    sys.exit(commands.run_entities(sys.stdin, sys.stdout, sys.stderr, zone=zone, now=datetime.now(UTC)))


@cli.command()
def link(
    names: Annotated[Path, typer.Option(help="The customers, one JSON object a line.")],
    jsonl: Jsonl = False,
) -> None:
    """Say which customer of a list each wording means, as JSON lines."""
    _require_jsonl(jsonl)
    from bot import link_command

    try:
        link_command.link(names, sys.stdin, sys.stdout)
    except (OSError, ValueError) as wrong:
        _fail(f"{names}: {wrong.strerror if isinstance(wrong, OSError) else wrong}")


@cli.command()
def ask(
    userid: Annotated[str, typer.Option("--as", help="Whose message it is.")],
    text: Annotated[str, typer.Argument(help="The message.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a card.")] = False,
    tap: Annotated[str | None, typer.Option(help="Tap the button with this action instead.")] = None,
) -> None:
    """Send one chat message through the whole bot and print every card that it causes."""
    settings = _settings()
    if bool(text.strip()) == (tap is not None):
        _fail("give either TEXT or --tap ACTION")
    from bot.commands import ask as asking

    _run(asking.ask(settings, asking.Asked(userid=userid, text=text, tap=tap, json=json)))


@cli.command("import")
def import_(
    kind: Annotated[str, typer.Argument(help="people")],
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx file with a header row.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
) -> None:
    """Bring in records from a file; prints what became of them."""
    settings = _settings()
    if kind != "people":
        _fail(f"cannot import {kind}; it can: people")
    from bot.commands import import_people

    _run(import_people.import_people(settings, file, dry_run=dry_run))


@cli.command()
def export(
    kind: Annotated[str, typer.Argument(help="customers, activities, messages, deliveries, …")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines; what happens without an option.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on standard output.")] = False,
    xlsx: Annotated[Path | None, typer.Option(help="Write a workbook to this file.")] = None,
) -> None:
    """Write everything of one kind."""
    settings = _settings()
    if jsonl + as_csv + (xlsx is not None) > 1:
        _fail("give one of --jsonl, --csv and --xlsx FILE")
    from bot.commands import export as exporting
    from bot.commands.export_kinds import KINDS

    if kind not in KINDS:
        _fail(f"cannot export {kind}; it can: {', '.join(KINDS)}")
    form: exporting.Form = "xlsx" if xlsx is not None else "csv" if as_csv else "jsonl"
    _run(exporting.export(settings, kind, form, xlsx))


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this release."""
    settings = _settings()
    from bot.commands import administration

    _run(administration.migrate(settings))


@cli.command()
def admin(userid: Annotated[str, typer.Argument(help="The person's account.")]) -> None:
    """Make somebody an administrator."""
    settings = _settings()
    from bot.commands import administration

    _run(administration.admin(settings, userid))


@cli.command()
def doctor() -> None:
    """Check settings, database and credentials."""
    settings = _settings()
    from bot.commands import doctor as checking

    _run(checking.doctor(settings))


@cli.command()
def bench(
    name: Annotated[str, typer.Argument(help="path")],
    json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
) -> None:
    """Run one of the benchmarks."""
    _settings()
    if name not in BENCHMARKS:
        _fail(f"no benchmark is called {name}; there is {', '.join(BENCHMARKS)}")
    _run(import_module(f"bot.bench.{name}").run(json))


def _settings(level: int = logging.WARNING) -> Settings:
    """The settings, with logging set up for the command."""
    from bot.commands.logs import to_stderr
    from config import settings

    to_stderr(level)
    return settings.load()


def _run(command: Coroutine[Any, Any, int]) -> NoReturn:
    """Run a command that needs the database; one that does not answer, or a file that cannot be written, is a line."""
    from asyncpg import PostgresError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        sys.exit(asyncio.run(command))
    except BrokenPipeError:
        raise
    except (SQLAlchemyError, PostgresError, OSError) as wrong:
        _fail(f"{str(wrong).splitlines()[0]}; run genjin migrate if there is no database yet, or see genjin doctor")


def _fail(why: str) -> NoReturn:
    sys.stderr.write(f"genjin: {why}\n")
    sys.exit(2)


def _wrong_call(wrong: TyperException) -> NoReturn:
    """A wrong option in one line; a bare `genjin` gets the help."""
    said = wrong.format_message().strip()
    if type(wrong).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{said}\n")
        sys.exit(2)
    _fail(f"{' '.join(said.split())} See genjin --help.")


def _speak_utf8() -> None:
    """Chinese in and out whatever the locale; what is no UTF-8 is replaced, so one bad line stops nothing."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _moment(said: str | None) -> datetime:
    if said is None:
        return datetime.now(UTC)
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        _fail(f"--now: {said!r} is no ISO 8601 moment such as 2026-11-25T16:00:00")


def _text(text: str | None) -> str:
    if text is None and sys.stdin.isatty():
        _fail("give TEXT, or --jsonl with lines on standard input")
    return sys.stdin.read().rstrip("\n") if text is None else text


def _require_jsonl(jsonl: bool) -> None:
    if not jsonl:
        _fail("give --jsonl, with lines on standard input")


if __name__ == "__main__":
    main()
