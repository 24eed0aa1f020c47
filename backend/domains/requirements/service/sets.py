"""Keep the requirement sets."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.domains.audit import service as audit
from backend.domains.dictionary.reference import CUSTOMER_LEVEL, PRODUCT, in_use
from backend.domains.documents.reference import Documents
from backend.domains.requirements.catalogue import PRESETS
from backend.domains.requirements.errors import (
    ContradictorySet,
    DuplicateRequirementSet,
    OtherRequirementSets,
    RequirementSetNotFound,
)
from backend.domains.requirements.events import RequirementsChanged
from backend.domains.requirements.live import RequirementsEvent
from backend.domains.requirements.models import RequirementItem, RequirementSet
from backend.domains.requirements.repository import RequirementRepository
from backend.domains.requirements.schemas import (
    RequirementItemFields,
    RequirementSetCreate,
    RequirementSetFields,
    RequirementSetList,
    RequirementSetRead,
)
from backend.domains.requirements.service.checks import faults
from backend.kit.auth import Actor
from backend.kit.db.constraints import conflicts
from backend.kit.db.seeding import never_seeded
from backend.kit.db.versions import check_version
from backend.kit.events import emit
from backend.kit.realtime.feed import LiveEvent, publish

# Between two sets, so that presets of a later version find their place among those of an earlier one.
STEP = 10


class RequirementService:
    """The rules of requirement sets."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.sets = RequirementRepository(session)
        self.documents = Documents(session)

    async def list_sets(self) -> RequirementSetList:
        """Return all sets in their order."""
        return RequirementSetList(items=[_read(found) for found in await self.sets.list_sets()])

    async def read(self, code: str) -> RequirementSetRead:
        """Return a set or raise `RequirementSetNotFound`."""
        return _read(await self._get(code))

    async def create(self, actor: Actor, body: RequirementSetCreate) -> RequirementSetRead:
        """Add a set behind the others; open cases follow it."""
        await self.check(body)
        place = await self.sets.last_place() + STEP
        created = RequirementSet(code=body.code, sort_order=place)
        _fill(created, body)
        async with conflicts(self.session, {"requirement_sets_pkey": DuplicateRequirementSet}):
            await self.sets.add(created)
        await self._changed(actor, "requirement_set.create", created, {}, _facts(created))
        return _read(created)

    async def update(
        self, actor: Actor, code: str, expected_version: int, body: RequirementSetFields
    ) -> RequirementSetRead:
        """Replace a set whole; cases under review keep what they were submitted with."""
        changed = await self._get(code, lock=True)
        check_version(changed.version, expected_version)
        await self.check(body)
        before = _facts(changed)
        _fill(changed, body)
        if _facts(changed) != before:
            # Its items have no version of their own.
            changed.version = changed.version + 1
        await self.session.flush()
        await self._changed(actor, "requirement_set.update", changed, before, _facts(changed))
        return _read(changed)

    async def delete(self, actor: Actor, code: str) -> None:
        """Remove a set; what was submitted with it keeps it."""
        gone = await self._get(code, lock=True)
        before = _facts(gone)
        await self.sets.remove(gone)
        await self._changed(actor, "requirement_set.delete", gone, before, {})

    async def reorder(self, actor: Actor, codes: Sequence[str]) -> RequirementSetList:
        """Put the sets into this order."""
        sets = {found.code: found for found in await self.sets.list_sets(lock=True)}
        before = list(sets)
        if sorted(codes) != sorted(before):
            raise OtherRequirementSets
        if list(codes) != before:
            for place, code in enumerate(codes, start=1):
                sets[code].sort_order = place * STEP
            await self.session.flush()
            target = audit.Target("requirement_sets", "order", "")
            changes = audit.changes({"order": before}, {"order": list(codes)})
            audit.record(self.session, actor, "requirement_set.reorder", target, changes)
            await self._tell(actor)
        return RequirementSetList(items=[_read(sets[code]) for code in codes])

    async def check(self, body: RequirementSetFields) -> None:
        """Refuse a set that contradicts itself or names what there is not."""
        types = {found.code: found for found in await self.documents.types()}
        words = {code: await in_use(self.session, code) for code in (PRODUCT, CUSTOMER_LEVEL)}
        errors = faults(body, types, words)
        if errors:
            raise ContradictorySet(errors=errors)

    async def seed(self) -> None:
        """Add the presets that this installation never had.

        One that had a list of its own before there were sets goes on with that; presets then wait to be put in use.
        """
        new = await never_seeded(self.session, "requirement_set", (preset.code for preset in PRESETS))
        present = {found.code for found in await self.sets.list_sets()}
        types = {found.code for found in await self.documents.types()}
        for place, preset in enumerate(PRESETS, start=1):
            if preset.code in new - present:
                seeded = RequirementSet(code=preset.code, sort_order=place * STEP)
                items = [item for item in preset.items if item.document_type in types]
                _fill(seeded, preset.model_copy(update={"items": items, "is_active": not present}))
                self.session.add(seeded)
        await self.session.flush()

    async def _get(self, code: str, *, lock: bool = False) -> RequirementSet:
        found = await self.sets.get_by_code(code, lock=lock)
        if found is None:
            raise RequirementSetNotFound
        return found

    async def _changed(
        self,
        actor: Actor,
        action: str,
        changed: RequirementSet,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """Write a change down and tell of it; what changes nothing leaves no trace."""
        changes = audit.changes(before, after)
        if changes:
            target = audit.Target("requirement_set", changed.code, changed.name_zh)
            audit.record(self.session, actor, action, target, changes)
            await self._tell(actor)

    async def _tell(self, actor: Actor) -> None:
        event = RequirementsEvent(type="requirements.changed", actor_id=actor.id)
        publish(self.session, LiveEvent.of(event))
        await emit(self.session, actor, RequirementsChanged())


def _fill(requirement_set: RequirementSet, body: RequirementSetFields) -> None:
    for name in RequirementSetFields.model_fields.keys() - {"items"}:
        setattr(requirement_set, name, getattr(body, name))
    requirement_set.kinds = [kind.value for kind in body.kinds]
    known = {item.document_type: item for item in requirement_set.items}
    items = []
    for place, fields in enumerate(body.items, start=1):
        item = known.get(fields.document_type) or RequirementItem(document_type=fields.document_type)
        item.place = place
        for name in RequirementItemFields.model_fields.keys() - {"document_type"}:
            setattr(item, name, getattr(fields, name))
        items.append(item)
    requirement_set.items = items


def _read(requirement_set: RequirementSet) -> RequirementSetRead:
    return RequirementSetRead.model_validate(requirement_set)


def _facts(requirement_set: RequirementSet) -> dict[str, Any]:
    return _read(requirement_set).model_dump(mode="json", exclude={"code", "sort_order", "version"})
