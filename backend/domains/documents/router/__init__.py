"""Routes of documents: their types, how they come in, what is done with those that are there and found in them."""

from backend.domains.documents.router import documents, findings, types, uploads
from backend.kit.routing import Router

router = Router(tags=["documents"])
# A type is not a document called "types": the first match counts.
for part in (types, uploads, findings, documents):
    router.include_router(part.router)
