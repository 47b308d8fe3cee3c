"""A lint for what DuckDB and Spark answer differently without a word, over the SQL that dbt compiled.

Each rule is one measured difference. What needs another spelling on Spark stands behind a macro of
dbt_project/macros/portable.sql; the raw text of a model is searched for such spellings written by hand.
"""

import re
from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

Rule = Callable[[exp.Expression], Iterator[str]]

# Never null by construction, so that their place among nulls does not matter in an order.
NEVER_NULL = {
    "as_of_date",
    "badness",
    "batch_id",
    "business_date",
    "business_month",
    "date_day",
    "hour_number",
    "is_current",
    "known_from",
    "load_date",
    "loaded_at",
    "measured_at",
    "month_number",
    "record_number",
    "target_id",
    "valid_from",
    "valid_from_month",
    "version_number",
}
# Keys and tie-breakers: a row without its key could not be told from others.
KEY_SUFFIXES = ("_code", "_file", "_id", "_key", "_no")
# Written by hand in a model these would not run, or not mean the same, on Spark: use the macro.
HANDWRITTEN = {
    # An hour added to a timestamp is the same on both; a day added to a date is a timestamp in DuckDB.
    r"\binterval\b(?!\s+\d+\s+(?:hour|minute|second))": "add_days or add_months",
    r"\bisodow\b|\bdayofweek\b": "day_of_week",
    r"\bgenerate_series\b|\bunnest\b|\bexplode\b": "each_day",
    r"\bstrftime\b|\bstrptime\b|\bdate_format\b|\bto_date\(": "month_label or day_label",
    r"(?<!_)\bformat\(": "format_number",
    r"\bdatediff\b|\bdate_diff\b": "days_between",
    r"\bregexp_replace\b": "a macro that replaces all",
    r"\bto_int\b|\bstring_split\b|\blist_\w+\(": "a macro",
    r"\w+_date\s*-\s*\w+_date": "days_between",
}
FORBIDDEN_FUNCTIONS = {
    "array_agg": "array_agg keeps nulls in DuckDB and drops them in Spark",
    "current_date": "the as-of date comes from as_of_date()",
    "current_timestamp": "the as-of date comes from as_of_date()",
    "glob": "files are read by the load alone",
    "hash": "hash() differs; use hash_key",
    "list": "list() keeps nulls and has another name in Spark",
    "ln": "take the logarithm in a macro: log means base 10 in DuckDB and e in Spark",
    "log": "log is base 10 in DuckDB and e in Spark",
    "now": "the as-of date comes from as_of_date()",
    "random": "a model must give the same rows every time",
    "read_csv": "files are read by the load alone",
    "read_json": "files are read by the load alone",
    "read_parquet": "files are read by the load alone",
    "today": "the as-of date comes from as_of_date()",
    "uuid": "a model must give the same rows every time",
}
_INTEGERS = {exp.DataType.Type[name] for name in ("TINYINT", "SMALLINT", "INT", "BIGINT", "INT128")}
_SHELL = (exp.Paren, exp.Round, exp.Coalesce, exp.Case, exp.If, exp.Add, exp.Sub, exp.Mul, exp.Greatest, exp.Least)


def faults(sql: str) -> list[str]:
    """What is not portable in one compiled statement; empty when all is well."""
    try:
        tokens = sqlglot.tokenize(sql, read="duckdb")
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        return [f"is not read by the lint: {str(error).splitlines()[0]}"]
    found = [*_token_faults(tokens), *_window_order_faults(tokens), *_group_faults(tokens)]
    found += [fault for rule in RULES for fault in rule(tree)]
    return sorted(set(found))


def handwritten(raw: str) -> list[str]:
    """Spellings in the text of a model (Jinja and comments aside) that belong behind a macro."""
    text = re.sub(r"\{[{%#].*?[}%#]\}|--[^\n]*|'[^']*'", " ", raw, flags=re.DOTALL).lower()
    return [
        f"{found.group(0)!r} is written by hand; use {macro}"
        for pattern, macro in HANDWRITTEN.items()
        for found in re.finditer(pattern, text)
    ]


