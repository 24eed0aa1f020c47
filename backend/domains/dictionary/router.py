"""Routes of dictionaries."""

from typing import Annotated

from fastapi import Request, Response

from backend.domains.dictionary.errors import (
    BuiltinEntry,
    DictionaryNotFound,
    DuplicateEntry,
    EntryInUse,
    EntryNotFound,
    FixedDictionary,
    OtherEntries,
)
from backend.domains.dictionary.permissions import DictionaryPermission
from backend.domains.dictionary.schemas import (
    DictionaryList,
    DictionaryUsage,
    EntryCreate,
    EntryFields,
    EntryList,
    EntryOrder,
    EntryRead,
)
from backend.domains.dictionary.service import DictionaryService
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session
from backend.kit.errors import StaleVersion, VersionRequired
from backend.kit.http import NOT_MODIFIED, ExpectedVersion, created, etag, unless_known
from backend.kit.idempotency import OncePerKey
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/dictionaries", tags=["dictionaries"])

SignedInActor = Annotated[Actor, Requires()]
Manager = Annotated[Actor, Requires(DictionaryPermission.MANAGE)]


@router.get("", response_model=DictionaryList, responses=NOT_MODIFIED)
async def list_dictionaries(request: Request, actor: SignedInActor, session: ReadSession) -> Response:
    """List all dictionaries with their entries."""
    del actor
    return unless_known(request, await DictionaryService(session).list_dictionaries())


@router.get(
    "/{dictionary}/entries",
    response_model=EntryList,
    responses={**NOT_MODIFIED, **responses(DictionaryNotFound)},
)
async def list_dictionary_entries(
    dictionary: str, request: Request, actor: SignedInActor, session: ReadSession
) -> Response:
    """List the entries of a dictionary in their order, those out of use included."""
    del actor
    return unless_known(request, await DictionaryService(session).list_entries(dictionary))


@router.get("/{dictionary}/usage", responses=responses(DictionaryNotFound))
async def count_dictionary_usage(dictionary: str, actor: Manager, session: ReadSession) -> DictionaryUsage:
    """Count how often the entries of a dictionary are used, by whomever."""
    del actor
    return await DictionaryService(session).usage(dictionary)


@router.post(
    "/{dictionary}/entries",
    status_code=201,
    response_model=EntryRead,
    responses=responses(DictionaryNotFound, DuplicateEntry, FixedDictionary),
)
async def create_dictionary_entry(
    dictionary: str, body: EntryCreate, actor: Manager, session: Session, replay: OncePerKey
) -> Response:
    """Add an entry behind the others."""

    async def produce() -> Response:
        entry = await DictionaryService(session).create(actor, dictionary, body)
        location = f"/api/v1/dictionaries/{dictionary}/entries/{entry.code}"
        return created(entry, location=location, version=entry.version)

    return await replay.once(session, actor, produce)


@router.put("/{dictionary}/order", responses=responses(DictionaryNotFound, FixedDictionary, OtherEntries))
async def reorder_dictionary(
    dictionary: str, body: EntryOrder, actor: Manager, session: Session
) -> EntryList:
    """Put the entries into another order; each of them is named once."""
    return await DictionaryService(session).reorder(actor, dictionary, body.codes)


@router.get("/{dictionary}/entries/{code}", responses=responses(EntryNotFound))
async def read_dictionary_entry(
    dictionary: str, code: str, actor: SignedInActor, session: ReadSession, response: Response
) -> EntryRead:
    """Return an entry."""
    del actor
    entry = await DictionaryService(session).read(dictionary, code)
    response.headers["ETag"] = etag(entry.version)
    return entry


@router.put(
    "/{dictionary}/entries/{code}",
    responses=responses(EntryNotFound, BuiltinEntry, StaleVersion, VersionRequired),
)
async def update_dictionary_entry(
    dictionary: str,
    code: str,
    body: EntryFields,
    actor: Manager,
    session: Session,
    version: ExpectedVersion,
    response: Response,
) -> EntryRead:
    """Change an entry; whatever has it shows the change at once."""
    entry = await DictionaryService(session).update(actor, dictionary, code, version, body)
    response.headers["ETag"] = etag(entry.version)
    return entry


@router.delete(
    "/{dictionary}/entries/{code}",
    status_code=204,
    responses=responses(EntryNotFound, BuiltinEntry, EntryInUse),
)
async def delete_dictionary_entry(dictionary: str, code: str, actor: Manager, session: Session) -> None:
    """Delete an entry that nothing has; others are taken out of use with `is_active`."""
    await DictionaryService(session).delete(actor, dictionary, code)
