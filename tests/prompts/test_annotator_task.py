"""What an annotator is asked for depends on what its menu holds: categories, or values."""

import pytest

from taxoloom.agents.annotator import WORDINGS
from taxoloom.prompts import Fence, PromptSet
from taxoloom.tests.prompts import labelling

EXAMPLES = {"zh": labelling.chinese, "en": labelling.english}
ATTRIBUTE = {"zh": "属性", "en": "attribute"}
CHOOSE = {"zh": "可选：", "en": "Choose: "}


def shown(name: str, language: str, without: str) -> list[str]:
    """The lines of the request for a menu that has no such entries."""
    menu = {**EXAMPLES[language]()["menu"], without: []}
    candidate = {"messages": [{"role": "user", "content": "?"}], "final_answer": ""}
    prompt = PromptSet(language).get(name)
    values = {"menu": menu, "candidate": candidate}
    return prompt.render(values, Fence("0123456789ab"))[1]["content"].splitlines()


@pytest.mark.parametrize("language", EXAMPLES)
@pytest.mark.parametrize("name", WORDINGS)
def test_the_task_speaks_of_attributes_where_values_are_to_be_chosen(
    name: str, language: str
) -> None:
    values, places = shown(name, language, "options"), shown(name, language, "attributes")
    assert ATTRIBUTE[language] in values[-1].lower()
    assert ATTRIBUTE[language] not in places[-1].lower()
    for lines in (values, places):
        assert sum(line.startswith(CHOOSE[language]) for line in lines) == 1
