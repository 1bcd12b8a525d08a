"""What can be said for sure of SQL in any dialect: quotes, brackets, clauses left empty.

Knows no schema and no dialect, and takes what it does not know for right.
"""

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/|(?<![\w'"])\#[^\n]*)
    | (?P<quoted>'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|`[^`]*`|\$\$.*?\$\$)
    | (?P<open>['"`]|/\*) | (?P<word>[^\W\d]\w*) | (?P<sign>[(),;]|<>|[<>!]=|[=<>+/%]|\|\|)
    | (?P<other>\d[\w.]*|\S)""",
    re.VERBOSE | re.DOTALL,
)
_CLAUSES = frozenset(
    str.split("FROM WHERE GROUP ORDER HAVING LIMIT ON SET VALUES JOIN UNION AND OR BY SELECT")
)
_NEEDS = frozenset(
    str.split("FROM WHERE HAVING ON SET BY JOIN AND OR LIMIT VALUES IN LIKE THEN WHEN SELECT")
)
_MAY_FOLLOW = frozenset(
    [
        ("UNION", "SELECT"),
        ("ON", "SET"),
        ("FROM", "SELECT"),
        ("IN", "SELECT"),
        ("OR", "ON"),
        ("SELECT", "FROM"),
    ]
)
_STARTS = frozenset({"SELECT", "INSERT"}) | frozenset(
    str.split(
    "UPDATE DELETE CREATE ALTER DROP WITH EXPLAIN BEGIN COMMIT ROLLBACK "
    "TRUNCATE GRANT REVOKE MERGE "
    "REPLACE SHOW USE SET CALL DECLARE VALUES ANALYZE VACUUM PRAGMA DESCRIBE DESC EXEC EXECUTE "
    "START SAVEPOINT LOCK "
    "LOAD COPY COMMENT RENAME END IF DO RETURN ON WHERE FROM GROUP ORDER JOIN LEFT INNER AND "
    "HAVING LIMIT CASE "
    "DELIMITER GO ATTACH UPSERT OPTIMIZE KILL PREPARE REFRESH CHECKPOINT RELEASE UNION OVER "
    "PARTITION FOREIGN "
    "PRIMARY INDEX CONSTRAINT FETCH OPEN CLOSE LOOP FOR WHILE RAISE ELSE PRINT COUNT SUM AVG "
    "MIN MAX")
)  # fmt: skip
_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE")


def sql_fault(body: str) -> str:
    """What is surely wrong with the statements, "" if nothing is."""
    if re.search(r"\.\.\.|…|\{\{|<[a-z_]+>", body):
        return ""
    tokens = list(_tokens(body))
    depth = 0
    for kind, text in tokens:
        if kind == "open":
            return f"the SQL block leaves {text} open"
        depth += (text == "(") - (text == ")")
        if depth < 0 or (text == ";" and depth):
            break
    if depth:
        return "brackets of the SQL block do not match"
    return next(filter(None, map(_statement_fault, _statements(tokens))), "")


def _tokens(body: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(body):
        kind = match.lastgroup or ""
        if kind != "comment":
            yield kind, match[0].upper() if kind == "word" else match[0]


def _statements(tokens: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    statement: list[tuple[str, str]] = []
    for token in tokens:
        if token[1] == ";":
            yield statement
            statement = []
        else:
            statement.append(token)
    yield statement


def _statement_fault(tokens: list[tuple[str, str]]) -> str:
    if not tokens:
        return ""
    for (before, _), (kind, text) in zip(tokens, tokens[1:], strict=False):
        if (kind, text) == ("word", "BY") and before != "word":
            return "BY of the SQL block has no GROUP or ORDER before it"
    detail = next(
        filter(None, map(_misplaced, zip(tokens, tokens[1:], tokens[2:], strict=False))), ""
    )
    if detail:
        return detail
    kind, first = tokens[0]
    if kind == "word" and first not in _STARTS and _is_slip(first):
        return f"no SQL statement begins with {first}"
    for (kind, text), (next_kind, after) in zip(tokens, [*tokens[1:], ("end", "")], strict=True):
        ends = next_kind == "end" or (next_kind == "word" and after in _CLAUSES) or after == ")"
        empty = kind == "word" and text in _NEEDS and ends and (text, after) not in _MAY_FOLLOW
        if empty and (next_kind != "end" or text not in ("SET", "VALUES")):
            return f"{text} of the SQL block is followed by {after or 'nothing'}"
        if text == "," and (after in ("FROM", "WHERE", ",", ")") or next_kind == "end"):
            return f"a comma of the SQL block is followed by {after or 'nothing'}"
        if kind == "sign" and text in ("=", "<>", "!=", "<", ">=", "<=") and next_kind == "end":
            return f"{text} of the SQL block is followed by nothing"
    return ""


def _misplaced(three: tuple[tuple[str, str], ...]) -> str:
    """Three tokens that no dialect has beside each other."""
    (before, one), (kind, two), (after, three_) = three
    if (kind, two) == ("word", "GROUP") and after == "word" and three_ not in ("BY", "ON"):
        return "" if one in _ROLES else f"GROUP of the SQL block is followed by {three_}"
    if (kind, two) == ("word", "ORDER") and after == "word" and three_ not in ("BY", "SIBLINGS"):
        return "" if before != "word" else f"ORDER of the SQL block is followed by {three_}"
    if (one, two, three_) == (",", "(", "*"):
        return "a bracket of the SQL block has no function before it"
    return ""


_ROLES = frozenset({"CREATE", "ALTER", "DROP", "WITHIN", "IN", "RESOURCE", ".", "TO"})


def _is_slip(word: str) -> bool:
    """Whether a word is a verb of SQL with one letter wrong, missing, or swapped."""
    return any(
        abs(len(word) - len(verb)) <= 1
        and word[:1] == verb[0]
        and len(set(verb) - set(word)) <= 1
        and sum(a != b for a, b in zip(word, verb, strict=False)) <= len(verb) - 2
        for verb in _VERBS
    )
