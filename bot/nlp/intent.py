"""What the person wants with the message: record something, have something done, ask, or just talk."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.nlp import correction
from bot.nlp.doc import Doc
from bot.nlp.gate import Rule
from bot.nlp.parsed import Act, Intent
from bot.nlp.pattern import Pattern

_THANKS = Pattern(
    r"(?:好的?|行|嗯|ok)?[，, ]?(?:多谢|谢谢|谢啦|谢了|感谢|3q|thx|thanks?|thank you|辛苦|"
    r"辛苦了|辛苦啦|有劳|[👌🙏👍👏🤝💪🌹][🏻-🏿]?|❤️?)(?:你|您|啊|哈|了|啦|呀|哦|哥|姐|大家|领导|老板|老大|[\u4e00-\u9fff]{1,2}(?:总|哥|姐|工|经理)|小[\u4e00-\u9fff])*"
)
_SMALL: tuple[tuple[str, Pattern], ...] = tuple(
    (kind, Pattern(pattern))
    for kind, pattern in (
        ("question_marks",
            r"[？?]+|(?:你|这)?(?:在|都|是)*(?:说|讲|回)(?:的)?(?:些)?(?:什么|啥)(?:呢|啊|呀|东西|意思)*|(?:这|"
            r"你)?(?:是|话)?(?:什么|啥)意思(?:呢|啊|呀)?|"
r"(?:我)?(?:完全|还是|有点)?(?:听|看|搞|弄)?(?:不|没)(?:太)?(?:懂|明白|看懂|听懂|看明白|听明白)(?:你|了|啊|呢|在说什么|你说的|什么意思)*|说人话|这是啥"),
        ("nothing",
            r"(?:哦|嗯|那|就|还是|先|都|暂时|，|,)*(?:算了|没事了?|没什么(?:事)?|没啥(?:事)?|不用了?|没有了?|不了|"
            r"先这样|就这样|没别的(?:事)?了?|再说吧?|先不弄了?|"
r"不弄了|没了|不需要了?|没问题了)(?:吧|啊|哈|谢谢|了|，|,)*|(?:我)?今[天日](?:我)?(?:都|还)?没(?:有)?(?:出去|出门|跑(?:客户)?|拜访(?:客户)?|见(?:客户|人)|外出)(?:了|呢)?"),
        ("thanks", rf"(?:{_THANKS.source})+"),
        ("ping", r"在|在吗|在不在|在么|在不|在?忙[吗么不]|有人吗|你好|您好|你好啊|hi|hello|嗨|哈喽|早|早上好|上午好|"
r"中午好|下午好|晚上好|早安|晚安|hey|跟进"),
        ("laugh", r"(?:哈|嘿|嘻|呵|hh|h|😂|😄|😁|🤣|😊|\[.{1,4}\]|表情包?|lol|233+)+"),
        ("thanks", r"(?:(?:辛苦|谢谢|多谢)了?[，, ]?)+(?:大家|各位)?[，, ]?"
r"(?:明天|后天|周一|下周|回头|改天|明儿)?(?:再)?(?:见|聊)"),
        ("ok", r"(?:好|嗯|行|可以|ok|okay|收到|好的|好滴|好嘞|好的明白|明白|明白了|知道了|了解|嗯嗯|行吧|"
r"可|成|没问题|对|是的|是|好吧|okk+|中)+[了啊呀哈吧]?"),
        ("who", r"(?:你|这|您)(?:到底)?(?:是谁|是什么|叫什么(?:名字)?|是ai吗?|是(?:真人|人|机器人|程序|"
r"人工)吗?|哪位)|是ai吗?|(?:你)?是(?:不是)?(?:真人|机器人|ai|人工智能)(?:吗|啊)?|"
r"who are you"),
        ("test", r"(?:测试|test|testing|测试一下|测一下|试一下|试试|123|1234|12345|ping|测)+"),
        ("digits", r"\d{1,3}"),
        ("curse",
            r"(?:你)?(?:这|是不是|真|怎么|咋|可)*(?:这么|太|真|是)?(?:难用|不好用|傻|笨|弱|烂|破)(?:了|死了|啊|吗|"
            r"呀|的)*|(?:这|这个|这是|都)?(?:什么|啥)(?:破|烂|垃圾)(?:玩意儿?|东西|系统|软件|机器人)?|"
r".{0,6}(?:傻[x逼叉比bB]|笨蛋|垃圾|废物|智障|蠢|滚|什么玩意|脑残|sb|煞笔|白痴|弱智).{0,8}"),
        ("draft",
            r"(?!.{0,12}(?:周报|日报|月报|总结|小结))"
            r"(?:帮我?|给我|替我)?(?:写|拟|起草|编|组织)(?:个|一?段|一条|一份|几句|一下|封)(?:话|短信|"
r"微信|文案|消息|祝福|邮件|话术|回复|开场白|朋友圈)?.{0,20}"),
        ("offtopic", r".{0,8}(?:天气|写首诗|写诗|股票|讲个笑话|笑话|彩票|星座|新闻|唱歌|好热|好冷|吃什么|电影|"
r"翻译一下|几点了|足球|下雨|下雪|堵车|游戏|基金涨).{0,8}"),
    )
)  # fmt: skip
_ANY_SMALL = Pattern("|".join(f"(?:{pattern.source})" for _, pattern in _SMALL))
_SAD = Pattern(
    r"(?:妈的|靠|唉|哎|又|操|烦死|郁闷|真|他妈|卧槽|心累).{0,6}(?:丢单|丢了|黄了|被拒|没签|"
    r"白跑|被骂|输了)|心累|好累|太难了|想辞职|烦死了|郁闷|压力好大|不想干了"
)
# Nothing happened, nothing was learned and nothing is asked for: 那个再弄一下.
_THAT = Pattern(r"[那这](?:个|件|事|单子?|块)|老(?:规矩|地方|样子|问题|事)")
_VAGUE = Pattern(
    r"(?:[那这](?:个|件|边|里|样|谁|单|块)?|老(?:规矩|地方|样子|问题|事)|事情?|事儿|东西|的|一下|再|弄|搞|整|"
    r"处理|办|说|看看?|吧|了|先|就|还|也|照旧|按|跟|和|上次|之前|以前|"
    r"一样|回头|改天|你|我|他|帮我|给我|怎么|着|都|行|好|呢|啊|哈|，|。|！|\n| )+"
)
_SEES = r"(?:都|也|会|能|能够|可以|是不是|能不能|会不会|可不可以|是否)*(?:看得?[到见]|看[到见]|查看|查得?到|知道)"
_OTHERS = (
    r"(?:我们?)?(?:的)?(?:领导|老板|经理|主管|上级|上面|上司|别人|同事|其他人|旁人|公司|谁|哪些人|大家|总监|管理员)们?"
)
_MINE = r"我(?:们)?(?:跟你|给你|在这里|这里)?(?:说|写|记|发|录|填|聊)的?(?:东西|话|内容|记录|这些|什么)?"
_PRIVACY = Pattern(
    rf"(?:{_MINE}|(?:我的|这些?|这里的?)(?:记录|内容|话|客户|跟进|信息)?)?[，, ]?(?:会被|被|会不会被)?{_OTHERS}{_SEES}"
    rf"(?:{_MINE}|我的?(?:记录|客户|跟进|内容)?)?(?:吗|么|嘛|不|的)?|.{{0,8}}(?:保密|隐私|泄露).{{0,3}}(?:吗|么|嘛|不)|.{{0,8}}会不会泄露"
)
_MOODS = Pattern(
    r"不想上班|客户(?:真|太|好|都)?(?:难搞|难缠|奇葩)|腿(?:都|要|快)?断|嗓子.{0,2}哑|喝吐|老板.{0,4}(?:骂|发火|开会)|累死|好累|困死|下班了|周末愉快|节日快乐|新年快乐|中秋快乐|生日快乐|恭喜|加油"
)
_HELP = Pattern(
    r"帮助|help|怎么用|你?(?:能|会|可以)(?:干嘛|干什么|干啥|做什么|做啥|做些什么|帮我做什么)|"
    r"有什么功能|(?:使用)?说明|教我用|怎么(?:玩|操作|(?:记录?|录|写)(?:一?[条笔下])?(?:跟进|记录|拜访|客户)?)|"
    r"(?:怎么|如何|咋|怎样)(?:才能)?(?:(?:把|将)(?:客户|联系人|商机|待办|提醒|记录|跟进)[^，。\d]{1,10}|"
    r"(?:设置?|改|取消|新建|建|加|领|转|共享|撤销|导出|导入|申请|添加)(?:一?个|一?条)?"
    r"(?:客户|联系人|商机|待办|提醒|审批|折扣|公海|记录|跟进|别名)(?:的?客户)?)|功能(?:列表)?|菜单|"
    r"你?(?:怎么|如何|咋|怎样|能不能|可不可以|会不会)(?:才能|样|帮我|给我)?(?:批量)?(?:删除?|导出|导入|改|修改|换|合并|查询?|查看|建|新建|加|添加|转|撤销?|设置?|取消|搜索?|绑定|共享|录入?|记|关闭?|打开|开启)(?:掉|一下|成)?(?:一?个|一?条|我的|别的)?"
    r"(?:客户|联系人|商机|待办|提醒|审批|折扣|公海|记录|跟进|数据|报表|表格|名字|名称|电话|密码|规则|群|别名|词|账号|excel|信息|资料|负责人|表|的)*|"
    r"你?(?:可以|能)(?:帮我|给我)?(?:批量)?(?:删除?|导出|导入|改|修改|换|合并|查询?|查看|建|新建|加|添加|转|撤销?|设置?|取消|搜索?|绑定|共享|录入?|记|关闭?|打开|开启)(?:掉|一下|成)?(?:一?个|一?条|我的|别的)?"
    r"(?:客户|联系人|商机|待办|提醒|审批|折扣|公海|记录|跟进|数据|报表|表格|名字|名称|电话|密码|规则|群|别名|词|账号|excel|信息|资料|负责人|表|的)+"
)
_UNDO = Pattern(
    r"(?:撤销|撤回|撤了|回撤|取消|删除?|删掉|undo)(?:一下|掉|了)?(?:刚才|刚刚|前面|上面|上一?|这|"
    r"最后)?(?:的)?(?:那|一|这)?(?:条|个|次|笔|步|记录)?(?:记录|操作|动作|命令|消息)?(?:吧|了)?|(?:把)?(?:刚才|刚刚|前面|上面|"
    r"上一条)(?:那|的)?(?:条|个)?(?:记录)?(?:撤销|撤回|撤了|删了|删掉)(?:吧|了)?|刚才那条不算|(?:刚才|刚刚|上)(?:那|这|一)条(?:不要|作废|不算)了?|"
    r"(?:刚才|刚刚)?(?:记|写|发)错了?[，, ]?(?:撤回|撤销|撤了|删了|删掉)(?:吧|一下)?|"
    r"(?:上一?步|上一个|刚才|刚刚)(?:的)?(?:不算|不要|作废)了?[，, ]?(?:撤销|撤回|撤了|取消)?(?:吧|一下|掉)?|"
    r"(?:刚才|刚刚|刚|我)*(?:的?[那这上]一?[条笔个])?(?:记|写|发|说|弄|搞|点)错了?[，, ]?"
    r"(?:撤回|撤销|撤了|撤掉|删了|删掉)(?:吧|一下)?|"
    r"(?:都|只)撤(?:记录)?"
)
_TODAY = Pattern(
    r"(?:今天|今日|现在|接下来|上午|下午)?(?:我)?(?:该|要|应该|得)?(?:先|最该)?(?:跟|联系|找|"
    r"拜访|打给|跟进|见|做|干)(?:谁|哪几[家个]|哪家|哪个|哪些|什么|啥)(?:客户)?(?:好|呢|啊|比较好)?|"
    r"(?:今天|今日)(?:的)?(?:安排|待办|任务|工作|计划|要做什么|干什么|有什么(?:事|安排|"
    r"要做的)?|有啥事?|做什么)(?:呢|啊)?|今天怎么安排|先跟谁"
)
# 看一下我的待办, 待办有哪些: the list is asked for, nothing is to be done.
_LIST = Pattern(
    r"(?:帮我|给我|我想|我要)?(?:看一?[下看]?|查一?下?|查看|打开|列一?下?|列出)?(?:一下)?(?:我|咱们?)?(?:的)?"
    r"(?:今天|明天|本周|这周|这个?星期|所有|全部|现在)?(?:的)?(?:待办|任务清单|提醒列表)(?:事项|列表|清单)?"
    r"(?:有哪些|有什么|有啥|有几个|是什么|呢|列表|清单)?"
)
# 我一会去华星，准备一下 (with the names taken out): what is known of the customer, before a visit.
_PREPARE = Pattern(
    r"(?:我们?)?(?:一会儿?|等一?下|待会儿?|等会儿?|马上|现在|今天|明天|后天|上午|下午|晚上)*(?:我们?)?(?:要|得|就)?"
    r"(?:去|见|拜访|到|约了)*(?:一下|的)?[，, ]?(?:帮我|给我)?准备(?:一下|下)"
    r"(?:[，, ]?(?:我们?)?(?:一会儿?|等下|马上)?要?去)?|"
    r"(?:我们?)?(?:一会儿?|等一?下|等会儿?|待会儿?|马上|这就)(?:就)?(?:要|得)?(?:去|到|见)(?:一下|了)?"
)
_APPROVE = Pattern(
    r"(?:(?:可以的?|行吧?|好[的吧]?|ok|没问题|嗯+|那就?|就|我|[，, ])+(?=批|同意|通过|准))?"
    r"(?:(?:同意|批准|批了|批|准了?|通过|可以批|准奏|approved?|没意见|就这么办|给他?批)(?:了|"
    r"吧|的)?)(?P<rest>[，,。 ]?(?:但是?|不过|前提|只要|条件)?.*)?"
)
_REFUSE = Pattern(
    r"(?:(?:这个?)?不行[，, ]?(?=打回|驳回|退回))?"
    r"(?:(?:这个|这单|这次|那个)?(?:先|暂时|还是|就)*(?=不同意|不批|驳回|打回|退回))?"
    r"(?:驳回|拒绝|不同意|不批|不行|不准|打回去?|退回去?|否了|不可以|reject(?:ed)?)(?:了|吧)?(?P<rest>[，,。：: ]?.*)?"
)
_APPLY = Rule(
    r"申请.{0,14}?(?:折|让利|降|优惠|特价|折扣|点)|(?:想|要|能不能)给.{2,14}?(?:打|"
    r"批)个?.{1,4}折(?=.{0,3}(?:行|可以|吗|批|$))|"
    r"(?:折|个点|优惠|特价)(?:行不行|可以吗|行吗|能批吗|能不能批)?[，, ]?(?:帮我?|给我|麻烦)?"
    r"(?:报上去|报批|走一?(?:个|下)?(?:审批|流程)|提(?:个|交)?(?:一下)?(?:审批|申请)|申请一?下)"
)
# 上次申请的折扣批了吗, 算了不申请了: about a request that is made already.
_NOT_ASKING = Pattern(
    r"申请的|(?:批|通过|同意)(?:了|下来|过)+(?:没有?|吗|么)|批没批|(?:不用?|别|不要|不想|先不)再?(?:申请|提|报)|(?:撤回|撤销|撤掉|撤了|取消|收回|作废)"
)
_CORRECT = Pattern(
    r"^(?:啊|哦|哎|呃|嗯|刚|刚才|刚刚)?[，, ]?(?:不对|错了|更正|写错了?|记错了?|说错了?|"
r"算错了?|报错了?|看错了?|听错了?|输错了?|"
r"搞错了?|打错了?|改一下|纠正|不好意思|抱歉|口误|应该是|刚?记错|刚才(?:说|记|"
r"写)错了?)[，,：: 。！]?"
r"|^(?:不是|不对|我|，)*(?:刚才|刚刚)?(?:说|写|记|发|弄|搞)错了?(?:客户|公司|单位|一家)了?[，, ]"
r"|^(?:把)?[^，。！？我]{2,10}?(?:那条|这条|那个|那家|的那条|的记录)(?:不对|错了|记错了?|写错了?|说错了?|有误)[，, ：:]"
r"|^(?:其实|哦|哎|啊|等等|，)*(?:还?没有?|不算|别记|别算|不能算)(?:丢|黄|输)(?:单|掉)?(?:呢|了)?(?=[，。]|$)"
    r"|^(?:[\u4e00-\u9fffa-z]{0,6})?(?:(?<=原因)不是|不是(?!嫌|怕|担心|因为|不想|不愿|价格|钱|技术|质量|说)|不叫|"
    r"不在)[^，。！？]{1,14}[，, ]?(?:是|而是|应该是|"
r"改到|改成)[^，。？]{1,14}$|^是[^，。？]{1,16}[，, ]?不是[^，。？]{1,16}$|"
r"^[^，。]{0,6}应该是[^，。？]{1,14}(?:[，, ]?不是[^，。？]{1,14})?$"
)  # fmt: skip
_COMMAND_FIRST = Pattern(
    r"(?:帮我|麻烦|请|给我|替我)?(?:把|将).{1,24}?(?:转给|转交|移交|标成|标为|改成|"
    r"改为|调成|调为|调到|放回|放到|删了|删除|删掉|标记|设为|设成|分给|挪到|推进到|关掉|关闭|"
    r"合并|归档|退回|升级|升到|降为|降到|改到|导出|撤|加到|加进|加入)(?!了(?![吧呗啊哈]?$)|过)|"
    r"(?:新建|创建|新增|添加|加个|建个|录入)(?:一?个|客户|联系人|商机|合同|线索|任务|待办|标签|字段)|"
    r"(?:取消|关闭|停用|启用|暂停).{0,14}(?:提醒|规则|任务|待办|审批|预约)|"
    r"(?:帮我|麻烦|请)?把.{1,20}?归到?.{1,5}(?:名下|跟|管|负责)$|(?:帮我|麻烦|请)?把.{1,20}?(?:取消|删|去|停|撤)(?:掉|了吧|一下|吧)$|"
    r"(?:帮我|麻烦|请)?把.{1,24}?(?:转|分|派|移交|共享)(?:一下|出去|掉)?$|领(?![导班队域先会悟料口带养略证])|导出|导入|合并|删除|删掉|作废|催一下|帮我(?:查|催|约|建|领|发|转|改|删|算|导)"
)
_COMMAND = Rule(
    r"提醒我|提醒一下|建个?(?:商机|客户|合同|联系人|任务|待办|工单|线索)|打上.{1,8}标签|"
    r"加(?:上|一?个).{0,8}(?:标签|字段)|(?<![已经刚])开(?:张|个)?(?:发|专|普)?票(?:，|$|给)|^(?:帮我?|麻烦)?给.{2,14}开(?:张|个)?(?:发|专|普)?票|(?<!了，)(?<!，)(?<![已经刚])开票(?![\d了])|推进到|(?:放|扔|丢|退)(?:回|到|进)?公海|领了?公海|领取|认领|"
    r"转给(?!了)|(?<![计规策])划给|挂给(?=[小老]?[\u4e00-\u9fff]{1,3}(?:，|。|$|吧|跟))|分配给|移交给|共享给|分享给|(?:退回|转入|释放.{0,4})公海|打个.{1,8}标签|加字段|提醒(?:往后|往前)?(?:推迟|推到|改到|延到|挪到)|"
    r"^(?:帮我?|麻烦)?(?:给|帮|为).{2,14}(?:建|加|开|提)(?:一?个|上)?(?:商机|工单|字段|标签|联系人|线索)|"
    r"标(?:记)?(?:成|为)(?:流失|重点|无效|战败|沉默)|就提醒|(?<![已经在刚])申请(?:开票|合同|用印|盖章|样品|出差)|(?<![已经在刚])申请.{0,14}(?:账期|延期|延长|退货|换货|赠品|样机|试用|额度|授信)|升级(?:到|为|成)(?:重点|[abc]|vip|战略|核心)|下班前催|"
    r"从[abc](?:类|级)?(?:调|改|升|降)(?:成|为|到)[abc]|(?:标|改|调|升|降)(?:成|为|到)[abc](?:类|级)?$|级别.{0,3}(?:调|改|升|降)|(?:超过|没).{0,8}(?:就|则)(?:提醒|通知|转)|"
    r"自动(?:通知|提醒|告诉)我(?!们)|(?:^|[，。])(?:请|帮我|麻烦|把)*(?:删掉|删除|合并|作废)(?!了)(?:一下)?[^，。了]{0,10}$|"
    r"(?:以后|今后|往后)(?:都|就)?(?:归|由|让|给|交给)[\u4e00-\u9fff]{2,4}(?:来)?(?:跟进?|负责|接手|管|对接)(?=$|，)|"
    r"贴(?:上|一?个)?.{1,8}的?标签?$|公海.{1,14}(?:领|捞|捡|拿)(?:回来|出来|过来|走)$|合并(?:成|为|到)一?[条个家份]?$"
)
_QUERY = Rule(
    r"[发到签付回收批过寄打定]了没(?:有)?$|(?:收齐|到账|付清|结清|签完|发完|装好|寄到|送到|回来|到位|办好|弄好)了?没(?:有)?$|(?<![发给要做列])(?:清单|明细)$|？$|\?$|多少|几个(?!问题)|哪些|哪家|谁(?!的)|什么时候|啥时候|怎么样了?$|到哪了|到期(?![，了前后日])|有没有|多久|"
    r"情况如何|怎么(?:跟进?|推进|办|走|谈)(?:呢|啊|好|合适)?$|[还缺差少]缺?(?:什么|啥)|到(?:了)?哪一?步|什么态度$|怎么说的?$|说的?(?:是|了)?什么$|给我看|看下$|看看$|看一下$|几[家个单条户位台套笔份次](?:客户|公司|单子?|合同|人|电话)?(?:了|呢|啊)?$|是哪(?:个|家|里|边)[^，。]{0,6}的?$|漏斗|排第几|第几名|排老几|排名|排行|统计|报表$|对比一下|趋势|占比|"
    r"查(?:一下|下|询)|列(?:一下|出)|汇总|有哪些|看[一]?下.{1,12}(?:客户|商机|合同|待办|线索|订单)$|吗$|呢$|进展$|什么优势|电话多少|"
    r"什么价|啥价|咋样$|上次.{0,10}(?:什么|啥|几|多少|多久)|强在哪|差在哪|负责的?$|"
    r"电话(?<!打电话)(?<!打个电话)(?<!打了电话)(?<!通电话)(?<!过电话)$|手机$|微信$|地址$|(?:电话|手机|微信|邮箱|地址|号码?|联系方式)(?:发|给|报)(?:一下|下|个)?(?:给)?我(?:一下|下|看看)?$|(?<!发)(?<!发[他她我])(?<!发到[他她我])邮箱$|上次聊"
)
_NOT_QUERY = Pattern(
    r"[，。](?=.{4})|(?:客户|对方|总|经理|工|他|她|他们)(?:也|还|都)?(?:想知道|关心|打听|在意)|问(?:了|我|整|多少|能不能|(?!题)[^，。]{0,6}(?:什么|多少|怎么|几|谁|哪|是不是|有没有))|他问|"
    r"她问|客户问|了(?=.{2,})(?!.*[？?吗谁哪多少几]).*$|没(?:接|通)"
)
_BUSINESS = Pattern(
    r"盖章|公章|把握|能签|胜算|打样|样板|仓库|库房|价格|管钱|管账|等通知|对接人|露面|产假|调岗|加急|总部|法务|缺货|到场|交接|工期|图纸|进场|复工|停工|开工|调试|"
    r"验货|质检|检测|认证|资金|用量|产能|产量|库存|入围|评分|挂网|上网|框架|压价|砍价|底价|供货|货款|货源|断供|业主|甲方|工地|指定|品牌|排期|现场|停产|扩产|换人|离职|调走|退休|退货|退款|索赔|样品|急单|交货|名片|采购|公示|开标|审批|评标|资质|样机|招标|投标|合同|报价|客户|项目|订单|发货|验收|付款|开票|竞品|方案|签约|对账|排产|"
    r"交期|试用|拍板|说了算|做主|决策|(?:老板|领导|联系人|对接人|负责人)姓|走流程|审批中|立项|换了?(?:负责人|老板|领导|对接人|联系人)|预算|内部(?:讨论|商量|开会|评审|评估|审批|沟通|研究)"
)
_NOTE_LEAD = Pattern(r"^(?:记一下|记录一下|记录跟进|跟进记录|记一笔|写跟进|备注)[：:，, ]?")


class Wish(NamedTuple):
    """Intent and act, with the kind of small talk and where a reason or condition begins."""

    intent: Intent
    act: Act
    smalltalk: str | None = None
    rest: int | None = None  # offset where a reason or a condition begins


def read(doc: Doc, *, facts: bool, bare_name: bool, organised: bool, unnamed: str) -> Wish:
    """`facts`: something was found that is worth a record. `bare_name`: a name and nothing else.
    `organised`: a customer is named. `unnamed`: the text without names."""
    said = doc.whole.text
    norm = doc.norm.strip(" \n，。！!~…、.")
    if _PRIVACY.fullmatch(norm.rstrip("?？")) and (
        "我" in norm or norm.rstrip("?？")[-1:] in "吗么嘛不" or "保密" in norm
    ):
        return Wish("chitchat", "smalltalk", "privacy")
    if small := _direct(norm, doc.norm, said):
        return small
    if wish := _decision(doc.norm, organised):
        return wish
    if _NOTE_LEAD.match(norm):
        return Wish("note", "note")
    if bare_name:
        return Wish("query", "name")
    if organised and _PREPARE.fullmatch(unnamed.strip(" \n，。！!~…、.")):
        return Wish("query", "name")
    if _THAT.search(unnamed) and _VAGUE.fullmatch(unnamed):
        return Wish("chitchat", "unknown")
    return _sorted(norm, doc, facts=facts, organised=organised)


def _direct(norm: str, raw: str, said: str) -> Wish | None:
    """Whole messages with a meaning of their own: help, undo, today, thanks and the like."""
    if not norm or not said:
        kind = (
            "question_marks" if set(raw.strip()) <= set("?？") and raw.strip() else "laugh" if raw.strip() else "ping"
        )
        thumbs = any(char in raw for char in "👌🙏👍👏🤝💪🌹")
        return Wish("chitchat", "smalltalk", "thanks" if thumbs else kind)
    if _HELP.fullmatch(norm.rstrip("?？吗呢啊")):
        return Wish("query", "help")
    if _UNDO.fullmatch(norm):
        return Wish("command", "undo")
    if _LIST.fullmatch(norm.rstrip("?？吗呢啊")):
        return Wish("query", "unknown")
    if _TODAY.fullmatch(norm.rstrip("?？")):
        return Wish("query", "today")
    bare = norm.rstrip("?？~") or norm
    if not _ANY_SMALL.fullmatch(bare):
        return None
    return Wish("chitchat", "smalltalk", next(kind for kind, pattern in _SMALL if pattern.fullmatch(bare)))


def _decision(norm: str, organised: bool) -> Wish | None:
    """同意, 批，但首付要50%, 驳回，毛利太低: only as the first word, and never beside a customer's name."""
    for act, pattern in (("refuse", _REFUSE), ("approve", _APPROVE)):
        match = pattern.fullmatch(norm.strip(" \n。！!"))
        if match and not organised and _is_verdict(norm, match):
            rest = match["rest"] or ""
            offset = len(norm) - len(norm.lstrip(" \n")) + match.start("rest") if rest.strip(" ，,。：:") else None
            return Wish("command", "approve" if act == "approve" else "refuse", rest=offset)
    return None


