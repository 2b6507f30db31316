"""Every table, imported once so that the metadata is whole."""

from sqlalchemy.orm import configure_mappers

from domain.tables.attachments import Attachment
from domain.tables.customers import Contact, Customer, CustomerName, CustomerShare
from domain.tables.directory import DirectoryMember, DirectoryUnit, Outsider, SpentState
from domain.tables.lessons import Lesson
from domain.tables.mirrored import Mirrored
from domain.tables.people import Account, GroupChat, Person, Team
from domain.tables.plumbing import AuditEntry, Due, Hold, Inbox, Outbox, Presence, Queued, Thread
from domain.tables.sales import Contract, Opportunity, Payment
from domain.tables.work import Activity, Approval, Reminder, Task

__all__ = ["Account", "Activity", "Approval", "Attachment", "AuditEntry", "Contact", "Contract", "Customer"]
__all__ += ["CustomerName", "CustomerShare", "DirectoryMember", "DirectoryUnit", "Due", "GroupChat", "Hold", "Inbox"]
__all__ += ["Lesson", "Mirrored", "Opportunity", "Outbox", "Outsider", "Payment", "Person", "Presence", "Queued"]
__all__ += ["Reminder", "SpentState", "Task", "Team", "Thread"]

# A process that runs no query, such as `--role web`, would never do it, and the attributes of its rows would not work.
configure_mappers()
