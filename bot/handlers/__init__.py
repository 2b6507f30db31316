"""One conversation each. A new module adds its router here; the order is the order in which acts are offered."""

from bot.handlers import help as help_
from bot.router import Router

ROUTERS: tuple[Router, ...] = (help_.router,)

__all__ = ["ROUTERS"]
