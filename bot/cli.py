"""The `genjin` command. Each command imports what it needs when it runs, so that `genjin parse` starts fast."""

from __future__ import annotations

import gc
import io
import logging
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from zoneinfo import ZoneInfo

import typer
from typer.exceptions import Abort, TyperException

from bot.roles import Role

if TYPE_CHECKING:
    from config.settings import Settings

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="genjin (跟进): a CRM that lives in the chat.",
)

BENCHMARKS = (
    "path",
    "due",
    "memory",
    "link",
    "parse",
)  # modules of bot.bench with `async def run(options: Options) -> list[Bar]`
COLLECT = (20_000, 50, 100)  # a note makes some thousand objects and leaves no cycles: rounds may be rare
Jsonl = Annotated[bool, typer.Option("--jsonl", help="Read JSON lines from standard input, answer each with one.")]


def main() -> None:
    """Entry point. What is wrong with the call or the settings is one line on standard error and exit code 2."""
    from config.environment import SettingsError

    gc.disable()  # until all is imported: `_all_loaded`
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
    finally:
        gc.enable()


@cli.command()
def serve(
    role: Annotated[
        Role, typer.Option(help="web takes callbacks, worker does all else, over one database.")
    ] = Role.ALL,
) -> None:
    """Run genjin with every messenger that is configured."""
    settings = _settings(logging.INFO)
    from bot.commands import logs, serving

    logs.to_stderr(logging.INFO, as_json=logs.wants_json(settings.log))

    _run(serving.serve(settings, role))


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
    zone, at = _zone(), _moment(now)
    if jsonl and text is not None:
        _fail("give either TEXT or --jsonl, not both")
    from bot.nlp import commands

    _all_loaded()
    if jsonl:
        sys.exit(commands.run_parse(sys.stdin, sys.stdout, sys.stderr, zone=zone, now=at))
    sys.exit(commands.parse_one(_text(text), sys.stdout, zone=zone, now=at))


@cli.command()
def entities(jsonl: Jsonl = False) -> None:
    """Find times, money, numbers, phones and addresses, as JSON lines."""
    zone = _zone()
    _require_jsonl(jsonl)
    from bot.nlp import commands

    _all_loaded()
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
    if kind == "words":
        from bot.commands import import_words

        _run(import_words.import_words(settings, file, dry_run=dry_run))
    if kind != "people":
        _fail(f"cannot import {kind}; it can: people, words")
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
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    no_files: Annotated[bool, typer.Option("--no-files", help="Without what people sent.")] = False,
) -> None:
    """Write all data to a file, while genjin works."""
    settings = _settings()
    from bot.commands import backup as keeping

    _run(keeping.backup(settings, file, files=not no_files))


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that genjin backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the data that is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the file.")] = False,
    tell: Annotated[bool, typer.Option("--tell", help="Say in chat since when words are missing.")] = False,
) -> None:
    """Fill an empty database from a backup."""
    settings = _settings()
    from bot.commands import backup as keeping

    _run(keeping.put_back(settings, file, force=force, dry_run=dry_run, tell=tell))


@cli.command()
def admin(userid: Annotated[str, typer.Argument(help="The person's account.")]) -> None:
    """Make somebody an administrator."""
    settings = _settings()
    from bot.commands import administration

    _run(administration.admin(settings, userid))


