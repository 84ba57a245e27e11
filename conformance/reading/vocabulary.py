"""The words documentation uses, as tables: one row of meaning, many spellings.

English, Korean, Simplified and Traditional Chinese, some Japanese.  Everything is
compared in the form :func:`normal` gives.  To teach the reader a new word, add it
here; nothing else has to change.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, TypeAlias

from conformance.model.operation import Kind, Location, Stated, Unit

Column: TypeAlias = Literal[
    "name",
    "type",
    "required",
    "optional",
    "location",
    "default",
    "enum",
    "limits",
    "example",
    "description",
    "code",
    "nullable",
]

_BRACKETED = re.compile(r"[(（\[][^()（）\[\]]{0,40}[)）\]]")
_EDGES = " \t\r\n:：*`'\"“”‘’.。，,;；()（）[]【】#|"


def normal(text: str) -> str:
    """``text`` as vocabulary compares it: NFKC, lower case, one space, bare edges."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split()).strip(_EDGES)


def _table(rows: dict[str, str]) -> dict[str, str]:
    """``{meaning: "word | word"}`` turned into ``{word: meaning}``."""
    return {normal(word): meaning for meaning, words in rows.items() for word in words.split(" | ")}


COLUMNS: dict[str, Column] = _table(  # type: ignore[assignment]
    {
        "name": "name | names | parameter | parameters | param | params | parameter name "
        "| param name"
        " | field | fields | field name | key | keys | property | properties | attribute "
        "| argument | member"
        " | element | variable | query parameter | query parameters | path parameter "
        "| path parameters"
        " | body parameter | header | header name | 필드 | 필드명 | 이름 | 파라미터 | 파라미터명 "
        "| 매개변수"
        " | 변수 | 변수명 | 항목 | 키 | 参数 | 参数名 | 参数名称 | 字段 | 字段名 | 字段名称 "
        "| 名称 | 名字 | 变量 | 变量名"
        " | 属性 | 返回字段 | 請求參數 | 请求参数 | 響應參數 | 响应参数 | 參數 | 參數名 "
        "| 參數名稱 | 欄位 | 欄位名稱 | 名稱 | 變量"
        " | 屬性 | パラメータ | パラメータ名 | 名前 | フィールド",
        "type": "type | types | schema | data type | datatype | field type | parameter type "
        "| value type "
        "| format | data format"
        " | 타입 | 자료형 | 유형 | 형식 | 데이터 타입 | 类型 | 数据类型 | 字段类型 | 参数类型 "
        "| 格式 | 類型 | 資料類型"
        " | 數據類型 | 型別 | 資料型別 | 型 | データ型",
        "required": "required | required? | mandatory | mandatory? | req'd | req | req. | must "
        "| included | include"
        " | is required | required/optional | required / optional | necessity | presence | m/o "
        "| required or not"
        " | 필수 | 필수여부 | 필수 여부 | 필수값 | 포함 | 포함 여부 | 是否必需 | 是否必须 "
        "| 是否必填 | 必填 | 必须 | 必需 | 必选"
        " | 是否必选 | 是否必須 | 必須 | 必選 | 是否必選 | 必要 | 必填項 | 必填项 | 必須か",
        "optional": "optional | is optional | optional? | 선택 | 선택 여부 | 可选 | 是否可选 "
        "| 可選",
        "nullable": "nullable | null | null? | can be null | 是否可空",
        "location": "in | located in | loc | loc. | location | position | place | parameter in "
        "| located in "
        "| sent in | 위치 | 位置"
        " | 参数位置 | 參數位置",
        "default": "default | default value | defaults | default values | 기본값 | 기본 값 "
        "| 디폴트 | 默认 | 默认值"
        " | 預設 | 預設值 | 默認 | 默認值 | 缺省值 | デフォルト",
        "enum": "value range | value | values | possible values | allowed values | valid values "
        "| enum "
        "| enums | enum values"
        " | enumeration | options | accepted values | range of values | 가능한 값 | 허용 값 "
        "| 取值范围 | 枚举 | 枚举值"
        " | 可选值 | 取值 | 枚舉 | 枚舉值 | 取值範圍 | 可能值",
        "limits": "range | constraint | constraints | limit | limits | restriction | restrictions "
        "| length | max length"
        " | maximum length | size | 범위 | 제한 | 길이 | 长度 | 限制 | 约束 | 范围 | 長度 | 範圍 "
        "| 約束",
        "example": "example | examples | example value | sample | sample value | e.g | eg | 예 "
        "| 예시 | 예제 | 示例"
        " | 示例值 | 样例 | 例子 | 举例 | 範例 | 例",
        "description": "description | descriptions | desc | comment | comments | meaning "
        "| definition | explanation"
        " | note | notes | remark | remarks | details | detail | information | info | summary "
        "| content | explain"
        " | 설명 | 내용 | 비고 | 의미 | 说明 | 描述 | 备注 | 含义 | 解释 | 字段说明 | 参数说明 "
        "| 說明 | 備註 | 注释 | 注釋"
        " | 含義 | 解釋 | 説明",
        "code": "code | error code | status | status code | http code | http status "
        "| http status code | errcode"
        " | error | errors | retcode | 오류 코드 | 에러 코드 | 상태 코드 | 코드 | 错误码 | 状态码 "
        "| 代码 | 返回码 | 錯誤碼"
        " | 狀態碼 | 代碼",
    }
)

