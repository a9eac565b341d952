"""When a document may be changed."""

import pytest

from digicantrain.core.xapi.conditions import (
    Conditions,
    FailedConditionError,
    MissingConditionError,
    Needed,
    UnconditionalError,
    etag,
)

TAG = etag(b"content")


def test_a_tag_is_the_sha_1_of_the_content():
    assert TAG == "040f06fd774092478d450774f5ba30c5da78acc8"


@pytest.mark.parametrize(
    ("given", "tag", "error"),
    [
        ({}, TAG, None),
        ({}, None, None),
        ({"if_match": f'"{TAG}"'}, TAG, None),
        ({"if_match": f'"0", W/"{TAG}"'}, TAG, None),
        ({"if_match": "*"}, TAG, None),
        ({"if_match": "*"}, None, FailedConditionError),
        ({"if_match": f'"{TAG}"'}, None, FailedConditionError),
        ({"if_match": '"1234"'}, TAG, FailedConditionError),
        ({"if_match": TAG}, TAG, FailedConditionError),
        ({"if_none_match": "*"}, None, None),
        ({"if_none_match": "*"}, TAG, FailedConditionError),
        ({"if_none_match": f'"{TAG}"'}, TAG, FailedConditionError),
        ({"if_none_match": '"1234"'}, TAG, None),
        ({"needed": Needed.IF_THERE}, None, None),
        ({"needed": Needed.IF_THERE}, TAG, UnconditionalError),
        ({"needed": Needed.ALWAYS}, TAG, UnconditionalError),
        ({"needed": Needed.ALWAYS}, None, MissingConditionError),
        ({"needed": Needed.ALWAYS, "if_none_match": "*"}, None, None),
    ],
)
def test_a_change_keeps_its_conditions(given, tag, error):
    if error is None:
        Conditions(**given).require(tag)
        return
    with pytest.raises(error):
        Conditions(**given).require(tag)
