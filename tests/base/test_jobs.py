"""Background work: lease, reclaim, retry, schedule."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from digicantrain.base import jobs

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@task()
def double(number: int) -> int:
    """Return twice the number."""
    return 2 * number


@task()
def stumble() -> None:
    """Fail."""
    raise RuntimeError("stumbled")


@pytest.fixture(autouse=True)
def queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def only():
    return DBTaskResult.objects.get()


def later():
    return timezone.now() + timedelta(hours=1)


def test_a_task_is_claimed_once_and_run():
    double.enqueue(21)

    row = jobs.claim("w1", now=later())

    assert jobs.claim("w2", now=later()) is None
    assert jobs.run(row)
    assert only().return_value == 42


def test_a_task_whose_worker_was_killed_is_put_back(settings):
    double.enqueue(1)
    jobs.claim("killed", now=later())

    assert jobs.reclaim(timezone.now()) == 0
    assert jobs.reclaim(timezone.now() + timedelta(seconds=settings.WORKER_LEASE_SECONDS + 1)) == 1

    row = jobs.claim("alive", now=later())
    assert jobs.run(row)
    assert only().worker_ids == ["killed", "alive"]


def test_a_task_that_kills_every_worker_is_given_up(settings):
    double.enqueue(1)
    gone = timezone.now() + timedelta(seconds=settings.WORKER_LEASE_SECONDS + 1)
    for number in range(jobs.ATTEMPTS):
        jobs.claim(f"w{number}", now=later())
        jobs.reclaim(gone + timedelta(hours=number))

    assert only().status == "FAILED"
    assert jobs.claim("w9", now=later()) is None


def test_a_task_that_fails_is_tried_again_later_and_then_marked_failed():
    stumble.enqueue()

    for number in range(jobs.ATTEMPTS):
        assert only().status == "READY"
        assert not jobs.run(jobs.claim(f"w{number}", now=later()))

    assert only().status == "FAILED"
    assert "stumbled" in only().traceback


def test_a_failed_task_waits_before_its_next_try():
    stumble.enqueue()

    jobs.run(jobs.claim("w", now=later()))

    assert jobs.claim("w", now=timezone.now()) is None


def test_a_periodic_task_is_enqueued_once_a_period(monkeypatch):
    monkeypatch.setattr(jobs, "_periodic", [jobs.Periodic(double, timedelta(days=1))])

    assert jobs.schedule(timezone.now()) == 1
    assert jobs.schedule(timezone.now()) == 0
    assert jobs.schedule(timezone.now() + timedelta(days=1, seconds=1)) == 1


def test_a_worker_waits_for_a_database_that_went_away(monkeypatch):
    """Threat 46: a database that is killed and comes back finds its worker still there."""
    stop, asked = threading.Event(), []

    def claim(_worker, *, now):
        asked.append(now)
        if len(asked) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        stop.set()

    monkeypatch.setattr(jobs, "claim", claim)
    monkeypatch.setattr(jobs, "WITHOUT_DATABASE", 0)
    monkeypatch.setattr("digicantrain.base.jobs.connection.close", lambda: None)

    jobs.work("one", stop=stop, idle_seconds=0)

    assert len(asked) == 2
