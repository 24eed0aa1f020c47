"""Turn a violated constraint into the domain's own error."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession


@asynccontextmanager
async def conflicts(
    session: AsyncSession, errors: Mapping[str, Callable[[], Exception]]
) -> AsyncIterator[None]:
    """Run the block in a savepoint and translate a violation by the name of its constraint or unique index.

    Uniqueness is decided by the database alone; the savepoint keeps the surrounding transaction usable.
    """
    try:
        async with session.begin_nested():
            yield
    except IntegrityError as error:
        translate = errors.get(str(getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)))
        if translate is None:
            raise
        violation = translate()
        raise violation from error