def _is_verdict(norm: str, match: re.Match[str]) -> bool:
    rest = match["rest"] or ""
    return not rest or rest[0] in "，,。 ：:"


_MAY_REMIND = Rule("提醒|叫我|叫醒我|喊我|闹钟")
_REMIND = Pattern(
    r"(?:^|[点分半天早晚午后前日号时钟刻一二三四五六\d])(?:提醒|叫|喊)我(?!们)|提醒(?:我(?!们)|一下我?|下我)|(?:记得(?:提醒|叫|喊)|叫醒)我(?!们)|(?:帮我|给我)提醒一?下(?=[，。！]|$)|(?:设|定|加)(?:个|一个)[^，。]{0,14}?(?:提醒|闹钟)"
)
_ASKS = Pattern("(?:给谁|谁|哪家|哪里|什么原因|多少单)(?:了|的|呢|啊|呀)?[?？]?$")  # 丢了几单，都输给谁了
_NO_REMINDER = Pattern("就提醒|规则|^(?:到时候?|到点|那天)?，?(?:就|也)?(?:取消|别(?!忘)|不用|不要(?!忘)|不必)")
_THEY_REMIND = Pattern(
    "(?:[他她]|他们|[总工哥姐任理]|客户|对方|人家)(?:们|说|会|到时候?|已经|还|又|也|再|就|都)*(?:来|打电话)?提醒"
)
_OUR_PLAN = Pattern("回头|[，。]我|[让叫要]我")
_THEY_SAY = Pattern(
    r"[^，。]{0,6}(?:总|经理|主任|客户|对方|他|她|工|姐|哥)(?:们|也|还|又|都|现在)*(?:说|表示|要求|想|问|希望|提出|打算|准备|提醒|催)|"
    r"(?!帮我|给我|替我|麻烦|请)[^，。]{2,8}(?:问(?:我们?|咱们?|了)|想知道|要求我们?|希望我们?)|(?:他们|对方|客户)的?(?:项目|采购|老板|公司|系统)"
)
_TELLS = Pattern("，[^，]{0,12}(?:才肯|才(?:同意|答应|点头|签|接受)|同意了|答应了|接受了)")  # 把价降到11万，他们才肯签
_ABOUT_THEM = Pattern(
    "他们|她们|人家|对方|那边|(?<!们)领导(?!又?(?:骂|开会))|甲方|刚见完|刚聊完|刚谈完|备好|备料|备货|打款|发货|货都|搬厂|量(?:不|很|还|比较)?[大小少]|松口|点头"
)
# 张总担心什么, 华星的单子多大, 帮我看下华星还有什么没做: asked without a mark.
_WHAT = Pattern(
    r"(?!.*(?:不知道|不清楚|不明白|不晓得|没有?说|不想说|没想好|没定|问|想知道|没什么|没啥|说什么|算什么|随便|无论|不管)).{2,20}(?:"
    r"(?:什么|啥|多大|多高|多久|在哪儿?|在哪里)(?:呢|来着|啊|呀|了|的)?|(?:还)?有(?:什么|啥|哪些)(?:没|还没)(?:做|办|给|弄|完成|处理)(?:的|完)?)"
)
# Said to genjin itself, and about no customer: 你刚才记的什么.
_TO_US = Pattern(
    r"你(?!们)(?:在|是|到底|怎么|为什么|为啥|能|会|可以|知道|懂|干|说|记|刚才?|又|别|先|把|给|帮|觉得|这|好|真|的)|"
    r"第(?:[一二三四五六七八九十]|\d{1,2})[个件条项](?:.{0,4}(?:完成|做完|搞定|办完|取消|不要|推迟|改).{0,8})?$"
)
_TELLS_SOMETHING = Pattern(
    "^(?!那个|这个|就那样|就这样)[\u4e00-\u9fff](?:[^？?]*[\u4e00-\u9fff])(?<![吗么呢嘛吧呀])[^？?\u4e00-\u9fff]*$"
)
# About the day, oneself or genjin.
_IDLE = Pattern(
    r"^(?:哈|嘿|呵|嗯|哦|噢|好的|收到|唉)|吃了[吗没]|[困累饿渴烦冷热闷](?:死|坏|傻|成|得)|(?:好|真|太|有点|很|有些)(?:困|累|饿|渴|烦|冷|热|闷|难|无聊|开心|难受|"
    r"郁闷|行|棒|强|牛)|想(?:睡|喝|吃|回家|下班|放假|辞职)|(?:周末|假期|节日|旅途|一路)(?:愉快|快乐|平安)|[你您](?!们)|谢|辛苦|睡|放假|下班|(?:早|晚)安"
)
_SHORT = 3
_LONG, _ENDS_ASKING = 60, 25  # characters: a story is no question unless it ends as one
_LOOK_UP = Pattern("(?:帮我?|给我)?(?:查|统计|汇总|列|拉(?=一下|个|下|出))")


