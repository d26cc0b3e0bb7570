"""The clocks of a workspace, looked at once, as its worker does over and over."""

from seamline.usecases.desk import Desk
from seamline.usecases.dispatch import Dispatcher


def ring(desk: Desk) -> None:
    """Let everything happen whose moment has come."""
    dispatcher = Dispatcher(desk, desk.runs)
    dispatcher.tick()
    while dispatcher.drain():
        pass