def _token_faults(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.token_type is TokenType.DCOLON:
            yield ":: is not Spark; write cast()"
        elif token.token_type is TokenType.STRING and "\\" in token.text:
            yield f"a backslash in {token.text!r} is an escape in Spark; write [0-9] for \\d"
        elif token.token_type in (TokenType.VAR, TokenType.IDENTIFIER) and not token.text.isascii():
            yield f"the identifier {token.text} is not ASCII"


def _window_order_faults(tokens: list[Token]) -> Iterator[str]:
    """Order by inside over (...): each item says where nulls go, or is never null."""
    for start, token in enumerate(tokens):
        if token.token_type is not TokenType.OVER or tokens[start + 1].token_type is not TokenType.L_PAREN:
            continue
        for item in _order_items(tokens, start + 1):
            words = [word.text.lower() for word in item]
            column = next((word for word in reversed(words) if word not in ("asc", "desc")), "")
            if "nulls" not in words and column not in NEVER_NULL and not column.endswith(KEY_SUFFIXES):
                yield f"over (order by {' '.join(words)}): write nulls last; Spark puts nulls first"


def _group_faults(tokens: list[Token]) -> Iterator[str]:
    """The parser fills in DuckDB's group, so the arguments are counted."""
    for start, token in enumerate(tokens):
        if token.text.lower() != "regexp_extract":
            continue
        depth, commas = 0, 0
        for word in tokens[start + 1 :]:
            depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(word.token_type, 0)
            if depth == 0:
                break
            commas += depth == 1 and word.token_type is TokenType.COMMA
        if commas < 2:
            yield "regexp_extract without a group gives group 0 in DuckDB and 1 in Spark"


def _order_items(tokens: list[Token], opening: int) -> list[list[Token]]:
    depth, items, current, ordering = 0, [], [], False
    for token in tokens[opening:]:
        depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
        if depth == 0:
            break
        if depth == 1 and token.token_type is TokenType.ORDER_BY:
            ordering = True
        elif depth == 1 and token.text.lower() in ("rows", "range", "groups"):
            ordering = False
        elif ordering and depth == 1 and token.token_type is TokenType.COMMA:
            items.append(current)
            current = []
        elif ordering:
            current.append(token)
    return [item for item in [*items, current] if item]


def _functions(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Func):
        names = {node.name.lower()} if isinstance(node, exp.Anonymous) else {n.lower() for n in node.sql_names()}
        for name in names & FORBIDDEN_FUNCTIONS.keys():
            yield f"{name}: {FORBIDDEN_FUNCTIONS[name]}"


def _concat(tree: exp.Expression) -> Iterator[str]:
    # concat_ws is a class below concat.
    if any(type(node) is exp.Concat for node in tree.find_all(exp.Concat)):
        yield "concat() skips nulls in DuckDB and is null in Spark; write concat_ws"


def _regexp(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.RegexpReplace):
        if "g" not in str(node.args.get("modifiers") or ""):
            yield "regexp_replace replaces the first match in DuckDB and all in Spark"


def _integer_casts(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Cast):
        if node.to.this not in _INTEGERS:
            continue
        if isinstance(node, exp.TryCast):
            yield f"{node.sql('duckdb')}: '1.5' becomes 2 in DuckDB and null in Spark"
        elif _is_fraction(node.this):
            yield f"{node.sql('duckdb')}: 2.7 becomes 3 in DuckDB and 2 in Spark; round first"


def _is_fraction(node: exp.Expression) -> bool:
    if isinstance(node, exp.Paren):
        return _is_fraction(node.this)
    if isinstance(node, exp.Literal):
        return not node.is_string and "." in node.name
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul)):
        return _is_fraction(node.this) or _is_fraction(node.expression)
    if isinstance(node, exp.Coalesce):
        return any(_is_fraction(part) for part in [node.this, *node.expressions])
    return isinstance(node, (exp.Div, exp.Avg, exp.Median))


