"""What can go wrong with dictionaries.

DictionaryNotFound  404  resource.not_found
EntryNotFound       404  resource.not_found
DuplicateEntry      409  dictionary.duplicate_code
EntryInUse          409  dictionary.in_use
BuiltinEntry        409  dictionary.builtin
FixedDictionary     409  dictionary.fixed
OtherEntries        409  dictionary.other_entries
UnknownEntry        422  dictionary.unknown_entry
"""

from backend.kit.errors import Conflict, FieldError, Invalid, NotFound


class DictionaryNotFound(NotFound):
    """No such dictionary."""


class EntryNotFound(NotFound):
    """The dictionary has no such entry."""


class DuplicateEntry(Conflict):
    """Codes are unique within a dictionary."""

    code = "dictionary.duplicate_code"
    message = "This dictionary already has an entry with this code."


class EntryInUse(Conflict):
    """What rows refer to stays readable; member ``usage_count``."""

    extension = ("usage_count",)
    code = "dictionary.in_use"
    message = "This entry is in use. Take it out of use instead of deleting it."


class BuiltinEntry(Conflict):
    """The program counts with the entry."""

    code = "dictionary.builtin"
    message = "This entry belongs to the program. It can be renamed, not removed or taken out of use."


class FixedDictionary(Conflict):
    """Nothing is added to a scale, and its grades keep their order."""

    code = "dictionary.fixed"
    message = "The entries of this dictionary are fixed. They can be renamed."


class OtherEntries(Conflict):
    """An order names each entry once; the dictionary has others by now."""

    code = "dictionary.other_entries"
    message = "The dictionary has other entries by now. Read it again."


class UnknownEntry(Invalid):
    """A field names an entry that does not exist or is out of use."""

    code = "dictionary.unknown_entry"
    message = "The dictionary has no such entry in use."

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(field=field, code=self.code, message=self.message)])
