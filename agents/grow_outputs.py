"""What each role of a growing taxonomy gives: the typed replies, as in `outputs`.

A list that is too long, or a text that is empty, does not make a reply invalid: one bad entry must
not cost the others, so the screen in `taxonomy/` looks at them one by one.
"""

from typing import Literal

from pydantic import Field

from ..taxonomy.growing.growth import Entry
from ..taxonomy.growing.pool import Decision
from ..taxonomy.growing.screen import MOST
from .outputs import Reply, Text

_MOST_EXPECTED = 100


class Grain(Reply):
    """The level plan: what one entry is on a level, so that all lists of it fit."""

    unit: Text = Field(
        description="what one entry on this level is, in a sentence",
        json_schema_extra={"zh": "这一层的一个条目是什么，一句话说清"},
    )
    naming: Text = Field(
        description="the form that all its names have",
        json_schema_extra={"zh": "这一层的名称统一用什么形式"},
    )
    coarser: Text = Field(
        description="how one recognises what is too broad for this level",
        json_schema_extra={"zh": "凭什么看出某个条目太大，不该在这一层"},
    )
    finer: Text = Field(
        description="how one recognises what is too narrow for this level",
        json_schema_extra={"zh": "凭什么看出某个条目太小，不该在这一层"},
    )
    few: int = Field(
        description="entries that a small list of this level has when complete",
        json_schema_extra={"zh": "列全以后，较小的一个列表大约有几个条目"},
    )
    many: int = Field(
        description="entries that a large one has when complete",
        json_schema_extra={"zh": "列全以后，较大的一个列表大约有几个条目"},
    )

    def bounds(self) -> tuple[int, int]:
        """How many entries a list has, within reason."""
        few, many = sorted(min(max(number, 1), _MOST_EXPECTED) for number in (self.few, self.many))
        return few, many


class Item(Reply):
    """One proposed entry."""

    name: str = Field(
        default="",
        description="the name, in the language of the task",
        json_schema_extra={"zh": "名称，用任务写明的语言"},
    )
    definition: str = Field(
        default="",
        description="what belongs under it and what does not, in one or two sentences",
        json_schema_extra={"zh": "什么归它、什么不归它，一两句话"},
    )
    example: str = Field(
        default="",
        description="a request that belongs under it, as a person would put it",
        json_schema_extra={"zh": "一条归它的请求，照真人会说的样子写"},
    )
    alias: str = Field(
        default="",
        description="its name in the other language, if there is a settled one; else empty",
        json_schema_extra={"zh": "另一种语言里的通行叫法；没有就留空"},
    )

    def entry(self) -> Entry:
        """The same as the screen takes it."""
        return Entry(self.name, self.definition, self.example, self.alias)


class ValueItem(Reply):
    """One value of a proposed attribute."""

    name: str = Field(
        default="", description="the value's name", json_schema_extra={"zh": "取值的名称"}
    )
    definition: str = Field(
        default="",
        description="how one recognises it, in one sentence",
        json_schema_extra={"zh": "凭什么认出它，一句话"},
    )


class AttributeItem(Item):
    """One proposed attribute."""

    definition: str = Field(
        default="",
        description="which question about a request it answers, in one or two sentences",
        json_schema_extra={"zh": "它说的是请求的哪一点，一两句话"},
    )
    example: str = Field(
        default="",
        description="a request whose answer depends on it, as a person would put it",
        json_schema_extra={"zh": "一条请求，它取什么值，回答就跟着变；照真人会说的样子写"},
    )
    values: list[ValueItem] = Field(
        default=[],
        description="its values, which exclude one another",
        json_schema_extra={"zh": "它的取值，彼此不重叠"},
    )

    def entry(self) -> Entry:
        """The same as the screen takes it."""
        values = tuple(Entry(value.name, value.definition) for value in self.values)
        return Entry(self.name, self.definition, self.example, self.alias, values)


class Proposal(Reply):
    """What one proposer gives: children or values."""

    working: str = Field(
        default="",
        description="room to think, before any entry is fixed",
        json_schema_extra={"zh": "先在这里想，再定条目"},
    )
    # Told to endpoints that constrain, and not enforced: what is too much is cut.
    entries: list[Item] = Field(json_schema_extra={"maxItems": MOST})


class AttributeProposal(Reply):
    """What one proposer gives: attributes with their values."""

    working: str = Field(
        default="",
        description="room to think, before any attribute is fixed",
        json_schema_extra={"zh": "先在这里想，再定属性"},
    )
    entries: list[AttributeItem] = Field(json_schema_extra={"maxItems": MOST})


class Ruling(Reply):
    """What the merger says of one entry."""

    entry: int = Field(description="number of the entry", json_schema_extra={"zh": "条目编号"})
    action: Literal["keep", "merge", "rename", "split", "drop"]
    into: int = Field(
        default=0,
        description="for merge: number of the entry that stays; else 0",
        json_schema_extra={"zh": "merge 时写保留的那个条目的编号，其余写 0"},
    )
    parts: list[Item] = Field(
        default=[],
        description="for rename: the entry as it should be; for split: what it becomes; else none",
        json_schema_extra={"zh": "rename 时写改好的条目，split 时写拆成的各条，其余为空"},
    )
    reason: str = Field(
        default="",
        description="what decided, in a few words",
        json_schema_extra={"zh": "凭什么这样定，几个字"},
    )

    def decision(self) -> Decision:
        """The same as the pool takes it."""
        parts = tuple(part.entry() for part in self.parts)
        return Decision(self.entry, self.action, self.reason, self.into, parts)


class AttributeRuling(Ruling):
    """What the merger says of one attribute; parts have values of their own."""

    parts: list[AttributeItem] = Field(  # type: ignore[assignment]
        default=[],
        description="for rename: the attribute as it should be; for split: what it becomes",
        json_schema_extra={"zh": "rename 时写改好的属性，split 时写拆成的各个，其余为空"},
    )


class Merge(Reply):
    """What the merger gives: one ruling for every entry of the pool."""

    working: str = Field(
        default="",
        description="which entries mean the same, which overlap, which are too broad or too narrow",
        json_schema_extra={"zh": "哪些说的是一回事，哪些有重叠，哪些太大或太小"},
    )
    entries: list[Ruling]


class AttributeMerge(Reply):
    """What the merger gives where attributes were proposed."""

    working: str = Field(
        default="",
        description="which attributes mean the same, which overlap in their values",
        json_schema_extra={"zh": "哪些属性说的是一回事，哪些的取值有重叠"},
    )
    entries: list[AttributeRuling]