REQUIRED: dict[str, Stated] = {
    word: Stated(meaning)
    for word, meaning in _table(
        {
            "yes": "o | ○ | ◯ | √ | ✓ | ✔ | ✅ | ☑ | v | y | yes | true | required | mandatory "
            "| must | m | always | 1"
            " | required* | 필수 | 예 | 是 | 必填 | 必须 | 必需 | 必須 | 必选 | 必選 | 必要 | はい",
            "no": "x | ✗ | ✘ | × | ❌ | n | no | false | optional | not required | not mandatory "
            "| 0 | never | 선택 | 옵션"
            " | 선택사항 | 아니오 | 아니요 | 否 | 可选 | 可選 | 非必填 | 非必须 | 非必須 | 非必需 "
            "| 选填 | 選填 | 不必填 | 不必需"
            " | 任意 | いいえ | required: false",
            "conditional": "conditional | c | conditionally | depends | sometimes | partial "
            "| conditional required"
            " | conditionally required | 조건부 | 조건부 필수 | 条件必填 | 條件必填 | 条件必需 "
            "| 條件必需 | 有条件 | 有條件"
            " | 视情况 | 視情況 | 选填/必填 | yes/no | 特定条件 | 視情況而定",
        }
    ).items()
}

UNDER_CONDITION = frozenset(
    ["if", "when", "for", "unless", "only", "in", "on", "by", "with", "to", "as"]
)
"""Words after a mark that make it conditional, or a word of a sentence."""
ARTICLES = frozenset(["a", "an", "one"])
ADJECTIVES = frozenset(["long", "short", "double", "time", "date", "set"])
"""Type words that mean something else at the beginning of a sentence."""
VALUE_NOUNS = frozenset(["value", "values", "number", "string", "array", "list"])
"""What a type word stands before where a sentence begins with it ("Boolean value, ...")."""

TYPE_NAMES_OF_FIELDS = frozenset(
    ["timestamp", "date", "datetime", "uuid", "url", "uri", "file", "text", "hash"]
)
"""Words that name a type and, as often, a field."""
EXAMPLE_LABELS = ("예시", "예제", "示例", "例子", "範例", "例")
"""Words for "example" in scripts without blanks, where the value may follow at once."""

