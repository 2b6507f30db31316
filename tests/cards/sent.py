"""Attachments with the longest names, one of each kind and state, for the cards that show them."""

from __future__ import annotations

from domain.files import StoredFile
from domain.services import attachments
from domain.services.attachments import Sent
from domain.uow import UnitOfWork
from domain.when import Local

NAME = "长三角精密装备制造研究院高端模具与自动化设备采购项目技术协议终稿第三版经法务与财务会签.pdf"
PLACE = "江苏省苏州市工业园区星湖街328号创意产业园二期十九栋西侧三楼大会议室"
STORED = StoredFile("ab" * 32, 20 << 20, "application/pdf")
PICTURE = StoredFile("cd" * 32, 987_654, "image/jpeg")


async def sent(uow: UnitOfWork, customer: int, inbox: int, local: Local) -> dict[str, int]:
    """The ids of all of them, each by what it is."""
    there = {
        "picture": Sent(sort="image", stored=PICTURE),
        "film": Sent(sort="video", name=NAME, stored=STORED),
        "document": Sent(sort="file", name=NAME, stored=STORED),
        "coming": Sent(sort="file", name=NAME, channel="wecom", source={"media_id": "m1"}),
        "page": Sent(sort="link", name=NAME, url="https://news.example.com/" + "a" * 200, text=PLACE),
        "place": Sent(sort="place", text=PLACE),
        "taken_back": Sent(sort="file", name=NAME, stored=STORED),
    }
    ids = {name: await attachments.keep(uow, each, inbox, customer, local) for name, each in there.items()}
    await attachments.take_back(uow, ids["taken_back"])
    for name, each in (("nobodys", there["picture"]), ("somewhere", there["place"]), ("unplaced", there["document"])):
        ids[name] = await attachments.keep(uow, each, inbox, None, local)
    for name in ("sheet", "sheet_back"):
        book = Sent(sort="file", name=NAME.replace(".pdf", ".xlsx"), stored=STORED)
        ids[name] = await attachments.keep(uow, book, inbox, None, local)
    await attachments.take_back(uow, ids["sheet_back"])
    ids["lost"] = await attachments.keep(uow, there["coming"], inbox, customer, local)
    await attachments.lost(uow, ids["lost"])
    return ids
