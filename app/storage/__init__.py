"""Where files lie: a protocol and its keepers."""

from app.storage.folder import Folder
from app.storage.protocol import Storage, Stored

__all__ = ["Folder", "Storage", "Stored"]
