"""What is asked of each endpoint."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote

import asyncpg

from backend.kit.pinyin import name_sort_key
from tests.benchmarks import dataset
from tests.benchmarks.loader import dsn

VARIETY = 200
PREFIX = "/api/v1"


@dataclass(frozen=True)
class Wanted:
    """What an endpoint is held to: its share of the yardstick's throughput, and how much slower its slowest may be."""

    share: float
    slowest: float


@dataclass(frozen=True)
class Scenario:
    """Requests of one kind; ``paths`` for reading, or bodies to post to the only path."""

    name: str
    paths: Sequence[str]
    wanted: Wanted | None = None
    bodies: Callable[[], Iterator[dict[str, Any]]] | None = None

    @property
    def method(self) -> str:
        """The HTTP method of all its requests."""
        return "GET" if self.bodies is None else "POST"


@dataclass(frozen=True)
class Sample:
    """A few of the customers that are there."""

    ids: Sequence[str]
    numbers: Sequence[str]
    names: Sequence[str]
    phones: Sequence[str]
    managers: Sequence[str]


async def sample(url: str) -> Sample:
    """Draw customers from all ages of the database, always the same."""
    connection = await asyncpg.connect(dsn(url))
    rows = await connection.fetch(
        """SELECT id, customer_no, name, phone, manager_id FROM customers
        WHERE archived_at IS NULL AND manager_id IS NOT NULL AND kind = 'person'
        ORDER BY md5(customer_no) LIMIT $1""",
        VARIETY,
    )
    await connection.close()
    return Sample(
        ids=[str(row["id"]) for row in rows],
        numbers=[row["customer_no"] for row in rows],
        names=[row["name"] for row in rows],
        phones=[row["phone"] for row in rows],
        managers=[str(row["manager_id"]) for row in rows],
    )


def scenarios(found: Sample) -> list[Scenario]:
    """Return the endpoints that the product is held to."""
    return [
        Scenario("list, filtered and sorted", _lists(found), Wanted(0.40, 3)),
        Scenario("search (Chinese, pinyin, tail, number)", _searches(found), Wanted(0.40, 3)),
        Scenario(
            "customer detail", [f"{PREFIX}/customers/{customer}" for customer in found.ids], Wanted(0.35, 3)
        ),
        Scenario(
            "completeness with documents",
            [f"{PREFIX}/customers/{customer}/completeness" for customer in found.ids],
            Wanted(0.30, 3),
        ),
        Scenario("create customer", [f"{PREFIX}/customers"], Wanted(0.30, 4), bodies=new_customers),
    ]


def growing(found: Sample) -> list[Scenario]:
    """Return what must not grow with the number of customers."""
    by_name = {scenario.name: scenario for scenario in scenarios(found)}
    return [
        Scenario("page 1", [f"{PREFIX}/customers"]),
        by_name["list, filtered and sorted"],
        by_name["search (Chinese, pinyin, tail, number)"],
        by_name["customer detail"],
        Scenario("counts by state", [f"{PREFIX}/customers/status-counts"]),
    ]


def _lists(found: Sample) -> list[str]:
    random = Random("lists")  # noqa: S311
    queries = []
    for manager in found.managers[: VARIETY // 2]:
        order = random.choice(("-created_at", "-updated_at", "name"))
        queries.append(f"status={random.choice(('pending', 'approved'))}&manager_id={manager}&sort={order}")
        order = random.choice(("-created_at", "-updated_at"))
        queries.append(f"status=reviewing&status=complete&level={random.choice(_LEVELS)}&sort={order}")
    return [f"{PREFIX}/customers?{query}" for query in queries]


_LEVELS = ("ordinary", "key_prospect", "major")


def _searches(found: Sample) -> list[str]:
    """Search by a whole name, a part of it, initials, pinyin, the tail of a phone and a customer's number."""
    terms: list[str] = []
    for place in range(0, VARIETY, 5):
        name = found.names[place]
        terms += (
            name,
            name[-2:],
            _letters(found.names[place + 1]),
            found.phones[place + 3][-4:],
            found.numbers[place + 4],
        )
    return [f"{PREFIX}/customers?q={quote(term)}" for term in terms]


def _letters(name: str) -> str:
    """Return what people type for a name: the surname's syllable and the initials of the rest."""
    surname, *rest = name_sort_key(name, is_person=True).split()[::2]
    return surname + "".join(syllable[0] for syllable in rest)


_serials = iter(range(10**9))


def new_customers() -> Iterator[dict[str, Any]]:
    """Make what is posted to open customers, never one ID number twice in a run."""
    random = Random("new customers")  # noqa: S311
    for serial in _serials:
        id_number, _ = dataset.id_number_of(serial, dataset.NEW_REGIONS)
        yield {
            "kind": "person",
            "name": dataset.person_name(random),
            "id_number": id_number,
            "phone": f"138{random.randrange(10**8):08d}",
            "area": random.choice(dataset.AREAS),
            "address": "上海市浦东新区世纪大道100号",
            "level": "ordinary",
        }


def as_bytes(scenario: Scenario, token: str, *, posts: int = 0) -> list[bytes]:
    """Write the requests as they go over the wire; of a posting scenario as many as asked for."""
    head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n"
    if scenario.bodies is None:
        return [f"GET {path} HTTP/1.1\r\n{head}\r\n".encode() for path in scenario.paths]
    requests = []
    bodies = scenario.bodies()
    for _ in range(posts):
        body = json.dumps(next(bodies), ensure_ascii=False).encode()
        more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        requests.append(f"POST {scenario.paths[0]} HTTP/1.1\r\n{head}{more}".encode() + body)
    return requests
