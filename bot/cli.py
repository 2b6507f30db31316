"""The `genjin` command. Each command imports what it needs when it runs, so that `genjin parse` starts fast."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.settings import Settings

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="genjin (跟进)")


def main() -> None:
    """Entry point; a wrong setting is one line on standard error and exit code 2."""
    from config.settings import SettingsError

    try:
        cli()
    except SettingsError as wrong:
        sys.stderr.write(f"genjin: {wrong}\n")
        sys.exit(2)


def _settings() -> Settings:
    from config import settings

    return settings.load()


@cli.command()
def serve() -> None:
    """Run genjin with every messenger that is configured."""
    from bot.commands import serving

    sys.exit(asyncio.run(serving.serve(_settings())))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the local messenger.")] = 8080,
    data: Annotated[Path | None, typer.Option(help="Data folder; genjin-data without it.")] = None,
    empty: Annotated[bool, typer.Option("--empty", help="No sample data but people.")] = False,
) -> None:
    """Run genjin with the local messenger on this machine."""
    from bot.commands import demo as demonstration

    sys.exit(asyncio.run(demonstration.demo(_settings(), port=port, data=data, empty=empty)))


@cli.command()
def migrate() -> None:
    """Bring the database to the schema of this release."""
    from domain import migrate as migrations

    settings = _settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    asyncio.run(migrations.upgrade(settings.database))


if __name__ == "__main__":
    main()
