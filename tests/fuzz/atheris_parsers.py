"""The same parsers under a fuzzer that follows the branches: `python -m tests.fuzz.atheris_parsers NAME [OPTION …]`.

Needs the package atheris, which is no dependency. The options are libFuzzer's: `-max_total_time=60` ends it after a
minute, `-timeout=1` calls an input that takes over a second a finding. Seeds are the real inputs of `tests.fuzz.seeds`,
written to a folder of its own.
"""

from __future__ import annotations

import importlib
import logging
import sys
import tempfile
from pathlib import Path

MODULES = (
    *(
        "bot.adapters.wecom.envelope",
        "bot.adapters.wecom.read",
        "bot.adapters.seal",
        "bot.adapters.wecom.answers",
    ),
    *("bot.adapters.task_ids", "bot.commands.people_file", "bot.commands.table_file", "bot.link_command"),
    *("bot.nlp.commands", "bot.nlp.pipeline", "cards.model", "config.settings", "domain.naming"),
)


def main() -> None:
    import atheris

    with atheris.instrument_imports(include=["bot", "cards", "config", "domain"]):
        for name in MODULES:
            importlib.import_module(name)
    from tests.fuzz.files import Workbooks
    from tests.fuzz.registry import BY_NAME

    parser = BY_NAME[sys.argv.pop(1)]
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="gj-corpus-") as folder:
        for number, seed in enumerate(parser.seeds or [Workbooks().one()]):
            (Path(folder) / f"seed-{number}").write_bytes(seed)
            parser.read(seed)
        atheris.Setup([*sys.argv, folder], lambda raw: parser.read(raw) and None)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