_KIND_WORDS: dict[tuple[Kind, str | None], str] = {
    (
        "string",
        None,
    ): "string str text varchar char character chars strings enum enumeration numstr"
    " 문자열 字符串 字串 文字列 枚举 枚舉 字符",
    ("string", "uuid"): "uuid guid",
    ("string", "date-time"): "datetime date-time iso8601 localdatetime",
    ("string", "date"): "date",
    (
        "string",
        "decimal",
    ): "numberstring stringnumber numericstring decimalstring stringdecimal",
    ("string", "uri"): "url uri",
    ("string", "binary"): "file binary",
    (
        "integer",
        None,
    ): "integer int number(int) uint short smallint integers 정수 整数 整數 整型",
    ("integer", "int32"): "int32 uint32 int16 int8",
    (
        "integer",
        "int64",
    ): "int64 long bigint uint64 timestamp longs long(int64) 长整型 長整型 时间戳 時間戳",
    ("number", None): "number num numeric decimal bigdecimal numbers 숫자 数字 數字 数值 數值",
    ("number", "double"): "double float64 double64 浮点 浮点数 浮點數 실수",
    ("number", "float"): "float float32",
    ("boolean", None): "boolean bool booleans 불리언 불린 布尔 布尔值 布林 布林值 布爾",
    (
        "object",
        None,
    ): "object json jsonobject map dict dictionary hash struct hashmap objects any[json] 객체 对象"
    " 對象 物件 json对象 结构体",
    (
        "array",
        None,
    ): "array list set vector tuple arrays jsonarray arraylist 배열 리스트 数组 數組 陣列 列表 "
    "配列",
}
KINDS: dict[str, tuple[Kind, str | None]] = {
    word: meaning for meaning, words in _KIND_WORDS.items() for word in words.split()
}

LOCATIONS: dict[str, Location | Literal["body"]] = _table(  # type: ignore[assignment]
    {
        "path": "path | uri | url | path parameter | path variable | path param | in path | 경로 "
        "| 路径 | 路徑",
        "query": "query | query string | querystring | query parameter | url parameter | get "
        "| params | 쿼리 | 查询",
        "header": "header | headers | http header | 헤더 | 请求头 | 請求頭",
        "cookie": "cookie | cookies | 쿠키",
        "body": "body | json | form | formdata | form-data | request body | json body | payload "
        "| 본문 | 바디 | 请求体"
        " | 請求體 | post",
    }
)

Topic: TypeAlias = Literal[
    "request",
    "path",
    "query",
    "header",
    "body",
    "response",
    "error",
    "example",
    "enum",
    "change",
    "limit",
    "auth",
    "other",
]

# What a heading, caption or tab announces.  The first topic with a hit wins, so the
# order is part of the meaning: "Response Parameters" is about the response, "Error
# response" about errors, "Request Example" is an example.
TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = tuple(
    (topic, re.compile(words, re.IGNORECASE))  # type: ignore[misc]
    for topic, words in (
        (
            "change",
            r"\bchange ?log\b|\brelease notes?\b|\brevision|변경 ?이력|更新日志|更新日誌|变更",
        ),
        (
            "limit",
            r"\brate[- ]?limit|\blimits? rule|\bweight\b|요청 ?제한|限速|限频|频率限制|頻率限制"
            r"|限頻",
        ),
        (
            "error",
            r"\berrors? ?(codes?|messages?|list|responses?|handling)?\b|\bexceptions?\b"
            r"|\bfailure codes?|\bstatus codes?\b|\bhttp codes?\b|에러|오류|错误|錯誤|异常|異常"
            r"|状态码|狀態碼",
        ),
        (
            "enum",
            r"\benum(s|erations?|erated values?)?\b|\bdefinitions? of\b|\b(order|status|side"
            r"|type)s? (values"
            r"|types|statuses)\b"
            r"|\bpossible values\b|枚举|枚舉",
        ),
        (
            "example",
            r"\b(examples?|samples?|demo)\b|예시|예제|示例|范例|範例|样例|サンプル",
        ),
        ("header", r"\bheaders?\b|헤더|请求头|請求頭|ヘッダ"),
        (
            "response",
            r"\bresponses?\b|\breturns?\b|\breturn(ed)? (values?|parameters?|data|fields?)\b"
            r"|\bresults?\b|\boutputs?\b"
            r"|\bpush(ed)? data\b|\breply\b|응답|반환|결과|响应|響應|返回|应答|回應|回传|回傳|推送"
            r"|レスポンス",
        ),
        (
            "path",
            r"\b(path|uri|url) ?(param(eter)?s?|variables?)\b|경로 ?(파라미터|변수)|路径参数"
            r"|路徑參數",
        ),
        (
            "query",
            r"\bquery ?(string)? ?(param(eter)?s?)?\b|\burl parameters\b|쿼리 ?(파라미터|변수)?"
            r"|查询参数|查詢參數",
        ),
        (
            "body",
            r"\b(request )?body( param(eter)?s?)?\b|\bpayload\b|\bform ?data\b|\bjson params?\b"
            r"|본문|바디|请求体|請求體",
        ),
        (
            "request",
            r"\brequests?\b|\bparam(eter)?s?\b|\barguments?\b|\binputs?\b|요청|파라미터|매개변수"
            r"|请求|請求|参数|參數|入参"
            r"|リクエスト|パラメータ",
        ),
        (
            "other",
            r"^\W*(?:endpoints?(?: ur[il])?|ur[il]|address|接口地址|엔드포인트"
            r"|(?:api )?descriptions?"
            r"|overview|summary|introduction|notes?|설명|개요|说明|描述|概述|說明)\W*$",
        ),
        ("auth", r"\bauth(entication|orization)?\b|\bpermissions?\b|인증|权限|權限|鉴权"),
    )
)

