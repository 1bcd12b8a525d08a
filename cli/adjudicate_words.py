"""What `adjudicate` says to the reviewer, in the language of the run; the keys are the same.

Only words.
"""

from dataclasses import dataclass

from ..graphs.tasks_words import CRITERIA


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    left: str
    labels: str
    roles: dict[str, str]
    final_answer: str
    others: str
    keys: str
    help: str
    criterion: str
    no_criterion: str
    criteria: dict[str, str]
    comment: str
    noted: str
    unknown: str
    not_voted: str
    accepted: str
    rejected: str
    opinion: str
    judges: str
    votes: dict[bool | None, str]
    columns: tuple[str, ...]
    undone: str
    nothing_to_undo: str
    nothing: str
    finished: str
    summary: str
    opinions: str
    place: str
    value: str
    none: str
    other: str
    place_keys: str
    placed: str
    place_summary: str


EN = Words(
    left="{left} left",
    labels="labels",
    roles={"system": "system", "user": "user", "assistant": "assistant"},
    final_answer="final answer",
    others="already voted on by {names}",
    keys="[a]ccept  [r]eject  [s]kip  [c]omment  [u]ndo  [v]otes of the judges  [?] help  [q]uit",
    help="""\
a  accept: it may stand in the data set
r  reject; then the digit of the criterion that decided, or Enter for none
s  skip: it stays open, and comes again next time
c  a comment of one line, kept with your next vote on this sample
u  take back your last vote in this run and look at that sample again
v  what the judges said; your vote is then marked as not blind
q  quit; every vote is written down already""",
    criterion="What decided? A digit, or Enter for none:",
    no_criterion="no criterion of that number",
    criteria=CRITERIA["en"],
    comment="comment:",
    noted="noted; it is kept with your vote",
    unknown="{key!r} is no key here; ? for help",
    not_voted="nothing was voted",
    accepted="accepted",
    rejected="rejected",
    opinion="your vote is kept; the sample stays as {by} settled it (--overrule moves it)",
    judges="judges",
    votes={True: "accept", False: "reject", None: "no vote"},
    columns=("judge", "vote", "score", "not met", "why"),
    undone="taken back; here it is again",
    nothing_to_undo="you have no vote in this run to take back",
    nothing="nothing to settle",
    finished="nothing is left to settle: [u]ndo, or any other key to end",
    summary="settled {settled} ({accepted} accepted, {rejected} rejected), "
    "skipped {skipped}, left {left}",
    opinions="; further opinions: {count}",
    place="Where does it belong?",
    value="Which value of {name} holds?",
    none="none of these",
    other="which one, then?",
    place_keys="[1-9] choose  [n]one of these  [o]ther  [s]kip  [c]omment  [u]ndo  "
    "[v] what the sides said  [q]uit",
    placed="settled: {chosen}",
    place_summary="settled {settled}, skipped {skipped}, left {left}",
)
ZH = Words(
    left="还剩 {left} 条",
    labels="标签",
    roles={"system": "系统", "user": "用户", "assistant": "助手"},
    final_answer="最终结果",
    others="{names} 已经判过",
    keys="[a] 收  [r] 不收  [s] 跳过  [c] 备注  [u] 撤回  [v] 看评委意见  [?] 帮助  [q] 退出",
    help="""\
a  收：可以进数据集
r  不收；接着按数字选出起决定作用的那一项，说不上来就按回车
s  跳过：先不定，下次还会出现
c  写一行备注，跟这条样本的下一次表决一起保存
u  撤回你在本次运行里的上一次表决，重看那条样本
v  看评委怎么说；看过再判，会记作“非盲判”
q  退出；判过的都已经存好""",
    criterion="哪一项起了决定作用？按数字，说不上来就按回车：",
    no_criterion="没有这个编号",
    criteria=CRITERIA["zh"],
    comment="备注：",
    noted="记下了，会跟你的表决一起保存",
    unknown="这里没有 {key!r} 这个键；按 ? 看帮助",
    not_voted="这条没有表决",
    accepted="收",
    rejected="不收",
    opinion="你的表决已保存；样本仍按 {by} 的裁定（加 --overrule 才会改动）",
    judges="评委",
    votes={True: "收", False: "不收", None: "无效"},
    columns=("评委", "表决", "分数", "不达标", "理由"),
    undone="已撤回，重看这一条",
    nothing_to_undo="你在本次运行里没有可撤回的表决",
    nothing="没有要裁定的",
    finished="没有要裁定的了：按 u 撤回，按其他键结束",
    summary="已裁定 {settled} 条（收 {accepted}，不收 {rejected}），"
    "跳过 {skipped} 条，还剩 {left} 条",
    opinions="；另存意见 {count} 条",
    place="该归到哪里？",
    value="{name} 取哪个值？",
    none="都不是",
    other="那该是哪个？",
    place_keys="[1-9] 选择  [n] 都不是  [o] 另写一个  [s] 跳过  [c] 备注  [u] 撤回  "
    "[v] 看各方怎么说  [q] 退出",
    placed="已裁定：{chosen}",
    place_summary="已裁定 {settled} 条，跳过 {skipped} 条，还剩 {left} 条",
)


def words(language: str) -> Words:
    """Those of a run's language; English where there are none."""
    return ZH if language == "zh" else EN
