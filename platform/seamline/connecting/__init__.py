"""What connectors are found by and given: manifests, a guarded client, memory, secrets."""

from .addresses import NETWORKS as NETWORKS, Allowed as Allowed, Network as Network
from .context import Given as Given, Turns as Turns, scrubbed as scrubbed
from .discovery import (
    Discovered as Discovered,
    Kind as Kind,
    discovered as discovered,
    found_in as found_in,
    of_folder as of_folder,
)
from .manifest import (
    CAPABILITIES as CAPABILITIES,
    Manifest as Manifest,
    Setting as Setting,
    read_manifest as read_manifest,
)
from .memory import StoreMemory as StoreMemory
from .opening import Setup as Setup, allowed_hosts as allowed_hosts, opened as opened
from .overlay import Owned as Owned, overlaid as overlaid, owners_of as owners_of
from .references import (
    SecretReader as SecretReader,
    about as about,
    wrong_reference as wrong_reference,
)
from .sealing import Seal as Seal