_SIDES = re.compile(
    "|".join(
        pattern.pattern
        for topic, pattern in TOPICS
        if topic in ("request", "path", "query", "header", "body", "response")
    ),
    re.IGNORECASE,
)


def names_side(text: str) -> bool:
    """Whether ``text`` is nothing but words for a request or response and its fields."""
    left = normal(_BRACKETED.sub(" ", text))
    rest = _SIDES.sub(" ", left).split()
    return rest != left.split() and all(COLUMNS.get(word) == "name" for word in rest)


STATUS = re.compile(r"(?<![\d.,/-])([1-5](?:\d\d|XX))(?![\d.,/-])", re.IGNORECASE)

UNITS: tuple[tuple[Unit, re.Pattern[str]], ...] = (
    ("ns", re.compile(r"\bnano-?seconds?\b|\(ns\)|\bin ns\b|나노초|纳秒|奈秒|納秒", re.IGNORECASE)),
    ("us", re.compile(r"\bmicro-?seconds?\b|\(us\)|\(µs\)|마이크로초|微秒", re.IGNORECASE)),
    ("ms", re.compile(r"\bmilli-?seconds?\b|\bmillis\b|\bms\b|밀리초|毫秒|ミリ秒", re.IGNORECASE)),
    ("s", re.compile(r"\bseconds?\b|\bin secs?\b|\(s\)|초 단위|秒", re.IGNORECASE)),
)
PERCENT = re.compile(
    r"\bin percent\b|\bpercentage\b|\bunit: ?%|단위: ?%|单位[:：] ?%", re.IGNORECASE
)
EPOCH = re.compile(
    r"\btime-?stamps?\b|\bepoch\b|\bunix\b|\bsince 1970\b|타임스탬프|에포크|时间戳|時間戳"
    r"|タイムスタンプ",
    re.IGNORECASE,
)
MOMENT = re.compile(
    r"(?:[a-z]|\b)(?:time|timestamp|_at|_ts)\b|At\b|^ts$|\btime\b|시각|时间|時間|시간",
    re.IGNORECASE,
)
DURATION = re.compile(
    r"\bwindow\b|\binterval\b|\bduration\b|\btimeout\b|\bvalid(ity)? (time|period)\b|\bperiod\b"
    r"|\bdelay\b"
    r"|간격|기간|间隔|時長|时长|間隔|窗口",
    re.IGNORECASE,
)
