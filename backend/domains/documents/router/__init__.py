"""Routes of documents: their types, how they come in, and what is done with those that are there."""

from backend.domains.documents.router import documents, types, uploads
from backend.kit.routing import Router

router = Router(tags=["documents"])
# A type is not a document called "types": the first match counts.
for part in (types, uploads, documents):
    router.include_router(part.router)
