"""The offline rewriter: light, real changes of the asker's wording, and repairs by notes.

Works on any draft, whoever wrote it; every change is listed. Figures are never touched. Knows
the operations by their names, nothing of how drafts are judged.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .read import Dialogue, Note, Sheet
from .setting import Setting

Reply = dict[str, Any]
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?|\n+")
_SENTENCE_EN = re.compile(r"[^\n]+?(?:[.!?](?= |\Z|\n)|(?=\n)|\Z) ?|\n+")
_QUOTED = re.compile(r"“(.*?)”[^“]*“(.*)”", re.DOTALL)
_MARKED = re.compile(r"\s|[-*\d]|您好|而且|可|还|另|对|补|Good |And |But |Oh|Also|What's more")
_LINED = re.compile(r"^([^\s:：\-][^:：\n]{0,20})(：|: )", re.MULTILINE)


@dataclass(slots=True)
class Edit:
    """A change in the making: the asker's messages, and what was done to them."""

    scene: Setting
    users: list[str]
    changes: list[str]

    def note(self, kind: str, turn: int, old: str = "", new: str = "") -> None:
        """List a change of that kind."""
        template = self.scene.words["rewrite"][kind]
        self.changes.append(template.format(turn=turn + 1, old=old.strip(), new=new.strip()))


def rewrite(sheet: Sheet, scene: Setting) -> Reply | None:
    """A `Rewrite`; None if there is no draft to be read."""
    if not sheet.draft.whole:
        return None
    edit = Edit(scene, list(sheet.draft.users), [])
    for name in sheet.operations:
        key = scene.words["label_values"].get(name, name)
        _OPERATIONS.get(key, _paraphrase)(edit)
    return {"draft": _draft(sheet.draft, edit.users), "changes": edit.changes}


def _draft(dialogue: Dialogue, users: Sequence[str], answers: Sequence[str] = ()) -> Reply:
    pairs = zip(users, answers or dialogue.assistants, strict=True)
    return {
        "system": dialogue.beside.get("system", ""),
        "reasoning": dialogue.beside.get("reasoning", ""),
        "turns": [{"user": user, "assistant": answer} for user, answer in pairs],
        "final_answer": dialogue.beside.get("final_answer", ""),
    }


def _paraphrase(edit: Edit) -> None:
    """Up to three turns of phrase a message are replaced, and two sentences change places."""
    scene = edit.scene
    swaps = scene.words["rewrite"]["swaps"]
    for turn, text in enumerate(edit.users):
        present = [pair for pair in swaps if _spot(scene, text, pair[0], f"at{turn}")]
        for old, new in present[:3]:
            edit.users[turn] = _replaced(scene, edit.users[turn], old, new, f"at{turn}")
            edit.note("changed", turn, old, new)
    _move(edit)
    if not edit.changes:
        _append(edit)


def _move(edit: Edit) -> None:
    """Two neighbouring sentences of the first message change places; first and last stay."""
    pieces = _split(edit.scene, edit.users[0])
    spots = [at for at in range(1, len(pieces) - 2) if all(map(_plain, pieces[at : at + 2]))]
    # The conditions of a puzzle follow one another and must not be torn apart.
    if spots and not edit.scene.has("reasoning", "logical", "numerical"):
        at = edit.scene.dice.pick("move", spots)
        first, second = pieces[at : at + 2]
        pieces[at : at + 2] = [second, first]
        edit.users[0] = "".join(pieces)
        edit.note("moved", 0, first[:12], second[:12])


def _append(edit: Edit) -> None:
    """The change that is always possible: a closing remark."""
    tail = edit.scene.one("tail", edit.scene.words["rewrite"]["tails"])
    last = edit.users[-1]
    edit.users[-1] = f"{last}{'' if edit.scene.chinese else ' '}{tail}"
    edit.note("changed", len(edit.users) - 1, last[-12:], last[-12:] + tail)


def _spot(scene: Setting, text: str, phrase: str, name: str) -> re.Match[str] | None:
    """One place of a phrase as a word of its own, away from figures."""
    pattern = re.escape(phrase)
    if phrase[:1].isascii() and phrase[:1].isalpha():
        pattern = rf"\b{pattern}"
    if phrase[-1:].isascii() and phrase[-1:].isalpha():
        pattern = rf"{pattern}\b"
    found = list(re.finditer(rf"(?<!\d){pattern}(?!\d)", text))
    return scene.dice.pick(f"{name}/{phrase}", found) if found else None


def _replaced(scene: Setting, text: str, old: str, new: str, name: str) -> str:
    spot = _spot(scene, text, old, name)
    return text if spot is None else text[: spot.start()] + new + text[spot.end() :]


