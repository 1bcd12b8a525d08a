"""What a word or two says alone: nothing, unless the request is the same as well."""

import pytest

from taxoloom.quality.duplicates.sample_index import SampleIndex, fingerprints

ASKED = {
    "en": ("Is the tide higher at full moon?", "Does chalk dissolve in vinegar overnight?"),
    "zh": ("满月的时候潮水会更高吗？", "粉笔放在醋里一夜会化掉吗？"),
}
LONG = {
    "en": "It does, though more slowly in the cold, and only the part that is below the surface.",
    "zh": "会的，不过天冷的时候要慢一些，而且只有没在水面以下的那一部分才会这样变化。",
}


def found(language: str, first: str, second: str, *, same_request: bool) -> bool:
    index = SampleIndex()
    one, other = ASKED[language]
    index.add("a", fingerprints(one, first))
    return index.nearest(fingerprints(one if same_request else other, second)) is not None


@pytest.mark.parametrize(("language", "answer"), [("en", "Yes."), ("en", "12 mm"), ("zh", "会。")])
def test_a_short_answer_repeats_nothing_alone(language: str, answer: str) -> None:
    assert not found(language, answer, answer, same_request=False)
    assert found(language, answer, answer, same_request=True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_one_repeats_itself_whatever_was_asked(language: str) -> None:
    assert found(language, LONG[language], LONG[language], same_request=False)
