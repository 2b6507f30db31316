"""The ledger: what was acknowledged, what is stored and what the messenger got, matched by tags that occur once.

Read from the database and from what members see; genjin itself is not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.messenger.wecom import WeComServer
from tests.faults.judge import Record
from tests.faults.robot import RobotSide
from tests.faults.world import Member, Notes

TAG = re.compile(r"K\d{4,}")
REMINDER = re.compile(r"提醒\d{3,}")


@dataclass(slots=True)
class Ledger:
    """Counts, and by name everything that is not as it was promised. `allowed` are copies that nobody could prevent:
    the messenger lost its answer, and it has no duplicate check for this kind of message. `robot` notes were told to
    the robot; those `unheard` were lost with its connection, before anybody could store them."""

    typed: int = 0
    acknowledged: int = 0
    stored: int = 0
    answered: int = 0
    pushed: int = 0
    groups: int = 0
    robot: int = 0
    unheard: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    pushes_lost: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    shown_in_groups: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Everything that is wrong, in words; empty for a clean ledger."""
        return [
            *(f"{tag} was acknowledged and is lost" for tag in self.lost),
            *(f"{tag} is stored twice" for tag in self.doubled),
            *(f"{tag} is not answered" for tag in self.unanswered),
            *(f"{push} was not pushed" for push in self.pushes_lost),
            *(f"{what} was seen more than once" for what in self.copies),
            *(f"{tag} stands in a group" for tag in self.shown_in_groups),
            *self.dead,
        ]

    def __str__(self) -> str:
        counts = {
            "notes typed": self.typed,
            "notes acknowledged": self.acknowledged,
            "notes stored": self.stored,
            "notes answered": self.answered,
            "reminders pushed": self.pushed,
            "wins told to a group": self.groups,
            "told to the robot": self.robot,
            "lost with its connection": len(self.unheard),
            "acknowledged and lost": len(self.lost),
            "stored twice": len(self.doubled),
            "unanswered": len(self.unanswered),
            "pushes lost": len(self.pushes_lost),
            "copies": len(self.copies),
            "copies allowed": len(self.allowed),
            "dead rows": len(self.dead),
        }
        return listed(counts, self.wrong)


def listed(counts: Mapping[str, int], wrong: Iterable[str]) -> str:
    """What came of a run, a line each: its counts, and what is wrong."""
    return "\n".join([*(f"{name:24}{count:7}" for name, count in counts.items()), *wrong])


def balance(
    record: Record, notes: Notes, server: WeComServer, company: list[Member], robot: RobotSide | None = None
) -> Ledger:
    """Compare the three sides."""
    rows = Counter(tag for row in record.inbox for tag in TAG.findall(row.text))
    filed = Counter(tag for activity in record.activities for tag in TAG.findall(activity.text))
    ledger = Ledger(typed=len(notes.said), acknowledged=len(notes.acknowledged), stored=len(filed))
    answers, reminded = _seen(server, company, robot)
    acknowledged = notes.acknowledged
    if robot is not None:
        acknowledged = acknowledged | _weigh_robot(ledger, set(rows), robot)
    for tag in sorted({*notes.said, *rows, *filed, *acknowledged}):
        stored = min(rows[tag], filed[tag])
        if tag in acknowledged and not stored:
            ledger.lost.append(tag)
        if filed[tag] > 1:
            ledger.doubled.append(tag)
        if stored and not answers[tag]:
            ledger.unanswered.append(tag)
        ledger.answered += bool(answers[tag])
        if answers[tag] > max(filed[tag], 1):
            ledger.copies.append(tag)
    for reminder in record.reminders:
        seen = reminded[reminder.text]
        ledger.pushed += bool(seen)
        if not seen:
            ledger.pushes_lost.append(reminder.text)
        elif seen > 1:
            ledger.copies.append(reminder.text)
    _weigh_wins(ledger, record, notes, server)
    queues = (*record.inbox, *record.outbox, *record.due)
    ledger.dead += [f"{row.__tablename__} {row.id} is dead: {row.last_error}" for row in queues if row.state == "dead"]
    return ledger


def _weigh_wins(ledger: Ledger, record: Record, notes: Notes, server: WeComServer) -> None:
    """What was told to a group: it has no duplicate check, so a copy there is nobody's fault."""
    words = [f"{shown.text}\n{shown.card}" for group in server.groups() for shown in group.messages]
    for core, delivery in notes.won.items():
        stored = sum(core in activity.text and "签了" in activity.text for activity in record.activities)
        told = sum(core in each for each in words)
        if delivery.accepted and not stored:
            ledger.lost.append(f"the win of {core}")
        if stored > 1:
            ledger.doubled.append(f"the win of {core}")
        if stored and not told:
            ledger.pushes_lost.append(f"the win of {core} in the group")
        ledger.groups += bool(told)
        ledger.allowed += [f"the win of {core} in the group"] * max(told - 1, 0)


def _weigh_robot(ledger: Ledger, stored: set[str], robot: RobotSide) -> set[str]:
    """What was told to the robot; returns the tags that must be on record. In a group each note has one line, of which
    there is no duplicate check, and nothing of what it said stands there."""
    certain, told = robot.heard(stored), {each.tag: each for each in robot.told}
    ledger.robot, ledger.unheard = len(told), sorted(told.keys() - certain)
    lines, groups = robot.lines(), {group.chatid: group for group in robot.server.groups()}
    for chatid, group in groups.items():
        wanted = sum(each.place == chatid and each.tag in stored for each in robot.told)
        ledger.unanswered += [f"a note in {group.name}"] * max(wanted - lines[chatid], 0)
        ledger.allowed += [f"a line in {group.name}"] * max(lines[chatid] - wanted, 0)
        shown = [message for message in group.messages if message.sender == "app"]
        ledger.shown_in_groups += [tag for each in shown for tag in TAG.findall(f"{each.text}{each.card}")]
    return certain & told.keys()


def _seen(server: WeComServer, company: list[Member], robot: RobotSide | None) -> tuple[Counter[str], Counter[str]]:
    """In how many messages each tag, and each reminder, stands before somebody's eyes."""
    answers: Counter[str] = Counter()
    reminded: Counter[str] = Counter()
    for member in company:
        apart = robot.server.chat(member.userid) if robot is not None else []
        for shown in (*server.chat(member.userid), *apart):
            if shown.mine:
                continue
            words = f"{shown.text}\n{shown.card}"
            answers.update(set(TAG.findall(words)))
            reminded.update(set(REMINDER.findall(words)))
    return answers, reminded
