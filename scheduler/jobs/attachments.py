"""A file that did not come with its message: tried again as long as its messenger keeps it, three days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cards.registry import Moment
from domain.actor import Address, Ref
from domain.files import StoredFile
from domain.services import attachments
from domain.tables import Due
from domain.uow import UnitOfWork
from scheduler.jobs import job

WAITS = (1, 5, 15, 60, 180, 360, 720, 1440, 1440)  # minutes
_WORDS = {"image": "图片", "voice": "语音", "video": "视频", "file": "文件"}


@job(attachments.FETCH)
async def fetched(uow: UnitOfWork, due: Due, _moment: Moment) -> None:
    """What the errand brought (`bot.keeping`): the file, or why there is none."""
    wanted: dict[str, Any] = due.params
    attempt = int(wanted.get("attempt", 0))
    subject = Ref("attachment", due.subject_id)
    if wanted.get("problem") == "late" and attempt < len(WAITS):
        later = {k: v for k, v in wanted.items() if k != "problem"} | {"attempt": attempt + 1}
        at = uow.now + timedelta(minutes=WAITS[attempt])
        uow.later(attachments.FETCH, subject, at, key=f"fetch-{subject.id}-{attempt + 1}", **later)
        return
    if "stored" in wanted:
        found = wanted["stored"]
        stored = StoredFile(found["sha256"], found["size"], found["media_type"])
        await attachments.arrived(uow, subject.id, stored, found["name"], wanted.get("said", ""))
    else:
        person = await attachments.lost(uow, subject.id)
        text = f"那条{_WORDS[wanted['sort']]}没取到，再发一次"
        uow.tell(Address.person(person), "plain.text", key=f"lost-{subject.id}", text=text)
    await uow.refresh(subject)