@cli.command()
def dead(
    deed: Annotated[str, typer.Argument(help="list, retry or drop.")] = "list",
    rows: Annotated[list[str] | None, typer.Argument(help="Which rows, such as outbox:41.")] = None,
    cause: Annotated[str | None, typer.Option(help="All rows that died of this cause.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="List as JSON lines.")] = False,
) -> None:
    """List what was given up and why; retry or drop it."""
    settings = _settings()
    if deed not in ("list", "retry", "drop"):
        _fail(f"cannot {deed}; it can: list, retry, drop")
    if (deed == "list") == bool(rows or cause is not None) or (rows and cause is not None):
        _fail("give ROWS or --cause CAUSE to retry and drop, and neither to list")
    from bot.commands import dead as given_up

    if deed == "list":
        _run(given_up.show(settings, jsonl=jsonl))
    _run(given_up.act(settings, deed, rows or [], cause))


@cli.command()
def doctor(
    fix: Annotated[bool, typer.Option("--fix", help="Put right what genjin can: the app's menu.")] = False,
) -> None:
    """Check settings, database and credentials."""
    settings = _settings()
    from bot.commands import doctor as checking

    _run(checking.doctor(settings, fix=fix))


@cli.command()
def bench(
    name: Annotated[str, typer.Argument(help="path, due, memory, link, parse")],
    json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    full: Annotated[bool, typer.Option("--full", help="The sizes for which the bars are stated.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit code 1 where a bar is not met.")] = False,
    where: Annotated[bool, typer.Option("--where", help="Only say where the CPU goes.")] = False,
    seconds: Annotated[float | None, typer.Option(min=0.1, help="How long each part lasts.")] = None,
    size: Annotated[int | None, typer.Option(min=1, help="How many rows or notes.")] = None,
    on: Annotated[list[str] | None, typer.Option(help="Only on sqlite or on postgresql.")] = None,
    part: Annotated[list[str] | None, typer.Option(help="Only this part; may be given again.")] = None,
) -> None:
    """Run one of the benchmarks."""
    _settings()
    if name not in BENCHMARKS:
        _fail(f"no benchmark is called {name}; there is {', '.join(BENCHMARKS)}")
    from bot.bench.options import ENGINES, Options

    if unknown := set(on or ()) - set(ENGINES):
        _fail(f"--on {unknown.pop()}: it can be {' or '.join(ENGINES)}")
    options = Options(
        json=json, full=full, seconds=seconds, size=size, on=tuple(on or ()), parts=tuple(part or ()), where=where
    )
    _run(_benchmark(name, options, check=check))


async def _benchmark(name: str, options: Any, *, check: bool) -> int:
    bars = await import_module(f"bot.bench.{name}").run(options)
    return int(check and not all(bar.met for bar in bars))


def _settings(level: int = logging.WARNING) -> Settings:
    """The settings, with logging set up for the command."""
    from bot.commands.logs import to_stderr
    from config import settings

    to_stderr(level)
    return settings.load()


def _zone() -> ZoneInfo:
    """The zone alone. Where nothing is set there is nothing to check, and loading what checks takes a quarter of the
    time until `genjin parse` is ready."""
    from config import environment

    return ZoneInfo(environment.TIMEZONE) if environment.nothing_set() else _settings().zone


def _all_loaded() -> None:
    """From here on garbage is looked for, but not among what was imported: it lasts as long as the command, and looking
    it through over and over takes a fifth of the time until it is there."""
    gc.freeze()
    gc.set_threshold(*COLLECT)
    gc.enable()


def _run(command: Coroutine[Any, Any, int]) -> NoReturn:
    """Run a command that needs the database; one that does not answer, or a file that cannot be written, is a line."""
    import asyncio

    _all_loaded()
    try:
        sys.exit(asyncio.run(command))
    except BrokenPipeError:
        raise
    except _database_errors() as wrong:
        _fail(f"{str(wrong).splitlines()[0]}; run genjin migrate if there is no database yet, or see genjin doctor")


def _database_errors() -> tuple[type[Exception], ...]:
    """What a database, its drivers or a file may raise. A driver that was not loaded has raised nothing: who has
    SQLite does not wait for PostgreSQL's."""
    import sqlite3

    from sqlalchemy.exc import SQLAlchemyError

    driver = sys.modules.get("asyncpg")
    return (SQLAlchemyError, sqlite3.Error, OSError, *((driver.PostgresError,) if driver is not None else ()))


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
        moment = datetime.fromisoformat(said)
    except ValueError:
        _fail(f"--now: {said!r} is no ISO 8601 moment such as 2026-11-25T16:00:00")
    if not 1900 <= moment.year <= 2999:
        _fail("--now: give a moment within the years 1900 to 2999")
    return moment


def _text(text: str | None) -> str:
    if text is None and sys.stdin.isatty():
        _fail("give TEXT, or --jsonl with lines on standard input")
    return sys.stdin.read().rstrip("\n") if text is None else text


def _require_jsonl(jsonl: bool) -> None:
    if not jsonl:
        _fail("give --jsonl, with lines on standard input")


if __name__ == "__main__":
    main()
