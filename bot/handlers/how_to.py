"""怎么改客户名字, 能不能共享: one sentence that does it, or that it cannot be done yet, in place of the whole help."""

from __future__ import annotations

import re

from bot.context import Context
from bot.message import Reply
from domain.actor import Ref

_ASKS = re.compile(r"怎么|如何|咋|怎样|能不能|可不可以|会不会|可以|能")
# What cannot be done yet is answered as the order itself would be (`cards.builders.not_yet`).
_NOT_YET = (
    (re.compile("导出"), "export"),
    (re.compile("导入|批量"), "import"),
    (re.compile("合并"), "merge"),
    (re.compile("规则"), "create_rule"),
    (re.compile("删.{0,4}(?:客户|联系人|商机|记录|跟进)|(?:客户|联系人|商机).{0,4}删"), "delete"),
)
_SAY = (
    (re.compile("撤|恢复"), "说「撤销」撤最近一件，「恢复」再拿回来；早先的说「撤销华星那条记录」"),
    (re.compile("共享|一起跟|协作"), "说「让李明一起跟华星」；不共享了说「不跟李明共享华星了」"),
    (re.compile("转"), "说「把华星转给李明」，几家一起也行：「把华星和宏图都转给李明」"),
    (re.compile("公海|领"), "说「公海有哪些客户」「领明达机电」；放回去说「把明达机电放回公海」"),
    (re.compile("审批|折扣|特价"), "说「华星申请85折」，加一句理由更好；看进度说「批了没」，不要了说「撤回申请」"),
    (re.compile("我的?(?:手机|电话|名字)|密码|账号"), "你自己的说「我的手机改成13800138000」「我改名叫林悦」"),
    (re.compile("电话|手机|号码"), "说「张总电话改成13800138000」；新的人说「给华星加个联系人李工，电话13800138000」"),
    (re.compile("名字|名称|全称|改名"), "说「把华星改名叫华星精密」；登记的全称说「华星全称是苏州华星精工有限公司」"),
    (re.compile("联系人"), "说「给华星加个联系人李工，电话13800138000」；走了说「把李工标成离职」"),
    (re.compile("商机"), "说「给华星建个商机，MES 50万」；改阶段说「华星推进到报价」"),
    (re.compile("提醒"), "说「周五十点提醒我打给张总」；看有哪些说「我的提醒」，不要了说「取消明天的提醒」"),
    (re.compile("待办"), "说「加个待办：周五前交周报」；看有哪些说「我的待办」，做完了说「第一个完成了」"),
    (
        re.compile("(?:加|添加|新增|拉|录).{0,3}(?:人|员工|同事|成员|账号)(?!.*联系)"),
        "公司通讯录里加了人，我自己会认出来；没接通讯录的，在服务器上导入人员名单",
    ),
    (re.compile("群"), "在群里@我说「把这个群设为华东组销售群」"),
    (re.compile("别名|词"), "说「教你：HW就是华为」；不要了说「忘掉：HW」"),
    (re.compile("(?:新?建|加|添加|录入?).{0,4}客户"), "说「新建客户 远山茶业，联系人王芳」，或直接说见了谁，我来建"),
    (re.compile("(?:查|看|搜).{0,6}(?:客户|资料|信息|记录|跟进)"), "说客户名就看，比如「华星」；名单说「我的客户」"),
    (re.compile("(?:记|录|写).{0,4}(?:跟进|记录|拜访|客户)|^.{0,4}记$"), "直接说就记：「今天见了华星张总，预算80万」"),
    (re.compile("改"), "记错了说「不对，是60万」；客户资料说「华星改成A类」「华星行业是纺织」"),
)


def answer(ctx: Context) -> Reply | None:
    """None where nothing particular is asked."""
    said = ctx.text
    if not _ASKS.search(said):
        return None
    order = next((kind for words, kind in _NOT_YET if words.search(said)), None)
    if order is not None:
        return Reply("order.not_yet", {"inbox": ctx.inbox_id, "order": order}, Ref("inbox", ctx.inbox_id))
    line = next((line for words, line in _SAY if words.search(said)), None)
    return None if line is None else Reply("plain.text", {"text": line})
