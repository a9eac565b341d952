"""Background work that survives a killed worker: lease, reclaim, retry and a scheduler.

The queue is django-tasks-db's table. While a task runs, its worker renews `started_at`; a running
task whose `started_at` is older than the lease has lost its worker and is put back. How often a
task was begun stands in its `worker_ids`.
"""

import logging
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult, get_date_max
from django_tasks_db.utils import exclusive_transaction

logger = logging.getLogger(__name__)

ATTEMPTS = 3
RETRY_AFTER = timedelta(seconds=20)
KEEP_FINISHED = timedelta(days=14)
WITHOUT_DATABASE = 5.0


class Periodic(NamedTuple):
    """A task that is enqueued again and again."""

    task: Any
    every: timedelta


_periodic: list[Periodic] = []


def periodic(enqueued: Any, *, every: timedelta) -> None:
    """Have a task enqueued regularly; called from AppConfig.ready()."""
    _periodic.append(Periodic(enqueued, every))


def reclaim(now: datetime) -> int:
    """Put back tasks whose worker is gone; return how many.

    A task that was begun too often is marked failed instead, so that it cannot kill workers for
    ever.
    """
    lost = DBTaskResult.objects.running().filter(
        started_at__lt=now - timedelta(seconds=settings.WORKER_LEASE_SECONDS)
    )
    count = 0
    with exclusive_transaction(lost.db):
        for row in lost.select_for_update(skip_locked=True):
            count += 1
            if len(row.worker_ids) >= ATTEMPTS:
                row.set_failed(RuntimeError(f"The worker was lost {ATTEMPTS} times."))
            else:
                row.status = TaskResultStatus.READY
                row.save(update_fields=["status"])
    return count


def schedule(now: datetime) -> int:
    """Enqueue each periodic task whose time has come; return how many.

    The queue itself remembers: a task is due when none was enqueued within its period. Two workers
    that look at the same moment may both enqueue it, so periodic tasks must bear being run twice.
    """
    due = 0
    for job in _periodic:
        recent = DBTaskResult.objects.filter(
            task_path=job.task.module_path, enqueued_at__gt=now - job.every
        )
        if not recent.exists():
            job.task.enqueue()
            due += 1
    return due


def enqueue_each(enqueued: Any, arguments: Iterable[Any]) -> None:
    """Enqueue a task once for each argument, with one query where the queue is the database."""
    backend = enqueued.get_backend()
    if not isinstance(backend, DatabaseBackend):
        for argument in arguments:
            enqueued.enqueue(argument)
        return
    DBTaskResult.objects.bulk_create(
        DBTaskResult(
            args_kwargs={"args": [argument], "kwargs": {}},
            priority=enqueued.priority,
            task_path=enqueued.module_path,
            queue_name=enqueued.queue_name,
            run_after=enqueued.run_after or get_date_max(),
            backend_name=backend.alias,
        )
        for argument in arguments
    )


def is_open(enqueued: Any, argument: Any) -> bool:
    """Whether a task with this argument waits or is at work."""
    return DBTaskResult.objects.filter(
        task_path=enqueued.module_path,
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING),
        args_kwargs__args=[argument],
    ).exists()


def claim(worker: str, *, now: datetime) -> DBTaskResult[..., Any] | None:
    """Take the next task that is ready, or none."""
    ready = (
        DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__lte=now)
        | DBTaskResult.objects.ready()
    )
    with exclusive_transaction(ready.db):
        row: DBTaskResult[..., Any] | None = ready.select_for_update(skip_locked=True).first()
        if row is not None:
            row.claim(worker)
    return row


def run(row: DBTaskResult[..., Any]) -> bool:
    """Run a claimed task and write down how it ended; return whether it succeeded."""
    try:
        value = row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])
    except Exception as error:
        logger.exception("Task %s failed", row.task_path)
        _after_failure(row, error)
        return False
    row.set_successful(value)
    return True


def _after_failure(row: DBTaskResult[..., Any], error: Exception) -> None:
    if len(row.worker_ids) >= ATTEMPTS:
        row.set_failed(error)
        return
    row.status = TaskResultStatus.READY
    row.run_after = timezone.now() + RETRY_AFTER * len(row.worker_ids)
    row.save(update_fields=["status", "run_after"])


class Lease:
    """Renews `started_at` of a running task from a thread until it ends."""

    def __init__(self, row: DBTaskResult[..., Any]) -> None:
        self._pk = row.pk
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._ended.wait(settings.WORKER_LEASE_SECONDS / 3):
            try:
                DBTaskResult.objects.filter(pk=self._pk).update(started_at=timezone.now())
            except OperationalError as error:
                logger.warning("The lease could not be renewed: %s", error)
                connection.close()
        connection.close()


def work(worker: str, *, stop: threading.Event, idle_seconds: float = 0.5) -> None:
    """Run tasks until `stop` is set; the task under way is finished first.

    A database that goes away is waited for: what was under way is taken over by its lease.
    """
    next_round = timezone.now()
    while not stop.is_set():
        close_old_connections()
        try:
            if timezone.now() >= next_round:
                reclaim(timezone.now())
                schedule(timezone.now())
                next_round = timezone.now() + timedelta(seconds=5)
            found = _one(worker)
        except OperationalError as error:
            logger.warning("The database does not answer; trying again: %s", error)
            connection.close()
            stop.wait(WITHOUT_DATABASE)
            continue
        if not found:
            stop.wait(idle_seconds)


def _one(worker: str) -> bool:
    """Run the next task; return whether there was one."""
    row = claim(worker, now=timezone.now())
    if row is None:
        return False
    with Lease(row):
        run(row)
    return True


@task()
def tidy() -> int:
    """Forget finished tasks after two weeks, and sessions that ended."""
    call_command("clearsessions")
    old = DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEEP_FINISHED)
    return int(old.delete()[0])


periodic(tidy, every=timedelta(days=1))
