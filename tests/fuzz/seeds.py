"""Real inputs of every kind, to be bent: one of each shape that a parser tells apart."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from multidict import MultiDictProxy
from yarl import URL

from tests.adapters import wire


def xml(*lines: str) -> bytes:
    head = ("<ToUserName><![CDATA[wwgenjin00000001]]></ToUserName>", "<FromUserName><![CDATA[chu.yao]]></FromUserName>")
    return "\n".join(["<xml>", *head, "<CreateTime>1795593612</CreateTime>", *lines, "</xml>"]).encode()


def _of(kind: str, *lines: str) -> bytes:
    given = ("<MsgId>7589012345678901234</MsgId>", "<AgentID>1000007</AgentID>")
    return xml(f"<MsgType><![CDATA[{kind}]]></MsgType>", *lines, *given)


def _event(name: str, *lines: str) -> bytes:
    kind = "<MsgType><![CDATA[event]]></MsgType>"
    return xml(kind, f"<Event><![CDATA[{name}]]></Event>", *lines, "<AgentID>1000007</AgentID>")


TEXT = _of("text", "<Content><![CDATA[明天下午三点提醒我给常州褚遥泵业回电话 ]]&gt; &amp; <b>]]></Content>")
MESSAGES = (
    TEXT,
    _of("text", "<Content>今天拜访了蒋总，预算大概60万&#x1F389;</Content>"),
    _of("image", "<PicUrl><![CDATA[https://example.com/a.png]]></PicUrl>", "<MediaId><![CDATA[m1]]></MediaId>"),
    _of("voice", "<MediaId><![CDATA[m2]]></MediaId>", "<Format><![CDATA[amr]]></Format>"),
    _of("location", "<Location_X>31.2304</Location_X><Location_Y>121.4737</Location_Y><Scale>16</Scale>"),
    _of("link", "<Title><![CDATA[标题]]></Title>", "<Url><![CDATA[https://example.com/?a=1&b=2]]></Url>"),
    xml("<MsgType>image</MsgType>", "<MediaId>m3</MediaId>"),
)
_CLICK = (
    "<EventKey><![CDATA[note.pick:17:0]]></EventKey>",
    "<TaskId><![CDATA[said-12-0@3A]]></TaskId>",
    "<CardType><![CDATA[button_interaction]]></CardType>",
    "<ResponseCode><![CDATA[ResponseCode_1]]></ResponseCode>",
)
_PICKED = (
    "<SelectedItems><SelectedItem><QuestionKey><![CDATA[choice]]></QuestionKey>"
    "<OptionIds><OptionId><![CDATA[42]]></OptionId></OptionIds></SelectedItem></SelectedItems>"
)
EVENTS = (
    _event("template_card_event", *_CLICK),
    _event("template_card_event", *_CLICK, _PICKED),
    _event("template_card_menu_event", *_CLICK),
    _event("enter_agent", "<EventKey></EventKey>"),
    _event("change_contact", "<ChangeType>update_user</ChangeType>", "<UserID>chu.yao</UserID>"),
    _event("LOCATION", "<Latitude>31.2</Latitude>", "<Longitude>121.4</Longitude>"),
    _event("batch_job_result", "<BatchJob><JobId>1</JobId><JobType>sync_user</JobType><ErrCode>0</ErrCode></BatchJob>"),
)
XML_WORDS = (
    *(b"<xml>", b"</xml>", b"<Encrypt>", b"</Encrypt>", b"<a/>", b"<a>", b"<!DOCTYPE x>", b"<!ENTITY a 'b'>", b"&a;"),
    *(b'<?xml version="1.0" encoding="GBK"?>', b"<?pi?>", b"<!-- -->", b"<MsgType>", b"</MsgType>", b"text", b"event"),
    *(
        b"<FromUserName>x</FromUserName>",
        b"<MsgId></MsgId>",
        b"<Content>",
        b"xmlns:a='b'",
        b"a:b",
        b"&#xD800;",
        b"&#9;",
    ),
    *(b"@00", b"@0A", b"@", b"<OptionId>", b"<SelectedItem>", b"<TaskId>", b"<EventKey>", b"<CreateTime>", b"%3A"),
)
ENVELOPES = (
    wire.envelope(wire.sealed(TEXT)),
    wire.envelope("AAAA"),
    b"\xef\xbb\xbf<xml><Encrypt>AAAA</Encrypt></xml>",
    b"<?xml version='1.0' encoding='UTF-8'?>\n<xml>\n <Encrypt> AA\n </Encrypt>\n</xml>",
)
_SEALED = wire.sealed(TEXT)
_QUERY = wire.query(_SEALED, "1795593600")
REQUESTS = (
    urlencode(_QUERY).encode() + b"\n" + wire.envelope(_SEALED),
    b"a=1&" + urlencode(_QUERY).encode() + b"&nonce2=%E4%BD%A0\n" + wire.envelope(_SEALED),
)
QUERY_WORDS = (b"&nonce=1", b"&timestamp=1795593600", b"&msg_signature=", b"+", b"%2B", b"%", b"&&", b"=", b";", b"#")
FRAMES = tuple(
    wire.padded(wire.plain(text, receiver))
    for text, receiver in ((TEXT, wire.CORP.encode()), (b"", wire.CORP.encode()), (b"a", b""), (EVENTS[0], b"wwother"))
)
TAPS = (
    b"note.pick:17:0:42",
    b"approval.approve:42:7",
    b"phone.at:13800138000:9",
    b"note.undo_many:1,2,3",
    b"a:%3A%25:%",
    b"said-12-0",
    b"digest@3A2026-11-25@3Aperson@3A7",
    b"t-1@E4@BD@A0",
)


def _json(*bodies: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(body, ensure_ascii=False).encode() for body in bodies)


ANSWERS = _json(
    {"errcode": 0, "errmsg": "ok", "msgid": "m1", "response_code": "c1", "invaliduser": "a|B"},
    {"errcode": 0, "errmsg": "ok", "access_token": "FUZZ-TOKEN-99ab", "expires_in": 7200},
    {"errcode": 40058, "errmsg": "task_id used FUZZ-TOKEN-99ab, hint: [1]", "invaliduser": ["chu.yao"]},
    {"errcode": 42022, "errmsg": "response_code expired"},
    {"errcode": 40001, "errmsg": "invalid credential FUZZ-SECRET-7c1d"},
    {"errcode": 0, "userid": "Chu.Yao", "name": "褚遥", "position": "销售", "direct_leader": ["a"], "department": [1]},
    {"errcode": 0, "chatid": "team1"},
)
JSON_WORDS = (
    *(
        b'"errcode":',
        b'"errmsg":',
        b'"msgid":',
        b'"response_code":',
        b'"invaliduser":',
        b'"name":',
        b'"direct_leader":',
    ),
    *(b'"chatid":', b'"full":', b'"query":', b'"text":', b'"now":', b'"id":', b'"former":[', b"1e400", b"-Infinity"),
    *(b"[" * 3000, b'{"a":' * 3000, b"0.1", b'"\\ud83d"', b'"\\n"', b"1" * 5000),
)
NAMES = _json(
    {"full": "常州褚遥泵业有限公司", "short": "褚遥泵业", "former": ["常州泵业"], "place": "常州"},
    {"full": "苏州海棠机电有限公司"},
    {"full": "Haitang Electric Co., Ltd.", "short": "HT"},
)
WORDINGS = _json(
    {"id": "1", "query": "褚遥"}, {"id": "2", "query": "haitang"}, {"id": "x", "query": "常州泵业有限公司"}
)
NOTES = tuple(
    text.encode()
    for text in (
        "今天下午拜访了常州褚遥泵业有限公司的蒋总，聊了二期，预算大概60万，下周三之前给方案",
        "昨天跟苏州海棠机电的采购总监卢建军打电话13800138000，邮箱lu@example.com，首付30%下月5号前付，余款验收后付",
        "提醒我明天下午3点半给张工回电话，每周一也提醒",
        "不对，是下周五，预算80万不是60万",
        "海棠机电那边丢了，被对手抢了，嫌我们贵，85折也不行，US$8,400",
        "同意",
        "Met Mr. Lu at Haitang Electric, budget 600k, next step by 2026-12-02 14:30",
        "去年12月31日到今年3月6日之间谈了3次，一共1,280.5万元，三十二万五千",
    )
)
NOTE_WORDS = tuple(
    w.encode()
    for w in (
        *(
            "明天",
            "下周三",
            "三点半",
            "二〇二六年",
            "13月32日",
            "25点",
            "除夕",
            "万",
            "亿",
            "零",
            "半",
            "折",
            "%",
            "，",
            "。",
            "「",
            "」",
        ),
        *(
            "拜访了",
            "张总",
            "有限公司",
            "预算",
            "不是",
            "是",
            "丢了",
            "签了",
            "13800138000",
            "@",
            "http://",
            "每",
            "前",
            "后",
            "之前",
        ),
        *("一" * 50, "万亿" * 20, "的" * 30, "1." * 30, "（" * 40, "，" * 60, "下" * 20 + "周"),
    )
)
LINES = (
    *_json(
        {"id": 1, "text": "明天3点见蒋总", "now": "2026-11-25T16:00:00+08:00"},
        {"id": "二", "text": "预算60万，85折"},
        {"id": None, "text": "电话13800138000", "now": "2026-11-25"},
        {"id": [1], "text": "", "now": ""},
    ),
    b'{"id":"a","text":"\\u660e\\u5929"}',
    b'{"text":"a year ago","now":"0001-01-01"}',
    b'{"text":"10 years later","now":"9999-12-31T23:59"}',
)
PEOPLE = (
    "账号(userid),姓名,部门,职务,直属上级,手机,角色\nlin.yue,林越,华东组,销售,周波,13800001111,销售\n".encode(),
    '\ufeffuserid,name,mobile\na.b,"甲,\n乙",+86 138-0000-1111\n'.encode(),
    "账号,姓名,部门,角色\nzhou.bo,周波,华东组,销售、经理\n".encode("gb18030"),
)
CSV_WORDS = (
    b'"',
    b'""',
    b",",
    b"\r\n",
    b"\n",
    b";",
    b"\t",
    "账号".encode(),
    "姓名".encode(),
    b"userid",
    b"name",
    b"a" * 20_000,
)
SETTINGS = (
    b'bind = "127.0.0.1:8080"\ntimezone = "Asia/Shanghai"\nlease_seconds = 15\n[wecom]\ncorp_id = "ww1"\nagent_id = 7\n'
    b'secret = "FUZZ-SECRET-7c1d"\ntoken = "FUZZ-TOKEN-99ab"\naes_key = "' + b"Z" * 43 + b'"\n',
    b'database_url = "postgresql://u:FUZZ-SECRET-7c1d@db/genjin"\nsecret_key = "FUZZ-SECRET-7c1d-FUZZ-SECRET-7c1d"\n',
    b'redis_url = "redis://:FUZZ-SECRET-7c1d@r:6379/0"\npublic_url = "https://crm.example.com"\ndata = "d"\n',
)
TOML_WORDS = (
    b"[wecom]",
    b"[[wecom]]",
    b"wecom = 1",
    b'"""',
    b"'''",
    b"1979-05-27T07:32:00Z",
    b"inf",
    b"nan",
    b"0x",
    b"a.b.c = 1",
    b"\\u0000",
)