def _style(edit: Edit) -> None:
    """Dictated rambling, or a storyteller's run-up where the tone is formal."""
    scene, words = edit.scene, edit.scene.words["rewrite"]
    formal = scene.has("tone", "formal")
    links = words["connectors" if formal else "fillers"]
    for turn, text in enumerate(edit.users):
        pieces = _split(scene, text)
        spots = [at for at in range(1, len(pieces) - 1) if _plain(pieces[at])]
        for number, at in enumerate(scene.dice.some(f"style/{turn}", spots, 2)):
            before, link = pieces[at], scene.dice.pick(f"link/{turn}/{number}", links)
            pieces[at] = _led(scene, link, before)
            edit.note("changed", turn, before[:16], pieces[at][: 16 + len(link)])
        edit.users[turn] = "".join(pieces)
    if not formal or not edit.changes:
        opening = scene.one("style/open", words["letters" if formal else "spoken"])
        edit.users[0] = _led(scene, opening, edit.users[0])
        edit.note("restyled", 0, "", opening)


def _plain(piece: str) -> bool:
    """Whether a piece of a message is a sentence, and no heading, list item or greeting."""
    return len(piece.strip()) > 8 and not _MARKED.match(piece) and not _LINED.match(piece)


def _led(scene: Setting, opening: str, sentence: str) -> str:
    """A sentence with a few words before it."""
    if scene.chinese:
        return opening + sentence
    stays = sentence.startswith("I") or opening.endswith(".")
    rest = sentence if stays else sentence[:1].lower() + sentence[1:]
    return f"{opening[:1].upper()}{opening[1:]} {rest}"


def _split(scene: Setting, text: str) -> list[str]:
    pieces = (_SENTENCE if scene.chinese else _SENTENCE_EN).findall(text)
    return pieces or [text]


def _template(edit: Edit) -> None:
    """A form gets other marks for its headings; a plain message is recast as a form."""
    scene, text = edit.scene, edit.users[0]
    if len(_LINED.findall(text)) >= 3:
        shape = r"【\1】" if scene.chinese else r"[\1] "
        edit.users[0] = _LINED.sub(shape, text)
    else:
        headings = scene.dice.pick("recast", scene.words["headings"])
        pieces = [piece for piece in _split(scene, text) if piece.strip()]
        slots = min(len(headings), len(pieces))
        colon = "：" if scene.chinese else ": "
        cuts = [len(pieces) * number // slots for number in range(slots + 1)]
        entries = ("".join(pieces[a:b]).strip() for a, b in zip(cuts, cuts[1:], strict=False))
        edit.users[0] = "\n".join(
            f"{heading}{colon}{entry}" for heading, entry in zip(headings, entries, strict=False)
        )
    edit.note("recast", 0)


def _noise(edit: Edit) -> None:
    """Two to five slips of typing in all, spread over the asker's messages."""
    scene = edit.scene
    typos = scene.words["rewrite"]["typos"]
    wanted = 2 + scene.dice.below("slips", 4)
    for number, (old, new) in enumerate(scene.dice.some("typo", typos, len(typos))):
        if len(edit.changes) >= wanted:
            break
        turn = scene.dice.below(f"turn/{number}", len(edit.users))
        text = edit.users[turn]
        # The last character stays: a text without its end would look cut off.
        made = _replaced(scene, text[:-1], old, new, f"slip{number}") + text[-1:]
        if made != text:
            edit.users[turn] = made
            edit.note("changed", turn, old.replace(" ", "␣"), new.replace(" ", "␣") or "∅")


_OPERATIONS: Mapping[str, Callable[[Edit], None]] = {
    "template": _template,
    "paraphrase": _paraphrase,
    "style_transfer": _style,
    "noise": _noise,
}


def repair(sheet: Sheet, scene: Setting) -> Reply | None:
    """A `Repair`; None if there is no draft to be read."""
    if not sheet.draft.whole:
        return None
    users, answers = list(sheet.draft.users), list(sheet.draft.assistants)
    settled: dict[str, int] = {}
    replies = []
    for note in sheet.notes:
        if note.evidence in settled:
            same = scene.words["repair"]["same"].format(note=settled[note.evidence])
            replies.append({"note": note.number, "done": True, "comment": same})
            continue
        replies.append(_answer_note(scene, note, users, answers))
        if replies[-1]["done"]:
            settled[note.evidence] = note.number
    return {"draft": _draft(sheet.draft, users, answers), "notes": replies}


def _answer_note(scene: Setting, note: Note, users: list[str], answers: list[str]) -> Reply:
    """Carry a note out on the texts, in place, and say what was done."""
    words = scene.words["repair"]

    def said(done: bool, comment: str) -> Reply:
        return {"note": note.number, "done": done, "comment": comment}

    if note.severity == "minor":
        return said(False, words["kept"])
    for texts in (answers, users):
        for index, text in enumerate(texts):
            if not note.evidence or note.evidence not in text:
                continue
            swap = _QUOTED.search(note.remedy)
            if swap is not None:
                old, new, form = note.evidence, swap[2], "done"
            else:
                gap = "" if scene.chinese else " "
                old, new, form = note.evidence, f"{note.evidence}{gap}{note.remedy}", "added"
            texts[index] = text.replace(old, new, 1)
            return said(True, words[form].format(old=old, new=swap[2] if swap else note.remedy))
    return said(False, words["lost"])
