"""A process that is killed while it stores loses nothing it acknowledged, and tears no batch."""

from uuid import UUID

from tests.credentials.test_killed import database, rows, run  # noqa: F401 - fixtures
from tests.records.struck import BATCHES, SIZE, TORN, UNTOLD, ids


def test_threat_39_batches_are_whole_or_absent_and_brought_again_stored_once(
    database,  # noqa: F811
    run,  # noqa: F811
):
    told = run("tests.records.struck").communicate()[0].decode().splitlines()

    # each of three processes before it was killed, the last to its end, and what was there then
    batch = f"{SIZE} acknowledged"
    assert told == [
        *(TORN * [batch]),
        f"{TORN * SIZE} there",
        *(UNTOLD * [batch]),
        f"{(UNTOLD + 1) * SIZE} there",
        *(BATCHES * [batch]),
        f"{BATCHES * SIZE} there",
    ]
    found = [UUID(str(key)) for key in rows(database, "SELECT uuid FROM records_statement")]
    assert sorted(map(str, found)) == sorted(key for batch in range(BATCHES) for key in ids(batch))
    for table, count in {
        "records_agentmention": 2 * SIZE * BATCHES,
        "records_activitymention": (SIZE - 1) * BATCHES,
        "records_reference": BATCHES,
        "records_voided": BATCHES,
        "records_furthermatch": BATCHES,
    }.items():
        assert rows(database, f"SELECT count(*) FROM {table}") == [count], table  # noqa: S608
