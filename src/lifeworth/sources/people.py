"""People: several customer ids that belong to one person become that person's id, in every table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lifeworth.sources.stage import Staged
from lifeworth.store.engine import Engine

# Leaves with the other working tables of a load.
PEOPLE = "sources_staged_people"

# What a list of customers says of a customer, whichever of its versions stands.
SAID = "customer_id IS NOT NULL AND (ruling IS NULL OR starts_with(ruling, 'duplicate'))"


@dataclass(frozen=True)
class People:
    """How many customer ids the files give a person, how many people they are, and what was unclear.

    ``unclear`` ids came with several people; ``strangers`` are ids of orders that no list of customers has, but that
    are the id of a person.
    """

    ids: int
    people: int
    unclear: int
    strangers: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was joined, and what to look at."""
        said = f"{self.ids:,} customer ids are {self.people:,} people: orders and everything else belong to the person."
        if self.ids == self.people:
            said = f"Every person has one customer id ({self.ids:,} in all); customers are called by the person's id."
        more = []
        if self.unclear:
            more.append(
                f"{_ids(self.unclear)} came with different people. The person in the version that counts stands."
            )
        if self.strangers:
            more.append(
                f"{_ids(self.strangers)} of orders not in any list of customers, but the id of a person: taken for that "
                "person. If they are somebody else, add them to the list."
            )
        return (said, *more)


def _ids(number: int) -> str:
    return f"{number:,} customer id{'' if number == 1 else 's'}"


def find_people(engine: Engine, customers: Sequence[Staged], others: Sequence[Staged]) -> People | None:
    """Who is who, by settled lists of customers; None where no list says it.

    Of several people for one id the version that stands decides, else the smallest id, so the order of files never
    matters.
    """
    telling = [file for file in customers if "person_id" in file.content]
    if not telling:
        return None
    said = " UNION ALL ".join(
        f"SELECT customer_id, person_id, ruling IS NULL AS stands FROM {file.relation} WHERE {SAID}" for file in telling
    )
    engine.execute(
        f"CREATE OR REPLACE TABLE {PEOPLE} AS SELECT customer_id, "
        "coalesce(min(person_id) FILTER (stands), min(person_id)) AS person_id, "
        f"count(DISTINCT person_id) > 1 AS is_unclear FROM ({said}) WHERE person_id IS NOT NULL "
        "GROUP BY customer_id ORDER BY customer_id"
    )
    [(ids, people, unclear)] = engine.rows(
        f"SELECT count(*), count(DISTINCT person_id), count_if(is_unclear) FROM {PEOPLE}"
    )
    return People(ids, people, unclear, _strangers(engine, customers, others)) if ids else None


def _strangers(engine: Engine, customers: Sequence[Staged], others: Sequence[Staged]) -> int:
    known = " UNION ALL ".join(f"SELECT customer_id FROM {file.relation} WHERE {SAID}" for file in customers)
    bought = " UNION ALL ".join(
        f"SELECT customer_id FROM {file.relation} WHERE ruling IS NULL" for file in others if file.shape is not None
    )
    if not bought:
        return 0
    return int(
        engine.value(
            f"SELECT count(DISTINCT customer_id) FROM ({bought}) WHERE customer_id IN (SELECT person_id FROM {PEOPLE}) "
            f"AND customer_id NOT IN ({known})"
        )
    )


def as_people(engine: Engine, file: Staged) -> Staged:
    """The same file with the person's id wherever one of their customer ids stands."""
    if file.shape is None and "customer_id" not in file.content:
        return file
    relation = f"sources_staged_{file.file_no}_people"
    engine.execute(
        f"CREATE OR REPLACE VIEW {relation} AS "
        "SELECT s.* REPLACE (coalesce(p.person_id, s.customer_id) AS customer_id) "
        f"FROM {file.relation} AS s LEFT JOIN {PEOPLE} AS p ON p.customer_id = s.customer_id"
    )
    return replace(file, relation=relation)