def _sorted(norm: str, doc: Doc, *, facts: bool, organised: bool) -> Wish:
    if _CORRECT.match(norm) or correction.opens(norm):
        return Wish("note", "correct")
    reminded = _MAY_REMIND.may(doc) and _THEY_REMIND.search(norm) is not None
    if not reminded and _MAY_REMIND.may(doc) and _REMIND.search(norm) and not _NO_REMINDER.search(norm):
        return Wish("command", "remind")
    if _APPLY.may(doc) and _APPLY.search(norm) and not _OUR_PLAN.search(norm) and not _NOT_ASKING.search(norm):
        return Wish("command", "apply")
    if _LOOK_UP.match(norm):
        return Wish("query", "unknown")
    if (_COMMAND_FIRST.match(norm) and not _TELLS.search(norm)) or (
        _COMMAND.may(doc) and _COMMAND.search(norm) and not _THEY_SAY.match(norm) and not reminded
    ):
        return Wish("command", "unknown")
    mood = not organised and len(norm) < 16
    if mood and not facts and _TO_US.match(norm):
        return Wish("chitchat", "unknown")
    if mood and _SAD.search(norm):
        return Wish("chitchat", "smalltalk", "sad")
    asked = (_ASKS.search(norm) is not None or _WHAT.fullmatch(norm.rstrip("?？")) is not None) and "问" not in norm
    if len(norm) > _LONG and not (asked or _QUERY.search(norm, len(norm) - _ENDS_ASKING)):
        return Wish("note", "note")
    if asked or (_QUERY.may(doc) and _QUERY.search(norm) and not _NOT_QUERY.search(norm.rstrip("了"))):
        return Wish("query", "unknown")
    if mood and _MOODS.search(norm):
        return Wish("chitchat", "smalltalk", "offtopic")
    told = len(norm) > _SHORT and _ABOUT_THEM.search(norm) is not None and not _VAGUE.fullmatch(norm)
    if facts or told or organised or _BUSINESS.search(norm):
        return Wish("note", "note")
    # Nothing of it was understood; but who tells something mostly means a customer, and no chat about the day.
    tells = _TELLS_SOMETHING.search(norm) is not None and not _IDLE.search(norm) and not _VAGUE.fullmatch(norm)
    return Wish("note" if tells else "chitchat", "unknown")
