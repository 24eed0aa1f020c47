"""What a process has one of, made from its settings; every session and the application carry it."""

from functools import cached_property

from sqlalchemy.ext.asyncio import AsyncSession

from backend.config import Settings
from backend.kit.crypto import BlindIndex, FieldCipher
from backend.kit.db.session import Database
from backend.kit.storage import Storage

_CARRIED = "resources"


class Resources:
    """Each is made on first use and then kept."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def field_cipher(self) -> FieldCipher:
        """The cipher of protected columns; the first configured key encrypts."""
        keys = self.settings.encryption_keys
        return FieldCipher(keys, current=next(iter(keys)))

    @cached_property
    def blind_index(self) -> BlindIndex:
        """The index that finds equal protected values."""
        return BlindIndex(self.settings.blind_index_key.get_secret_value().encode())

    @cached_property
    def storage(self) -> Storage:
        """Where file bytes live."""
        return Storage.from_url(self.settings.effective_storage_url)


def equip(database: Database, settings: Settings) -> Resources:
    """Make the resources of these settings and let every session of the database carry them."""
    resources = database.carried[_CARRIED] = Resources(settings)
    return resources


def resources_of(carrier: AsyncSession | Database) -> Resources:
    """Return what the session or the database carries."""
    carried = carrier.carried if isinstance(carrier, Database) else carrier.info
    resources: Resources = carried[_CARRIED]
    return resources
