"""`genjin bench link`: how long a list of made-up names takes to load, and a look-up in it.

Loading is what `genjin link` does with its file. The wordings are those that people use: whole names, short ones, names
with a form of address, with a place, in pinyin, misheard, mistyped, and companies that are not on the list.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from bot.bench.figures import Bar, at_most, table, verdicts
from bot.bench.options import Options
from bot.bench.processes import folder
from bot.link_command import read_names
from bot.sample.companies import CITIES, TRADES
from domain.naming import NameIndex
from domain.naming.sound import alike
from domain.naming.words import pinyin

NAMES, QUERIES = 50_000, 2_000
LOADED_S, LOOK_UP_MS, OF_FULL_SIZE = 2.0, 2.0, NAMES
_BRANDS = (
    "华兴宏恒盛达瑞丰鑫泰安康福隆昌荣通利顺永正大中新天海东方金银宝龙凤祥和美佳德信诚义"
    "仁立建国民生力强远航飞腾云星宇光明晶科创智联合众聚汇源泉江河湖山林森峰岭原野"
)
_FORMS = ("有限公司", "有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
_OTHER_TRADES = ("物业管理", "婚庆服务", "园林绿化", "幼儿教育")
_SAID = ("那边", "的王总", "采购部的老陈", "他们", "财务小周")
Company: TypeAlias = tuple[str, str, str, str]  # city, brand, trade, form
Figures = dict[str, Any]

_WAYS: dict[str, Callable[[Company, random.Random], str]] = {
    "whole name": lambda c, _: "".join(c),
    "short name": lambda c, _: c[1] + c[2],
    "with its place": lambda c, _: f"{c[0]}{c[1]}",
    "form of address": lambda c, chance: c[1] + c[2] + chance.choice(_SAID),
    "misheard": lambda c, chance: _misheard(c[1] + c[2], chance),
    "mistyped": lambda c, chance: c[1][:-1] + chance.choice(_BRANDS) + c[2],
    "pinyin": lambda c, _: "".join(pinyin()[char] for char in c[1] + c[2]),
    "not on the list": lambda c, chance: c[1] + chance.choice(_OTHER_TRADES) + "有限公司",
}


async def run(options: Options) -> list[Bar]:
    """Measure, print, and return the bars."""
    found = await _measured(options.size or NAMES)
    reached = bars(found)
    found["bars"] = [bar.as_json() for bar in reached]
    said = json.dumps(found, ensure_ascii=False, indent=2) if options.json else _text(found, reached)
    sys.stdout.write(said + "\n")
    return reached


async def _measured(size: int) -> Figures:
    chance = random.Random(50)  # noqa: S311  the same names each time
    companies = made_up(size, chance)
    async with folder() as here:
        path = Path(here) / "names.jsonl"
        path.write_text("".join(map(_line, companies)), encoding="utf-8")
        begun, used = time.perf_counter(), time.process_time()
        index = read_names(path)
        loaded, cpu = time.perf_counter() - begun, time.process_time() - used
    gc.freeze()
    ways = {
        way: _timed(index, [(said(c, chance), "".join(c)) for c in chance.choices(companies, k=QUERIES // len(_WAYS))])
        for way, said in _WAYS.items()
    }
    every = sorted(chain.from_iterable(line.pop("took") for line in ways.values()))
    return {
        "names": len(index),
        "loaded_s": round(loaded, 2),
        "loaded_cpu_s": round(cpu, 2),
        "queries": len(every),
        "median_ms": round(_at(every, 0.5), 3),
        "p95_ms": round(_at(every, 0.95), 2),
        "p99_ms": round(_at(every, 0.99), 2),
        "ways": ways,
    }


def made_up(size: int, chance: random.Random) -> list[Company]:
    """So many companies, no two of one name."""
    cities = list(chain.from_iterable(CITIES.values()))
    trades = [trade for trade, _ in TRADES]
    found: dict[Company, None] = {}
    while len(found) < size:
        brand = "".join(chance.choices(_BRANDS, k=chance.choice((2, 2, 2, 3))))
        found[(chance.choice(cities), brand, chance.choice(trades), chance.choice(_FORMS))] = None
    return list(found)


def _line(company: Company) -> str:
    city, brand, trade, _ = company
    short = brand + trade if len(brand) > 2 else None
    row: dict[str, object] = {"full": "".join(company), "short": short, "former": [], "place": city}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _misheard(name: str, chance: random.Random) -> str:
    """One character of the name for another that sounds the same, where names have such a one."""
    others = {i: [other for other in _BRANDS if other != char and alike(char, other)] for i, char in enumerate(name)}
    places = [i for i, chars in others.items() if chars]
    if not places:
        return name
    at = chance.choice(places)
    return name[:at] + chance.choice(others[at]) + name[at + 1 :]


def _timed(index: NameIndex, queries: list[tuple[str, str]]) -> Figures:
    took, linked, right = [], 0, 0
    for said, meant in queries:
        begun = time.perf_counter()
        found = index.find(said)
        took.append((time.perf_counter() - begun) * 1000)
        linked += found.match is not None
        right += found.match == meant
    ranked = sorted(took)
    return {"median_ms": round(_at(ranked, 0.5), 3), "p95_ms": round(_at(ranked, 0.95), 2), "linked": linked,
            "right": right, "asked": len(queries), "took": took}  # fmt: skip


def _at(ranked: list[float], share: float) -> float:
    return ranked[int(share * (len(ranked) - 1))]


def bars(found: Figures) -> list[Bar]:
    """The promises are made for a list of 50,000."""
    if found["names"] < OF_FULL_SIZE:
        return []
    return [
        at_most(f"{found['names']} names: loaded", found["loaded_s"], LOADED_S, " s"),
        at_most(f"{found['names']} names: a look-up at the median", found["median_ms"], LOOK_UP_MS, " ms"),
    ]


def _text(found: Figures, reached: list[Bar]) -> str:
    head = ("wording", "median ms", "95th", "linked", "right", "asked")
    rows = [
        (way, line["median_ms"], line["p95_ms"], line["linked"], line["right"], line["asked"])
        for way, line in found["ways"].items()
    ]
    rows.append(("all", found["median_ms"], found["p95_ms"], None, None, found["queries"]))
    loaded = f"{found['names']} names loaded in {found['loaded_s']} s ({found['loaded_cpu_s']} s of CPU)"
    return "\n\n".join(part for part in (loaded, table(head, rows), verdicts(reached)) if part)
