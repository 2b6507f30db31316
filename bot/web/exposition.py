"""The figures of `config.measures` and of the night, written as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from config.measures import COUNTS, LEVELS, SPREADS, Count, Level, Spread

if TYPE_CHECKING:
    from bot.web.metrics import Night

CONTENT_TYPE = CONTENT_TYPE_LATEST


def text(night: Night) -> bytes:
    """Everything, as the body of an answer."""
    registry = CollectorRegistry()
    registry.register(_Figures(night))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, night: Night) -> None:
        self._night = night

    def collect(self) -> Iterator[Metric]:
        yield from _outside(self._night)
        yield from map(_count, COUNTS)
        yield from map(_level, LEVELS)
        yield from map(_spread, SPREADS)

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: names cannot clash in a registry that is made for one answer."""
        return iter(())


def _outside(night: Night) -> Iterator[Metric]:
    up = night.queues is not None
    yield GaugeMetricFamily("genjin_database_up", "1 while the database answers.", value=up)
    if night.redis_up is not None:
        yield GaugeMetricFamily("genjin_redis_up", "1 while Redis answers.", value=night.redis_up)
    if night.disk_free is not None:
        yield GaugeMetricFamily("genjin_disk_free_bytes", "Room left where the data folder is.", value=night.disk_free)
    yield from _queues(night)


def _queues(night: Night) -> Iterator[Metric]:
    by = ("queue", "state")
    rows = GaugeMetricFamily("genjin_queue_rows", "Rows that are due, by the state of their lane.", labels=by)
    lanes = GaugeMetricFamily("genjin_queue_lanes", "Lanes with rows that are due, by state.", labels=by)
    oldest = GaugeMetricFamily(
        "genjin_queue_oldest_seconds", "For how long the oldest of these rows has been due.", labels=by
    )
    dead = GaugeMetricFamily("genjin_queue_dead_rows", "Rows that were given up.", labels=("queue",))
    for backlog in night.queues or ():
        dead.add_metric((backlog.queue,), backlog.dead)
        for state, waiting in backlog.waiting.items():
            labels = (backlog.queue, state)
            rows.add_metric(labels, waiting.rows)
            lanes.add_metric(labels, waiting.lanes)
            oldest.add_metric(labels, waiting.oldest.total_seconds())
    yield from (rows, lanes, oldest, dead)


def _count(count: Count) -> Metric:
    family = CounterMetricFamily(count.name, count.help, labels=count.labels)
    for labels, value in list(count.values.items()):
        family.add_metric(labels, value)
    return family


def _level(level: Level) -> Metric:
    family = GaugeMetricFamily(level.name, level.help, labels=level.labels)
    for labels, value in list(level.values.items()):
        family.add_metric(labels, value)
    return family


def _spread(spread: Spread) -> Metric:
    family = HistogramMetricFamily(spread.name, spread.help, labels=spread.labels)
    bounds = [*map(str, spread.bounds), "+Inf"]
    for labels, seen in list(spread.values.items()):
        family.add_metric(labels, list(zip(bounds, accumulate(seen.bars), strict=True)), sum_value=seen.total)
    return family
