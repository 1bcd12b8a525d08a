"""Made-up taxonomies for property tests: everything that a file can say, in odd characters."""

from hypothesis import strategies as st

from taxoloom.taxonomy import Attribute, Constraint, Node, Taxonomy, Value
from taxoloom.taxonomy.constraints import Condition
from taxoloom.taxonomy.names import id_problem, key, name_problem, prose_problem
from taxoloom.taxonomy.tree import Aliases, Example, path_id

_WORDS = """\
代码生成|HTML/CSS|no|012|null|a: b|# x|- x|*a|&a|!x|2025-01-01|a > b|甲＞乙|a>b|->|A / B|1. x
第一层|属性|Level 1|标签|a;|a。|`x`|a`b|{#x}|{en="y"}|x {#y}|<!-- x -->|<b>b</b>|**b**|[l](u)|a\\b
"q"|a"b|'q'|=1+1|sep=,|a,b|a;b|path|id|name|weight|definition|aliases|use|5 - x|x : y|甲：乙
甲——乙|Rock ’n’ roll|~~~|```|___|%|@x|$x|null > x|a  b|"""
_words = st.sampled_from([word for word in _WORDS.replace("\n", "|").split("|") if word])
names = (st.text(max_size=12) | _words).map(str.strip).filter(lambda name: not name_problem(name))
_lines = st.sampled_from(
    ["", "  x", "```", "# x", "- x", "a: b", "x\n\n  y", "```py\nx\n```", "a\tb"]
)
_prose = (st.text(max_size=30) | _lines | _words).filter(lambda text: not prose_problem(text))
_definitions = _prose.map(str.strip)
_spoken = _prose.map(lambda text: text.strip("\n")).filter(str.strip)
_ids = (
    st.text(min_size=1, max_size=8) | st.sampled_from(["5181", "gid://shopify/T/ap-1", "x}", '"'])
).filter(lambda ident: not id_problem(ident))
_tags = st.sampled_from(["en", "zh", "zh-Hant", "no", "id", "und", "name", "open", "use"])
weights = st.sampled_from([1.0, 0.0, 2.0, 0.5, 1e-7, 1e300, 123456789012.25])


def _distinct(
    one: st.SearchStrategy[str], *, least: int, most: int = 4
) -> st.SearchStrategy[list[str]]:
    return st.lists(one, min_size=least, max_size=most, unique_by=key)


@st.composite
def _aliases(draw: st.DrawFn) -> Aliases:
    if draw(st.integers(0, 3)):
        return ()
    tags = draw(st.lists(_tags, max_size=2, unique=True))
    return tuple((tag, name) for tag in tags for name in draw(_distinct(names, least=1, most=2)))


@st.composite
def attributes(draw: st.DrawFn) -> tuple[Attribute, ...]:
    """Attributes of one node."""
    found = []
    for name in draw(_distinct(names, least=0, most=3)):
        plain = draw(st.booleans())
        groups = [] if plain else draw(_distinct(names, least=0))
        values = tuple(
            Value(
                value,
                "" if plain else draw(_definitions),
                draw(st.sampled_from(["", *groups])),
                1.0 if plain else draw(weights),
                () if plain else draw(_aliases()),
            )
            for value in draw(_distinct(names, least=1))
        )
        definition = "" if plain else draw(_definitions)
        found.append(Attribute(name, values, definition, draw(st.booleans()), draw(_aliases())))
    return tuple(found)


@st.composite
def _constraints(draw: st.DrawFn) -> Constraint:
    def conditions(least: int) -> tuple[Condition, ...]:
        found = draw(st.lists(names, min_size=least, max_size=2, unique=True))
        return tuple(
            Condition(n, tuple(draw(st.lists(names, min_size=1, max_size=2)))) for n in found
        )

    kind = draw(st.sampled_from(["never", "only", "when"]))
    if kind == "never":
        return Constraint("never", conditions(2))
    if kind == "only":
        return Constraint("only", conditions(1), conditions(1))
    return Constraint("when", conditions(1), attribute=draw(names))


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Taxonomies of a few nodes, or of one deep branch."""
    deep = draw(st.integers(0, 5)) == 0
    shared = draw(attributes())
    root = draw(names)
    nodes = [Node(path_id([root]), root, open=draw(st.booleans()), attributes=draw(attributes()))]
    taken: set[tuple[str, str]] = set()
    ids = {nodes[0].id}
    for _ in range(draw(st.integers(1, 60 if deep else 8))):
        parent = nodes[-1] if deep else draw(st.sampled_from(nodes))
        name = draw(names)
        own = path_id([*parent.path, name]) if draw(st.booleans()) else draw(_ids)
        if (parent.id, key(name)) in taken or key(own) in ids:
            continue
        taken.add((parent.id, key(name)))
        ids.add(key(own))
        bare = draw(st.booleans())
        examples = st.builds(Example, _spoken, _spoken, _prose.map(lambda text: text.strip("\n")))
        nodes.append(
            Node(
                own,
                name,
                parent,
                definition="" if bare else draw(_definitions),
                open=draw(st.integers(0, 4)) == 0,
                attributes=draw(st.sampled_from([(), shared])) if bare else draw(attributes()),
                weight=1.0 if bare else draw(weights),
                aliases=() if bare else draw(_aliases()),
                examples=() if bare else tuple(draw(st.lists(examples, max_size=2))),
                fresh_for=None if bare else draw(st.none() | st.integers(1, 36_500)),
            )
        )
    return Taxonomy(nodes, draw(st.lists(_constraints(), max_size=2)))