def query_of(raw: bytes) -> MultiDictProxy[str]:
    """As the HTTP server makes it of a request line, which holds bytes that are no UTF-8 as surrogates."""
    text = raw.decode("utf-8", "surrogateescape")
    return URL.build(path="/wecom/callback", query_string=text, encoded=True).query


def workbook() -> dict[str, bytes]:
    """The parts of a workbook: the fewest that one can have, and each way to write a cell."""
    types, relations = (
        "http://schemas.openxmlformats.org/package/2006/",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    shared = ["账号(userid)", "姓名", "部门", "lin.yue", "林越", "华东组"]
    cells = "".join(f'<c r="{column}1" t="s"><v>{n}</v></c>' for n, column in enumerate("ABC"))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{types}relationships"><Relationship Id="a" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{relations}"><sheets><sheet name="a" sheetId="1" r:id="b"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{types}relationships"><Relationship Id="b" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="c" '
        f'Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {main}>{''.join(f'<si><t>{word}</t></si>' for word in shared)}</sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet {main}><dimension ref="A1:D4"/><sheetData><row r="1">{cells}</row>'
        '<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" t="s"><v>4</v></c><c r="C2" t="s"><v>5</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><t>zhou.bo</t></is></c><c r="B4" t="str"><f>A1</f><v>周波</v></c>'
        '<c r="C4"><v>13800001111</v></c><c r="D4" t="b"><v>1</v></c><c r="E4" t="e"><v>#REF!</v></c></row>'
        "</sheetData></worksheet>",
    }
    return {name: text.encode() for name, text in parts.items()}


ENVIRONMENT = b"\n".join(
    (
        *(b"GENJIN_BIND=0.0.0.0:8080", b"GENJIN_TIMEZONE=Asia/Shanghai", b"GENJIN_LEASE_SECONDS=15"),
        *(b"GENJIN_WECOM__CORP_ID=ww1", b"GENJIN_WECOM__AGENT_ID=7", b"GENJIN_WECOM__SECRET=FUZZ-SECRET-7c1d"),
        *(b"GENJIN_WECOM__TOKEN=FUZZ-TOKEN-99ab", b"GENJIN_WECOM__AES_KEY=" + b"Z" * 43, b"HOME=/root"),
        b"GENJIN_DATABASE_URL=postgresql://u:FUZZ-SECRET-7c1d@db:5432/genjin",
        b"GENJIN_SECRET_KEY=FUZZ-SECRET-7c1d-FUZZ-SECRET-7c1d",
    )
)
