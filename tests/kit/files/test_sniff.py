"""What a file is taken for, by vectors that the front end's check has to agree with."""

import json
from pathlib import Path

import pytest

from backend.kit.files.errors import FileRefused
from backend.kit.files.sniff import sniff

VECTORS = json.loads(Path(__file__).with_name("formats.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_file_is_told_by_its_first_bytes(vector: dict[str, str | None]) -> None:
    head = bytes.fromhex(str(vector["head"]))

    if vector["type"] is None:
        with pytest.raises(FileRefused, match="Only JPEG"):
            sniff(head)
    else:
        assert sniff(head).content_type == vector["type"]
