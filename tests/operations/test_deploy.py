"""What is in deploy/: every file is what it claims to be, and names only commands, settings and figures that exist."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.wecom.errors import SETUP
from bot.cli import cli
from config import measures, settings
from domain.backlog import STATES
from tests.operations.conftest import Watched

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("genjin.service", "genjin-role@.service")
FIGURE = re.compile(r"\b((?:genjin|process)_[a-z_]+|up)\b(?=[{\s)\[]|$)")
CHOICE = re.compile(r"\b(genjin_[a-z_]+)\{([^}]*)\}")
LABEL = re.compile(r'([a-z_]+)\s*(?:=~|!=|=)\s*"')
SUFFIXES = ("_bucket", "_count", "_sum", "_total")


def from_yaml(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def alerts() -> list[dict[str, Any]]:
    return [rule for group in from_yaml("alerts.yaml")["groups"] for rule in group["rules"]]


def queries() -> Iterator[str]:
    """Every expression of the alerts and of the dashboard."""
    yield from (rule["expr"] for rule in alerts())
    for panel in json.loads((DEPLOY / "dashboard.json").read_text(encoding="utf-8"))["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


async def test_every_figure_that_is_watched_is_given(night: Watched) -> None:
    families = list(text_string_to_metric_families((await night.ask("/metrics"))[1]))
    given = {family.name for family in families} | {"up"}
    asked = {name for query in queries() for name in FIGURE.findall(query)}
    asked = {name if name in given else _family(name) for name in asked}

    # Redis is not set here, and a process without it does not speak of it.
    assert asked - given == {"genjin_redis_up"}
    assert {name for name in given if name.startswith("genjin_")} - asked == set()


def _family(name: str) -> str:
    suffix = next((s for s in SUFFIXES if name.endswith(s)), "")
    return name.removesuffix(suffix)


def test_figures_are_chosen_by_labels_that_they_have() -> None:
    labels = {measure.name: set(measure.labels) for measure in (*measures.COUNTS, *measures.LEVELS, *measures.SPREADS)}
    wrong = [
        (name, label)
        for query in queries()
        for name, chosen in CHOICE.findall(query)
        for label in LABEL.findall(chosen)
        if label not in labels.get(_family(name), {"queue", "state"})
    ]

    assert wrong == []


def test_every_queue_state_that_is_watched_exists() -> None:
    said = {state for query in queries() for state in re.findall(r'state="(\w+)"', query)}
    assert said <= set(STATES)
    assert {"ready", "stuck", "paced"} <= said


def test_the_errcodes_of_a_wrong_set_up_are_those_that_the_adapter_knows() -> None:
    rule = next(rule for rule in alerts() if rule["alert"] == "GenjinMessengerRefusesSetup")
    assert {int(code) for code in re.findall(r"\d{5,6}", rule["expr"])} == SETUP


def test_every_alert_is_told_apart_and_explained() -> None:
    names = [rule["alert"] for rule in alerts()]
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert len(set(names)) == len(names)
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] in ("page", "ticket") for rule in alerts())
    assert re.findall(r"^\| `(Genjin\w+)` \|", page, re.MULTILINE) == names


def test_dashboard_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    panels = json.loads((DEPLOY / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    covered = [cell for panel in panels for cell in _cells(panel["gridPos"])]

    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len(set(covered)) == len(covered)


def _cells(at: dict[str, int]) -> Iterator[tuple[int, int]]:
    return ((x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"]))


def callable_by(command: list[str]) -> None:
    """Have the command line read this call, as far as to running it."""
    with typer.main.get_group(cli).make_context("genjin", list(command)) as context:
        called, *rest = context._protected_args + context.args
        found = typer.main.get_group(cli).commands[called]
        found.make_context(called, rest).close()


def test_every_call_that_the_compose_file_makes_is_one_that_genjin_takes() -> None:
    services = from_yaml("compose.yaml")["services"]
    ours = {name: service for name, service in services.items() if service["image"].startswith("genjin:")}

    for service in ours.values():
        callable_by(service["command"])
    assert ours["web"]["command"] == ["serve", "--role", "web"]
    assert ours["worker"]["command"] == ["serve", "--role", "worker"]
    assert ours["worker"]["deploy"]["replicas"] == 2


def test_no_image_of_the_compose_file_is_whatever_is_newest() -> None:
    images = [service["image"] for service in from_yaml("compose.yaml")["services"].values()]
    images += re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)

    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []


def test_what_runs_for_long_is_looked_after() -> None:
    services = from_yaml("compose.yaml")["services"]
    lasting = {name for name, service in services.items() if service.get("restart") == "unless-stopped"}

    assert lasting == {"web", "worker", "postgres", "valkey", "prometheus"}
    assert [name for name in lasting - {"prometheus"} if "healthcheck" not in services[name]] == []
    assert all("127.0.0.1:" in port for service in services.values() for port in service.get("ports", ()))


def test_volumes_and_secrets_of_the_compose_file_are_declared() -> None:
    compose = from_yaml("compose.yaml")
    used = {v.partition(":")[0] for s in compose["services"].values() for v in s.get("volumes", ())}

    assert {name for name in used if not name.startswith(".")} == set(compose["volumes"])
    assert all((DEPLOY / name).is_file() for name in used if name.startswith("."))
    assert {s for service in compose["services"].values() for s in service.get("secrets", ())} == set(
        compose["secrets"]
    )


def test_prometheus_asks_the_services_of_the_compose_file_where_they_listen() -> None:
    [job] = from_yaml("prometheus.yaml")["scrape_configs"]
    compose = from_yaml("compose.yaml")

    assert job["job_name"] == "genjin"  # the alerts go by it
    [found] = job["dns_sd_configs"]
    binds = {compose["services"][name]["environment"]["GENJIN_BIND"] for name in found["names"]}
    assert binds == {f"0.0.0.0:{found['port']}"}
    assert from_yaml("prometheus.yaml")["rule_files"] == ["alerts.yaml"]


def unit(name: str) -> dict[str, list[str]]:
    """A unit's lines by key; systemd lets a key stand more than once."""
    lines = [line for line in (DEPLOY / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    found: dict[str, list[str]] = {}
    for key, _, value in (line.partition("=") for line in lines if "=" in line):
        found.setdefault(key, []).append(value)
    return found


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_command_that_genjin_has_and_is_confined(name: str) -> None:
    lines = unit(name)
    [start] = lines["ExecStart"]
    program, *arguments = shlex.split(start)

    assert program.endswith("/bin/genjin")
    roles = ("web", "worker") if "%j" in arguments else ("",)
    for role in roles:
        callable_by([argument.replace("%j", role) for argument in arguments])
    assert lines["NoNewPrivileges"] == ["true"]
    assert lines["ProtectSystem"] == ["strict"]
    assert lines["CapabilityBoundingSet"] == [""]
    assert float(lines["TimeoutStopSec"][0]) > settings.Settings.model_fields["stop_seconds"].default


def test_both_units_are_confined_alike() -> None:
    first, second = (unit(name) for name in UNITS)
    differ = {key for key in first.keys() | second.keys() if first.get(key) != second.get(key)}

    assert differ == {"Description", "Environment", "ExecStart"}


def test_every_setting_in_deploy_is_one_of_genjins() -> None:
    known = set(settings.every_name())
    said = {
        name
        for path in DEPLOY.iterdir()
        if path.suffix != ".json"
        for name in re.findall(r"\bGENJIN_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8"))
    }

    assert said - known == set()


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_special() -> None:
    recipe = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")

    assert "--require-hashes --requirement /src/requirements.txt" in recipe
    assert re.search(r"^USER (?!root|0\b)\S+", recipe, re.MULTILINE)
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", recipe, re.MULTILINE)
    wanted = {name for line in copied for name in line.split()}
    allowed = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert wanted == allowed
    assert all((ROOT / name).exists() for name in wanted)
