"""Names as every form writes them: one line, nothing unseen, the letters of every script kept."""

import pytest

from digicantrain.core.credentials.plain_text import one_line
from digicantrain.core.credentials.tellings import Learner


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Aino\u202eVirtanen", "AinoVirtanen"),
        ("Ai\u200bno\u2060 \ufeffVirta\u00adnen\u200f", "Aino Virtanen"),
        ("Aino\nVirtanen\r\nM.D.\u2028x\x85y", "Aino Virtanen M.D. x y"),
        ("Aino\x07 \x00 Virtanen\ud800", "Aino Virtanen"),
        ("\u2067Aino\u2069", "Aino"),
        ("A\u200dino\u200c", "Aino"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ක්\u200dරිස්", "ක්\u200dරිස්"),
        ("王小明", "王小明"),
        ("\u202e \n", ""),
    ],
)
def test_a_name_stands_in_one_line_without_signs_that_nobody_sees(name, shown):
    assert one_line(name) == shown


def test_who_holds_a_credential_has_such_a_name_in_every_form_that_names_her():
    learner = Learner("Aino\n\u202eVirtanen", family="Virta\u200bnen")

    assert (learner.name, learner.family) == ("Aino Virtanen", "Virtanen")
