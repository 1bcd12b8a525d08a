"""The watch is silent while texts differ, and speaks soon after they no longer do."""

import random

from taxoloom.quality.diversity import Watch, collapsed, self_repetition, tokens
from taxoloom.tests.support.prose import LANGUAGES, document, joined

STREAMS = 200


def stream(seed: int, count: int) -> list[str]:
    dice, language = random.Random(seed), LANGUAGES[seed % 2]
    return [joined(language, document(language, dice, least=2, most=4)) for _ in range(count)]


def alarm(texts: list[str]) -> int | None:
    watch = Watch()
    for place, text in enumerate(texts):
        found = watch.add(text)
        if found and found.collapsed:
            return place
    return None


def test_no_alarm_while_texts_differ_and_one_soon_after_they_do_not() -> None:
    in_time = 0
    for seed in range(STREAMS):
        texts = stream(seed, 300)
        found = alarm(texts[:200] + collapsed(texts[200:], seed))
        assert found is None or found >= 200, seed
        in_time += found is not None
    assert in_time >= 0.95 * STREAMS


def test_the_window_shows_what_all_its_texts_together_would() -> None:
    watch, texts = Watch(), stream(1, 120)
    found = [watch.add(text) for text in texts]
    assert found[:49] == [None] * 49
    last = found[-1]
    assert last is not None
    assert last.now == self_repetition([tokens(text, 200) for text in texts[-50:]])
    assert not any(reading.collapsed for reading in map(Watch().add, [""] * 80) if reading)