def _date_differences(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Sub):
        # The macro days_between casts the difference to bigint.
        if _is_date(node.this) and _is_date(node.expression) and not isinstance(node.parent, exp.Cast):
            yield f"{node.sql('duckdb')}: date - date is a number in DuckDB and an interval in Spark; use days_between"


def _is_date(node: exp.Expression) -> bool:
    if isinstance(node, exp.Paren):
        return _is_date(node.this)
    if isinstance(node, exp.Cast):
        return node.to.this == exp.DataType.Type.DATE
    name = node.name.lower() if isinstance(node, exp.Column) else ""
    return isinstance(node, exp.DateFromParts) or name.endswith(("_date", "valid_from", "valid_to"))


def _divisions(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Div):
        if (_is_decimal(node.this) or _is_decimal(node.expression)) and not (
            _is_double(node.this) or _is_double(node.expression) or _is_cast(node)
        ):
            yield f"{node.sql('duckdb')}: decimal / decimal is double in DuckDB and decimal(38,20) in Spark; cast"
    for node in tree.find_all(exp.Avg):
        if _is_decimal(node.this) and not _is_cast(node):
            yield f"{node.sql('duckdb')}: the average of a decimal is a decimal in Spark; cast"


def _is_decimal(node: exp.Expression) -> bool:
    if isinstance(node, exp.Column):
        return node.name.lower().endswith(("_yuan", "_mu"))
    if isinstance(node, exp.Cast):
        return node.to.this == exp.DataType.Type.DECIMAL
    return isinstance(node, (exp.Paren, exp.Sum, exp.Nullif, exp.Coalesce)) and _is_decimal(node.this)


def _is_double(node: exp.Expression) -> bool:
    if isinstance(node, exp.Cast):
        return node.to.this == exp.DataType.Type.DOUBLE
    return any(cast.to.this == exp.DataType.Type.DOUBLE for cast in node.find_all(exp.Cast))


def _is_cast(node: exp.Expression) -> bool:
    parent = node.parent
    while isinstance(parent, _SHELL):
        parent = parent.parent
    return isinstance(parent, exp.Cast)


def _truncations(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.DateTrunc, exp.TimestampTrunc):
        if node.text("unit").lower() in ("hour", "minute", "second"):
            continue
        if not (isinstance(node.parent, exp.Cast) and node.parent.to.this == exp.DataType.Type.DATE):
            yield f"{node.sql('duckdb')} is a timestamp; cast it to date"


def _open_ends(tree: exp.Expression) -> Iterator[str]:
    for join in tree.find_all(exp.Join):
        condition = join.args.get("on")
        for either in condition.find_all(exp.Or) if condition else ():
            for test in either.find_all(exp.Is):
                if test.this.name.lower().endswith(("_to", "_until")):
                    yield f"{either.sql('duckdb')} in a join cannot be hashed; an open end is 9999-12-31"


def _stars_and_zones(tree: exp.Expression) -> Iterator[str]:
    for star in tree.find_all(exp.Star):
        if any(star.args.get(key) for key in ("except_", "except", "replace", "rename")):
            yield "* exclude and * replace are DuckDB's; name the columns"
    for kind in tree.find_all(exp.DataType):
        if kind.this in (exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.TIMESTAMPLTZ):
            yield "a timestamp with a zone is shown in the session's zone; keep naive local time"
    if any(True for _ in tree.find_all(exp.AtTimeZone)):
        yield "at time zone: keep naive local time"


def _trims(tree: exp.Expression) -> Iterator[str]:
    for node in tree.find_all(exp.Trim):
        if node.args.get("expression") is None:
            yield "trim() takes the ideographic space away in DuckDB alone; use plain_name or name the characters"


RULES: tuple[Rule, ...] = (
    _functions,
    _concat,
    _regexp,
    _integer_casts,
    _date_differences,
    _divisions,
    _truncations,
    _open_ends,
    _stars_and_zones,
    _trims,
)
