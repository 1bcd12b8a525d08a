"""The outlines that the project began with load exactly as they were written."""

from pathlib import Path

import pytest

from taxoloom.errors import TaxonomyError
from taxoloom.taxonomy import Taxonomy, load

DATA = Path(__file__).parents[1] / "data"
EXAMPLES = Path(__file__).parents[2] / "examples"

PROGRAMMING = [
    ("编程", True),
    ("代码生成", True),
    ("从零实现", False),
    ("代码补全", False),
    ("代码理解", True),
    ("代码解释", False),
    ("错误定位", False),
    ("语言转换", False),
]
CUSTOMER_SERVICE = [
    ("电商客服", True),
    ("商品咨询", True),
    ("商品信息", False),
    ("库存物流", False),
    ("订单服务", True),
    ("下单与支付", False),
    ("修改与取消", False),
    ("售后支持", False),
    ("平台规则", False),
]
LANGUAGES = ["Python", "JavaScript", "Java", "C++", "Go", "SQL", "Bash", "HTML/CSS"]
FRAMEWORKS = {
    "Web": ["React", "Vue", "Django", "Spring"],
    "Data Science": ["Pandas", "NumPy", "PyTorch", "TensorFlow"],
    "System": ["Linux", "Docker", "Kubernetes"],
    "Mobile": ["Android", "SwiftUI"],
}


def _check_programming(tree: Taxonomy) -> None:
    language, framework = tree.root.attributes
    assert (language.name, language.open) == ("编程语言", True)
    assert [value.name for value in language.values] == LANGUAGES
    assert (framework.name, framework.open) == ("技术领域/框架", False)
    assert [(value.group, value.name) for value in framework.values] == [
        (group, name) for group, names in FRAMEWORKS.items() for name in names
    ]


def _check_customer_service(tree: Taxonomy) -> None:
    goods, complexity = tree.root.attributes
    assert (goods.name, goods.open) == ("商品品类", False)
    assert [value.name for value in goods.values] == ["服装", "数码", "家居", "美妆", "食品"]
    assert (complexity.name, complexity.open) == ("问题复杂度", False)
    assert [value.name for value in complexity.values] == ["简单", "中等", "复杂"]
    assert len(tree.leaves()) == 6
    assert all(tree.attributes_of(leaf.id) == (goods, complexity) for leaf in tree.leaves())


def _names(tree: Taxonomy) -> list[tuple[str, bool]]:
    return [(node.name, node.open) for node in tree.walk()]


@pytest.mark.parametrize(
    "path",
    [DATA / "seed_programming.md", f"{DATA}/seed_both.md#编程", EXAMPLES / "programming.zh.yaml"],
)
def test_programming(path: Path | str) -> None:
    tree = load(path)
    assert _names(tree)[1:] == PROGRAMMING[1:]
    assert tree.root.open
    _check_programming(tree)


@pytest.mark.parametrize(
    "path",
    [
        DATA / "seed_customer_service.md",
        f"{DATA}/seed_both.md#电商客服",
        EXAMPLES / "customer_service.zh.yaml",
    ],
)
def test_customer_service(path: Path | str) -> None:
    tree = load(path)
    assert _names(tree)[1:] == CUSTOMER_SERVICE[1:]
    _check_customer_service(tree)


def test_the_root_is_named_after_the_section() -> None:
    assert load(DATA / "seed_both.md", section="编程").root.name == "编程"
    assert load(DATA / "seed_both.md", section="电商客服").root.name == "电商客服"
    assert load(DATA / "seed_programming.md").root.name == "seed_programming"


def test_one_of_two_outlines_must_be_chosen() -> None:
    with pytest.raises(TaxonomyError) as caught:
        load(DATA / "seed_both.md")
    (fault,) = caught.value.faults
    assert '"编程" (line 6)' in fault.message
    assert '"电商客服" (line 34)' in fault.message
    assert "seed_both.md#编程" in fault.hint


@pytest.mark.parametrize("name", ["customer_service", "programming"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_examples_define_every_category_and_value(name: str, language: str) -> None:
    tree = load(EXAMPLES / f"{name}.{language}.yaml")
    for node in tree.walk():
        assert len(node.definition) >= 20, node.name
        for attribute in node.attributes:
            assert attribute.definition, attribute.name
            for value in attribute.values:
                assert len(value.definition) >= 15, value.name


@pytest.mark.parametrize("name", ["customer_service", "programming"])
def test_both_languages_have_the_same_shape(name: str) -> None:
    chinese, english = (load(EXAMPLES / f"{name}.{language}.yaml") for language in ("zh", "en"))

    def shape(tree: Taxonomy) -> list[tuple[int, bool, list[tuple[bool, int]]]]:
        return [
            (len(node.path), node.open, [(a.open, len(a.values)) for a in node.attributes])
            for node in tree.walk()
        ]

    assert shape(chinese) == shape(english)
