"""What the store finds is what a plain loop over a list of the same statements finds.

Graphs of references in any order of arrival, groups, sub-statements, all filters, small pages. On
SQLite and PostgreSQL alike: both are held against the same loop.
"""

from copy import deepcopy
from datetime import timedelta
from random import Random
from uuid import UUID, uuid5

import pytest

from digicantrain.core.xapi.facts import Facts, facts
from digicantrain.core.xapi.identity import identifier
from digicantrain.records import linking, reading
from digicantrain.records.clock import moment
from digicantrain.records.models import Statement
from digicantrain.records.reading import Filters, find
from digicantrain.records.rules import TIE_BITS
from digicantrain.records.writing import store
from tests.records.told import OTHER, VOIDED, WARD, by, of, told

pytestmark = pytest.mark.django_db
PEOPLE = [{"mbox": f"mailto:p{number}@ward.example"} for number in range(4)]
VERBS = [f"https://v.example/{number}" for number in range(3)]
PLACES = [f"https://a.example/{number}" for number in range(4)]
RUNS = [str(uuid5(UUID(int=0), f"run {number}")) for number in range(2)]


def seeded(number):
    return Random(number)  # noqa: S311 - the same graphs each time


def key_of(number):
    return uuid5(UUID(int=0), f"statement {number}")


def made(dice, number, many):
    """Return a statement about anything, often about another one, which may not be there."""
    actor = dice.choice(PEOPLE)
    if dice.random() < 0.2:
        actor = {"objectType": "Group", "member": dice.sample(PEOPLE, 2)}
    kind = dice.random()
    about = dice.choice(PLACES)
    if kind < 0.4:
        about = of(key_of(dice.randrange(many + 3)))
    elif kind < 0.5:
        about = {"objectType": "Agent", **dice.choice(PEOPLE)}
    elif kind < 0.6:
        inner = {"actor": dice.choice(PEOPLE), "verb": {"id": VERBS[0]}}
        about = {"objectType": "SubStatement", **inner, "object": {"id": dice.choice(PLACES)}}
    context = {}
    if dice.random() < 0.3:
        context["registration"] = dice.choice(RUNS)
    if dice.random() < 0.3:
        context["instructor"] = dice.choice(PEOPLE)
    if dice.random() < 0.3:
        context["contextActivities"] = {"parent": [{"id": dice.choice(PLACES)}]}
    verb = VOIDED if 0.35 < kind < 0.4 else dice.choice(VERBS)
    return told(actor, verb=verb, about=about, context=context) | {"id": str(key_of(number))}


class Loop:
    """The store as a list: slow, and too simple to be wrong."""

    def __init__(self, statements, authorities):
        self.facts = {UUID(one["id"]): facts(one) for one in statements}
        self.authorities = authorities
        there = self.facts.keys()
        pairs = [(key, one.voids) for key, one in self.facts.items() if one.voids]
        self.void = {
            target
            for key, target in pairs
            if target not in there
            or (authorities[target] == authorities[key] and not self.facts[target].voids)
        }

    def chain(self, key: UUID) -> list[Facts]:
        met = []
        while key in self.facts and key not in met and len(met) <= linking.FARTHEST:
            met.append(key)
            key = self.facts[key].refers_to or UUID(int=1)
        return [self.facts[one] for one in met]

    def fits(self, one: Facts, wanted: Filters) -> bool:
        agents = one.agents if wanted.related_agents else one.who
        activities = one.activities if wanted.related_activities else [one.activity]
        return (
            (wanted.agent is None or wanted.agent in agents)
            and (wanted.activity is None or wanted.activity in activities)
            and wanted.verb in {None, one.verb}
            and wanted.registration in {None, one.registration}
        )

    def find(self, wanted: Filters) -> set[UUID]:
        return {
            key
            for key in self.facts.keys() - self.void
            if wanted.mine in {None, self.authorities[key]}
            and any(self.fits(one, wanted) for one in self.chain(key))
        }


def filled(organisation, dice, many):
    """Store statements one by one or in small batches, and return the loop that knows them all."""
    statements = [made(dice, number, many) for number in range(many)]
    dice.shuffle(statements)
    authorities = {}
    loop_of = deepcopy(statements)
    while statements:
        size = dice.choice([1, 1, 2, 7])
        batch, statements = statements[:size], statements[size:]
        who = dice.choice([WARD, OTHER])
        taken = _stored(organisation, batch, who)
        authorities |= dict.fromkeys(taken, identifier(who))
    return Loop([one for one in loop_of if UUID(one["id"]) in authorities], authorities)


def _stored(organisation, batch, who):
    """Store a batch; where it may not make something void, store the rest one by one."""
    try:
        return store(organisation.pk, deepcopy(batch), by=by(who))
    except (linking.VoidingError, linking.ForeignVoidingError):
        if len(batch) == 1:
            return []
        return [key for one in batch for key in _stored(organisation, [one], who)]


def walked(organisation, wanted):
    """Return what is found, page by page."""
    keys, after = [], None
    for _page in range(500):
        page = find(organisation.pk, wanted, after=after)
        keys += [UUID(one["id"]) for one in page.statements]
        after = page.cursor
        if after is None:
            return keys
    raise AssertionError("the pages come to no end")


def asked(dice):
    """Return filters of any kind."""
    some = dice.random
    return Filters(
        agent=identifier(dice.choice(PEOPLE)) if some() < 0.5 else None,
        verb=dice.choice([*VERBS, VOIDED]) if some() < 0.4 else None,
        activity=dice.choice(PLACES) if some() < 0.4 else None,
        registration=UUID(dice.choice(RUNS)) if some() < 0.2 else None,
        related_agents=some() < 0.4,
        related_activities=some() < 0.4,
        limit=dice.choice([3, 7, 50]),
        ascending=some() < 0.5,
        mine=identifier(WARD) if some() < 0.2 else None,
    )


def test_two_hundred_statements_and_forty_questions(organisation):
    dice = seeded(39)
    loop = filled(organisation, dice, 200)
    order = list(Statement.objects.values_list("uuid", flat=True))

    for _question in range(40):
        wanted = asked(dice)
        found = walked(organisation, wanted)
        hits = loop.find(wanted)
        assert found == sorted(hits, key=order.index, reverse=not wanted.ascending), wanted


@pytest.mark.parametrize("seed", range(6))
def test_few_statements_that_refer_to_each_other_in_any_order(organisation, seed):
    dice = seeded(seed)
    loop = filled(organisation, dice, 12)
    for wanted in [*(Filters(agent=identifier(one)) for one in PEOPLE), *(asked(dice),) * 4]:
        assert set(walked(organisation, wanted)) == loop.find(wanted), wanted


def test_time_bounds_hold_for_what_is_found_by_what_it_refers_to(organisation):
    dice = seeded(7)
    loop = filled(organisation, dice, 40)
    numbers = dict(Statement.objects.values_list("uuid", "id"))
    middle = sorted(numbers.values())[20]
    for verb in VERBS:
        later = {key for key in loop.find(Filters(verb=verb)) if numbers[key] > middle}
        since = Filters(verb=verb, since=moment(middle >> TIE_BITS), ascending=True, limit=4)
        assert set(walked(organisation, since)) == later
    assert find(organisation.pk, Filters(verb=VERBS[0], until=moment(0) + timedelta(1))) == (
        reading.Page([])
    )
