"""What the app says in the body of its answer to a callback: a text, or a change of the card that was just tapped.

A body that is neither empty, nor `success`, nor a well-sealed reply is dropped in silence, as WeCom is thought to do.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.messenger import cards
from bot.messenger.card_xml import card_from_xml
from bot.messenger.chats import Chats
from bot.messenger.codes import Codes
from bot.messenger.content import cut
from bot.messenger.crypto import BadSeal, Seal, signature
from bot.messenger.model import INTERACTIVE, AppCredentials, Ids, JSONObject, Refusal, Shown
from bot.messenger.quirks import Quirks
from bot.messenger.sending import Sending
from config.clock import Clock


class PassiveReplies:
    """Opens replies and carries them out for the member who acted; nobody else sees them."""

    def __init__(
        self,
        app: AppCredentials,
        clock: Clock,
        quirks: Quirks,
        ids: Ids,
        chats: Chats,
        codes: Codes,
        sending: Sending,
    ) -> None:
        self._app, self._clock, self._quirks, self._ids = app, clock, quirks, ids
        self._chats, self._codes, self._sending = chats, codes, sending
        self._seal = Seal(app.aes_key)

    def apply(self, userid: str, body: bytes, on_card: tuple[str, str] | None) -> None:
        """Carry out a reply. `on_card` is the tapped message and the tap's response code."""
        try:
            reply = self._open(body)
            kind = reply.findtext("MsgType", "") if reply is not None else ""
            if reply is not None and kind == "text":
                self._say(userid, reply.findtext("Content", ""))
            elif reply is not None and on_card is not None:
                self._redraw(userid, kind, reply, on_card)
        except (ParseError, DefusedXmlException, BadSeal, Refusal, ValueError):
            return

    def _open(self, body: bytes) -> Element | None:
        if body.strip() in (b"", b"success"):
            return None
        outer = fromstring(body)
        sealed, nonce = outer.findtext("Encrypt", ""), outer.findtext("Nonce", "")
        signed = signature(self._app.token, outer.findtext("TimeStamp", ""), nonce, sealed)
        if signed != outer.findtext("MsgSignature"):
            raise BadSeal
        inner: Element = fromstring(self._seal.open(sealed, self._app.corp_id))
        return inner

    def _say(self, userid: str, text: str) -> None:
        if text:
            shown = Shown(id=self._ids("msgid"), sender="app", at=self._clock.now(), kind="text", text=cut(text))
            self._chats.show(userid, shown)

    def _redraw(self, userid: str, kind: str, reply: Element, on_card: tuple[str, str]) -> None:
        msgid, code = on_card
        change: JSONObject | str
        if kind == "update_button":
            change = reply.findtext("Button/ReplaceName", "")
            if not change or self._chats.find(userid, msgid).card_type not in INTERACTIVE:
                return
        elif kind == "update_template_card" and (card := reply.find("TemplateCard")) is not None:
            change = cards.check(card_from_xml(card), updating=True, strict=self._quirks.strict_cards)
        else:
            return
        self._sending.redraw(userid, msgid, change)
        if self._quirks.passive_spends_code:
            self._codes.spend(code)
