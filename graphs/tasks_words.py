"""What reviewers are told of the criteria, in both languages, wherever they review.

Only words.
"""

CRITERIA: dict[str, dict[str, str]] = {
    "en": {
        "on_request": "on request: leaf, labels, language, depth, turns",
        "correct": "correct: facts, reasoning, numbers, code",
        "complete": "complete: all that was asked, under all conditions",
        "clear": "clear: fluent, natural, fit for the asker",
        "safe": "safe: harms and exposes nobody",
        "current": "current: nothing stale on the given date",
        "natural_request": "natural request: a person could have asked this",
        "worth_training": "worth training on: teaches something, not padded",
    },
    "zh": {
        "on_request": "合乎需求：类别、标签、语言、深度、轮数",
        "correct": "正确：事实、推理、数字、代码",
        "complete": "完整：问的都答了，条件都顾到了",
        "clear": "清楚：通顺、地道，提问者看得懂",
        "safe": "安全：不伤人，不泄露真实个人",
        "current": "不过时：到给定日期仍然成立",
        "natural_request": "提问自然：真人会这么问",
        "worth_training": "值得学：能教人点东西，没有注水",
    },
}
FORM: dict[str, dict[str, str]] = {
    "en": {
        "decision": "May it stand in the data set?",
        "accept": "accept",
        "reject": "reject",
        "criterion": "What decided against it?",
        "comment": "Comment",
        "asked": "Asked for",
        "dialogue": "Conversation",
        "votes": "The judges",
        "system": "system",
        "user": "user",
        "assistant": "assistant",
        "final_answer": "final answer",
        "guidelines": "Read the conversation and decide whether it may stand in a data set that a "
        "language model is trained on. Reject it if it is not what was asked for, wrong, "
        "incomplete, unsafe or out of date; say which of these decided.",
    },
    "zh": {
        "decision": "能不能收进数据集？",
        "accept": "收",
        "reject": "不收",
        "criterion": "哪一项起了决定作用？",
        "comment": "备注",
        "asked": "需求",
        "dialogue": "对话",
        "votes": "评委意见",
        "system": "系统",
        "user": "用户",
        "assistant": "助手",
        "final_answer": "最终结果",
        "guidelines": "读完对话，判断它能不能收进用来训练语言模型的数据集。不合需求、有错、没答全、"
        "不安全或已经过时的，一律不收，并指出是哪一项起了决定作用。",
    },
}
