"""APScheduler's own SQL job store beside genjin's due rows: what a second of it costs, and what a thousand due do."""

from __future__ import annotations

import pickle
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import insert

TICKS = 5


def measure(path: Path, jobs: int, due: int) -> dict[str, Any]:
    """So many jobs on SQLite, of which `due` come due at once. Times in milliseconds."""
    store = SQLAlchemyJobStore(url=f"sqlite:///{path}")
    scheduler = BackgroundScheduler(jobstores={"default": store}, timezone="UTC")
    scheduler.start(paused=True)
    try:
        now = datetime.now(UTC)
        _fill(scheduler, store, now, jobs)
        store.get_next_run_time()
        cpu = time.process_time()
        for _ in range(TICKS):
            store.get_due_jobs(now)
            store.get_next_run_time()
        idle = (time.process_time() - cpu) / TICKS
        _fill(scheduler, store, now - timedelta(days=1), due)
        begun = time.perf_counter()
        found = store.get_due_jobs(now)
        read = time.perf_counter() - begun
        for job in found:
            store.remove_job(job.id)
        done = time.perf_counter() - begun
    finally:
        scheduler.shutdown(wait=False)
    return {
        "jobs": jobs,
        "idle_tick_cpu_ms": _ms(idle),
        "due": len(found),
        "read_ms": _ms(read),
        "removed_ms": _ms(done),
    }


def _fill(scheduler: BackgroundScheduler, store: SQLAlchemyJobStore, first: datetime, count: int) -> None:
    """As the store writes them, many at a time: one by one each would be a commit."""
    template = scheduler.add_job(run, "date", run_date=first + timedelta(hours=1), misfire_grace_time=None)
    state, rows = template.__getstate__(), []
    for number in range(count):
        at = first + timedelta(hours=1, seconds=number)
        state |= {"id": f"{first.timestamp()}-{number}", "next_run_time": at}
        rows.append(
            {
                "id": state["id"],
                "next_run_time": at.timestamp(),
                "job_state": pickle.dumps(state, store.pickle_protocol),
            }
        )
    with store.engine.begin() as connection:
        connection.execute(insert(store.jobs_t), rows)
    scheduler.remove_job(template.id)


def run() -> None:
    """What the jobs would do."""


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
