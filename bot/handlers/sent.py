"""What people send besides words, and what they tap at the foot of the chat."""

from bot.handlers import attachments, checkins, menu

ROUTERS = (attachments.router, checkins.router, menu.router)
