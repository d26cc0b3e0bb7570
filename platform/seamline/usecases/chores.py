"""What a workspace does by the clock beside its runs: in a server, in a worker, in several at once.

Each chore looks at what is stored and takes what is due under a lock or a lease, so that no
process does again what another one did.
"""

from __future__ import annotations

from seamline.jobs.ticker import Ticker

from . import connections, drafts, recognising
from .correlator import Correlator
from .delivering import deliver
from .desk import Desk
from .figures import Reckoner
from .sync import tick as mirror

CORRELATION_EVERY = 1.0  # seconds
DELIVERY_EVERY = 2.0
PAPERS_EVERY = 2.0
MIRROR_EVERY = 1.0  # looks which mirror is due
EXPIRY_EVERY = 3600.0
TUNING_EVERY = 600.0
FIGURES_EVERY = 15.0


def chores(desk: Desk, ticker: Ticker) -> Correlator | None:
    """Give a ticker every chore; return the correlator, for who tells how it is and closes it."""
    ticker.every(DELIVERY_EVERY, "deliver", lambda: deliver(desk))
    ticker.every(MIRROR_EVERY, "mirror", lambda: mirror(desk))
    ticker.every(PAPERS_EVERY, "papers", lambda: recognising.look(desk))
    ticker.every(EXPIRY_EVERY, "drafts", lambda: drafts.expire(desk))
    ticker.every(EXPIRY_EVERY, "memory", lambda: connections.expire(desk))
    ticker.every(TUNING_EVERY, "tune", desk.store.tune)
    ticker.every(FIGURES_EVERY, "figures", Reckoner(desk).tick)
    if desk.settings.correlator == "off":
        return None
    correlator = Correlator(desk, "durable" if desk.settings.correlator == "durable" else "sql")
    ticker.every(CORRELATION_EVERY, "correlate", correlator.tick)
    return correlator
