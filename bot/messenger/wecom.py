"""The simulated WeCom server: what genjin calls over HTTP, and what members do and see on the other side.

It plays the protocol from WeCom's side, refuses what WeCom refuses with WeCom's numbers, and lives on the clock it
is given: tokens, codes, rates and files age as that clock goes. What the documentation leaves open is in `Quirks`;
failures on order are in `faults`. It imports nothing of ours but `config`: what works here works over the real wire.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from aiohttp import web

from bot.messenger.api import Api, Function
from bot.messenger.chats import Chats, Listener
from bot.messenger.codes import Codes
from bot.messenger.contacts import Contacts
from bot.messenger.content import ContentReader
from bot.messenger.events import Events, legal
from bot.messenger.faults import Faults
from bot.messenger.groups import Groups
from bot.messenger.ids import random_ids
from bot.messenger.media import PICTURE_PATH, MediaStore, Stored
from bot.messenger.member import Members
from bot.messenger.menus import Menus
from bot.messenger.model import AppCredentials, Delivery, GroupChat, Ids, JSONObject, Selection, Shown
from bot.messenger.oauth import OAuth
from bot.messenger.outside import Outside
from bot.messenger.passive import PassiveReplies
from bot.messenger.people import Organisation
from bot.messenger.pusher import Pusher
from bot.messenger.quirks import Quirks
from bot.messenger.sending import Sending
from bot.messenger.staff import Staff
from bot.messenger.tokens import Tokens
from bot.messenger.webhooks import Webhook, Webhooks
from config.clock import Clock

CALLBACK_IPS = ["127.0.0.1"]


class WeComServer:
    """One corp with one self-built app. Userids are taken in any case; an unknown one raises KeyError."""

    def __init__(
        self,
        organisation: Organisation,
        app: AppCredentials,
        clock: Clock,
        *,
        quirks: Quirks = Quirks(),  # noqa: B008 - frozen
        ids: Ids | None = None,
    ) -> None:
        ids = ids or random_ids
        self.organisation, self.app, self._clock, self._ids = organisation, app, clock, ids
        self._quirks = quirks
        self._chats = Chats()
        self._tokens = Tokens(app, clock, quirks, ids)
        self._codes = Codes(clock, quirks, ids)
        self._media = MediaStore(clock, quirks, ids)
        reader = ContentReader(quirks, self._media)
        shared = (app, organisation, clock, quirks, ids)
        self._sending = Sending(*shared, chats=self._chats, codes=self._codes, reader=reader)
        self._groups = Groups(*shared, chats=self._chats, reader=reader)
        self._events = Events(app)
        self.faults = Faults(self._tokens)
        self.webhooks = Webhooks(self._chats, clock, ids, self.faults)
        self._pusher = Pusher(app, clock, quirks, self.faults, ids)
        self._passive = PassiveReplies(app, clock, quirks, ids, self._chats, self._codes, self._sending)
        self.menus = Menus(app)
        self.members = Members(
            organisation,
            clock,
            quirks,
            ids,
            chats=self._chats,
            events=self._events,
            media=self._media,
            menus=self.menus,
            push=self._push,
        )
        self.staff = Staff(organisation, self.members.happen)
        self.outside = Outside(organisation, clock, quirks, ids, self.members.happen)
        self.oauth = OAuth(app, organisation, clock, ids)
        self._api = Api(clock, quirks, self._tokens, self.faults, *self._functions())

    @property
    def callback_url(self) -> str | None:
        """Where the app listens. Without it nothing is pushed, and cards that call back are refused."""
        return self._pusher.url

    @callback_url.setter
    def callback_url(self, url: str | None) -> None:
        self._pusher.url = url
        self._sending.callback_set = url is not None

    @property
    def calls(self) -> Counter[str]:
        """How often each API path was called, `message/send` and so on."""
        return self._api.calls

    @property
    def log(self) -> list[JSONObject]:
        """Every API request in order: path, at, query, body, touser, msgtype, errcode, msgid. The last 20,000."""
        return self._api.log

    @property
    def dropped(self) -> Counter[tuple[int, str]]:
        """Messages that vanished beyond 30 a minute or 1000 an hour, by (agentid, userid); groups' beyond theirs."""
        return self._sending.dropped + self._groups.dropped

    def routes(self) -> list[web.RouteDef]:
        """The API under /cgi-bin/ and the pictures of cards, for an application that serves more than that."""
        return [
            *self.webhooks.routes(),
            web.route("*", "/cgi-bin/{path:.+}", self._api.handle),
            web.get(f"{PICTURE_PATH}{{number}}", self._picture),
        ]

    async def _picture(self, request: web.Request) -> web.Response:
        picture = self._media.picture(request.match_info["number"])
        if picture is None:
            raise web.HTTPNotFound
        kind = "image/png" if picture.data.startswith(b"\x89PNG") else "image/jpeg"
        return web.Response(body=picture.data, content_type=kind)

    def application(self) -> web.Application:
        """An application of its own that serves /cgi-bin/ and closes the pusher with itself."""
        application = web.Application(client_max_size=32 << 20)
        application.add_routes(self.routes())

        async def close(_: web.Application) -> None:
            await self.close()

        application.on_cleanup.append(close)
        return application

    async def close(self) -> None:
        """End the connections of the pusher."""
        await self.outside.close()
        await self._pusher.close()

    async def verify_callback(self) -> bool:
        """What happens when the administrator saves the callback URL."""
        return await self._pusher.verify()

    async def say(self, userid: str, text: str) -> Delivery:
        """The member types a text in the app's chat: it stands there at once, then the app is told."""
        userid, now, message_id = self._known(userid), self._clock.now(), self._ids("message")
        text = legal(text)
        shown = Shown(id=message_id, sender=userid, at=now, kind="text", text=text, mine=True)
        self._chats.show(userid, shown)
        return await self._push(userid, self._events.text(userid, now, text, message_id), message_id)

    async def enter(self, userid: str) -> Delivery:
        """The member opens the app's chat."""
        userid = self._known(userid)
        return await self._push(userid, self._events.enter(userid, self._clock.now()))

    async def tap(
        self, userid: str, msgid: str, key: str, selections: Mapping[str, Sequence[str]] | None = None
    ) -> Delivery:
        """The member taps a button with these options picked; what is not named stays as it is on the card.

        Raises KeyError for a button, question or option that is not live.
        """
        userid = self._known(userid)
        shown = self._chats.find(userid, msgid)
        if not any(b.key == key and not b.url for b in shown.buttons):
            raise KeyError(key)
        picked = _pick(shown.selections, selections or {})
        if picked:
            self._chats.choose(userid, msgid, {s.key: s.selected for s in picked})
        return await self._card_event("template_card_event", userid, shown, key, picked)

    async def menu(self, userid: str, msgid: str, key: str) -> Delivery:
        """The member picks an item of a card's top-right menu; raises KeyError for one that is not there."""
        userid = self._known(userid)
        shown = self._chats.find(userid, msgid)
        if not any(item.key == key for item in shown.menu):
            raise KeyError(key)
        return await self._card_event("template_card_menu_event", userid, shown, key, [])

    async def push(self, userid: str, inner: str) -> Delivery:
        """Deliver any inner XML as this member's, for message types that the page does not offer."""
        return await self._push(self._known(userid), inner)

    def media(self, media_id: str) -> Stored | None:
        """A file that was sent in either direction, for who looks at it."""
        return self._media.peek(media_id)

    def chat(self, userid: str) -> list[Shown]:
        """The member's chat with the app, oldest first."""
        return self._chats.of(self._known(userid))

    def groups(self, userid: str | None = None) -> list[GroupChat]:
        """The member's groups as they see them, or all groups."""
        viewer = None if userid is None else self._known(userid)
        return [group.seen_by(viewer) for group in self._chats.groups_of(viewer)]

    def add_webhook(self, name: str, members: Sequence[str]) -> Webhook:
        """The first of these members makes a group of them all and adds a webhook to it."""
        known = [self._known(userid) for userid in members]
        return self.webhooks.add(name, known[0], known)

    async def group_say(self, chatid: str, userid: str, text: str) -> Shown:
        """A member says something in a group: the others see it, the app does not. KeyError for who is not in it."""
        group, userid = self._chats.groups[chatid], self._known(userid)
        if userid not in group.members:
            raise KeyError(userid)
        said = Shown(id=self._ids("message"), sender=userid, at=self._clock.now(), kind="text", text=legal(text))
        self._chats.show_in_group(group, said)
        return replace(said, mine=True)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each change; the returned function ends it."""
        return self._chats.subscribe(listener)

    async def _card_event(
        self, event: str, userid: str, shown: Shown, key: str, picked: Sequence[Selection]
    ) -> Delivery:
        inner = self._events.card(
            userid,
            self._clock.now(),
            event=event,
            key=key,
            task_id=self._sending.sent(shown.id).task_id,
            card_type=shown.card_type,
            code=(code := self._codes.give(shown.id)),
            selections=picked,
        )
        return await self._push(userid, inner, on_card=(shown.id, code))

    async def _push(
        self, userid: str, inner: str, message_id: str = "", on_card: tuple[str, str] | None = None
    ) -> Delivery:
        return await self._pusher.push(inner, message_id, lambda body: self._passive.apply(userid, body, on_card))

    def _known(self, userid: str) -> str:
        return self.organisation.get(userid).userid

    def _functions(self) -> tuple[dict[str, Function], dict[str, Function]]:
        contacts = Contacts(self.app, self.organisation, self.faults, self._quirks)
        contacts.trusted = lambda: self.oauth.trusted
        outside = self.outside
        sending, groups, media = self._sending, self._groups, self._media
        gets: dict[str, Function] = {
            "gettoken": lambda call: self._tokens.give(call.query),
            "getcallbackip": lambda call: {"ip_list": CALLBACK_IPS},
            "get_api_domain_ip": lambda call: {"ip_list": CALLBACK_IPS},
            "appchat/get": lambda call: groups.get(call.query.get("chatid")),
            "user/get": lambda call: contacts.user(call.query),
            "user/simplelist": lambda call: contacts.simple_list(call.query),
            "user/list": lambda call: contacts.full_list(call.query),
            "department/list": lambda call: contacts.departments(call.query),
            "department/simplelist": lambda call: contacts.department_ids(call.query),
            "agent/get": lambda call: contacts.agent(call.query),
            "menu/get": lambda call: self.menus.get(call.query),
            "menu/delete": lambda call: self.menus.delete(call.query),
            "externalcontact/get_follow_user_list": lambda call: outside.followers(call.query),
            "externalcontact/list": lambda call: outside.listed(call.query),
            "externalcontact/get": lambda call: outside.details(call.query),
            "auth/getuserinfo": lambda call: self.oauth.who(call.query),
            "media/get": lambda call: media.find(call.query.get("media_id")),
        }
        posts: dict[str, Function] = {
            "message/send": lambda call: sending.send(call.body),
            "message/update_template_card": lambda call: sending.update(call.body),
            "message/recall": lambda call: sending.recall(call.body),
            "appchat/create": lambda call: groups.create(call.body),
            "appchat/update": lambda call: groups.update(call.body),
            "appchat/send": lambda call: groups.send(call.body),
            "user/list_id": lambda call: contacts.ids(call.body),
            "externalcontact/batch/get_by_user": lambda call: outside.batch(call.body),
            "externalcontact/get_corp_tag_list": lambda call: outside.tag_list(call.body),
            "externalcontact/add_corp_tag": lambda call: outside.add_tags(call.body),
            "externalcontact/remark": lambda call: outside.remark(call.body),
            "externalcontact/mark_tag": lambda call: outside.mark(call.body),
            "externalcontact/send_welcome_msg": lambda call: outside.welcome(call.body),
            "externalcontact/transfer_customer": lambda call: outside.transfer(call.body, resigned=False),
            "externalcontact/transfer_result": lambda call: outside.result(call.body),
            "externalcontact/resigned/transfer_customer": lambda call: outside.transfer(call.body, resigned=True),
            "externalcontact/resigned/transfer_result": lambda call: outside.result(call.body),
            "menu/create": lambda call: self.menus.create(call.query, call.body),
            "media/upload": lambda call: media.upload(call.query.get("type"), call.upload),
            "media/uploadimg": lambda call: media.upload_image(call.upload, call.origin),
        }
        return gets, posts


def _pick(on_card: Sequence[Selection], wanted: Mapping[str, Sequence[str]]) -> list[Selection]:
    live = {s.key: s for s in on_card if not s.disabled}
    for key, options in wanted.items():
        known = [option for option, _ in live[key].options]
        if missing := [option for option in options if option not in known]:
            raise KeyError(missing[0])
        if len(options) > 1 and not live[key].multiple:
            raise ValueError(f"one option of {key}")
    return [replace(s, selected=tuple(wanted.get(s.key, s.selected))) for s in on_card]
