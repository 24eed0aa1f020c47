"""Routes of requirement sets."""

from typing import Annotated

from fastapi import Request, Response

from backend.domains.requirements.errors import (
    ContradictorySet,
    DuplicateRequirementSet,
    OtherRequirementSets,
    RequirementSetNotFound,
)
from backend.domains.requirements.permissions import RequirementPermission
from backend.domains.requirements.schemas import (
    RequirementSetCreate,
    RequirementSetFields,
    RequirementSetList,
    RequirementSetOrder,
    RequirementSetRead,
)
from backend.domains.requirements.service.sets import RequirementService
from backend.kit.auth import Actor, Requires
from backend.kit.db.session import ReadSession, Session
from backend.kit.errors import StaleVersion, VersionRequired
from backend.kit.http import NOT_MODIFIED, ExpectedVersion, created, etag, unless_known
from backend.kit.idempotency import OncePerKey
from backend.kit.problems import responses
from backend.kit.routing import Router

router = Router(prefix="/requirement-sets", tags=["requirements"])

SignedInActor = Annotated[Actor, Requires()]
Manager = Annotated[Actor, Requires(RequirementPermission.MANAGE)]


@router.get("", response_model=RequirementSetList, responses=NOT_MODIFIED)
async def list_requirement_sets(request: Request, actor: SignedInActor, session: ReadSession) -> Response:
    """List the requirement sets in their order, those out of use included."""
    del actor
    return unless_known(request, await RequirementService(session).list_sets())


@router.post(
    "",
    status_code=201,
    response_model=RequirementSetRead,
    responses=responses(DuplicateRequirementSet, ContradictorySet),
)
async def create_requirement_set(
    body: RequirementSetCreate, actor: Manager, session: Session, replay: OncePerKey
) -> Response:
    """Add a set behind the others; open cases that are not under review follow it."""

    async def produce() -> Response:
        added = await RequirementService(session).create(actor, body)
        return created(added, location=f"/api/v1/requirement-sets/{added.code}", version=added.version)

    return await replay.once(session, actor, produce)


@router.put("/order", responses=responses(OtherRequirementSets))
async def reorder_requirement_sets(
    body: RequirementSetOrder, actor: Manager, session: Session
) -> RequirementSetList:
    """Put the sets into another order; each of them is named once."""
    return await RequirementService(session).reorder(actor, body.codes)


@router.get("/{code}", responses=responses(RequirementSetNotFound))
async def read_requirement_set(
    code: str, actor: SignedInActor, session: ReadSession, response: Response
) -> RequirementSetRead:
    """Return a requirement set."""
    del actor
    found = await RequirementService(session).read(code)
    response.headers["ETag"] = etag(found.version)
    return found


@router.put(
    "/{code}",
    responses=responses(RequirementSetNotFound, ContradictorySet, StaleVersion, VersionRequired),
)
async def update_requirement_set(
    code: str,
    body: RequirementSetFields,
    actor: Manager,
    session: Session,
    version: ExpectedVersion,
    response: Response,
) -> RequirementSetRead:
    """Replace a set whole; cases under review or decided keep what they were submitted with."""
    changed = await RequirementService(session).update(actor, code, version, body)
    response.headers["ETag"] = etag(changed.version)
    return changed


@router.delete("/{code}", status_code=204, responses=responses(RequirementSetNotFound))
async def delete_requirement_set(code: str, actor: Manager, session: Session) -> None:
    """Remove a set; one that may be wanted again is better taken out of use with `is_active`."""
    await RequirementService(session).delete(actor, code)
