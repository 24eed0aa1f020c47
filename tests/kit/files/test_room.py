"""No more bytes on their way in at once than a process has room for."""

import pytest

from backend.kit.errors import ServerBusy
from backend.kit.files.room import UploadRoom


def test_all_together_find_no_more_room_than_there_is() -> None:
    room = UploadRoom(total=10, each=10)

    with room.reserve("a", 6), pytest.raises(ServerBusy), room.reserve("b", 5):
        pass
    with room.reserve("b", 5), room.reserve("a", 5):
        pass


def test_one_person_does_not_take_it_all() -> None:
    room = UploadRoom(total=10, each=4)

    with room.reserve("a", 3), pytest.raises(ServerBusy), room.reserve("a", 2):
        pass
    with room.reserve("a", 3), room.reserve("b", 4):
        pass


def test_room_is_given_back_after_a_failure() -> None:
    room = UploadRoom(total=10, each=10)

    with pytest.raises(KeyError), room.reserve("a", 10):
        raise KeyError
    with room.reserve("a", 10):
        pass
