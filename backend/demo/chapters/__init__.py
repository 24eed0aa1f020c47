"""The demo told domain by domain; each chapter goes on with what those before it have brought about."""

from collections.abc import Awaitable, Callable, Sequence

from backend.demo.chapters import cases, customers, documents, identity
from backend.demo.stage import Stage

CHAPTERS: Sequence[Callable[[Stage], Awaitable[None]]] = (
    identity.tell,
    customers.tell,
    documents.tell,
    cases.tell,
)
