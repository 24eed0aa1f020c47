"""Answer a request with stored bytes."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import FileResponse, StreamingResponse

from backend.kit.storage import Storage

# The browser must never run what somebody uploaded, whatever it holds.
SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


async def serve_stored(
    request: Request,
    storage: Storage,
    key: str,
    *,
    content_type: str,
    filename: str,
    is_download: bool,
    accel_redirect_prefix: str = "",
) -> Response:
    """Send an object, whole or the one range asked for; raises `FileNotFoundError` when it is absent.

    With ``accel_redirect_prefix`` Nginx sends the bytes itself from below that internal location.
    """
    disposition = "attachment" if is_download else "inline"
    headers = {
        **SAFE_HEADERS,
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(filename, safe='')}",
    }
    if accel_redirect_prefix:
        headers["X-Accel-Redirect"] = f"{accel_redirect_prefix}{key}"
        return Response(headers=headers, media_type=content_type)
    path = storage.local_path(key)
    if path is not None:
        return FileResponse(path, headers=headers, media_type=content_type)
    return await _stream(request, storage, key, content_type, headers)


async def _stream(
    request: Request, storage: Storage, key: str, content_type: str, headers: dict[str, str]
) -> Response:
    size = await storage.size(key)
    headers["Accept-Ranges"] = "bytes"
    start, end, status = 0, size, 200
    match = _RANGE.match(request.headers.get("range", ""))
    if match and any(match.groups()):
        first, last = match.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(size, int(last) + 1) if first and last else size
        if start >= end:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    chunks: AsyncIterator[bytes] = await storage.open_range(key, start, end)
    return StreamingResponse(chunks, status_code=status, headers=headers, media_type=content_type)
