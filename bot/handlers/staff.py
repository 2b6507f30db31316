"""What the messenger's address book and its customers outside begin: names, hand-overs, who somebody is.

Offered before all other conversations, for each knows exactly which words are its own.
"""

from bot.handlers import called, leaving, outside

ROUTERS = (called.router, leaving.router, outside.router)
