"""Times signing, issuing, checking and drawing of credentials: `python bench/credentials.py`."""

import argparse

import django

import servers


def main() -> int:
    """Print a row for each measure; return 1 where somebody was left out or has two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="", help="address of a PostgreSQL server")
    parser.add_argument("--cohort", type=int, default=10_000, help="people in the course run")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with servers.place(chosen.database):
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415 - only after the start

        import issuing  # noqa: PLC0415
        import rows  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        run = rows.earned_run(chosen.cohort)
        issuing.head()
        rate = issuing.sign(run, rounds=chosen.rounds)
        issuing.compare(run, rate=rate)
        complete = issuing.issue(run, people=chosen.cohort)
        issuing.use(rounds=chosen.rounds)
    return 0 if complete else 1


if __name__ == "__main__":
    raise SystemExit(main())
