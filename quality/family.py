"""Which family a model belongs to, from its name alone: `Qwen/Qwen2.5-7B-Instruct` is `qwen`.

Names carry a host, a size, a date, a version, a quantisation and a purpose around what counts.
A family that is known by name is found wherever it stands, the first one counting: a fine-tune of
a model keeps its base, and a distillate goes by who distilled it. Other names are stripped, and
what is left of them is the family. Where a name hides its origin, so does this.
"""

import re
import unicodedata

_OF_NAMES = {
    "qwen": ("qwen", "qwq", "qvq", "tongyi", "通义千问"),
    "gpt": ("gpt", "chatgpt", "davinci", "o"),
    "claude": ("claude",),
    "gemini": ("gemini",),
    "gemma": ("gemma", "codegemma"),
    "llama": ("llama", "codellama", "nemotron"),
    "mistral": (
        *("mistral", "mixtral", "ministral", "magistral", "codestral", "devstral", "pixtral"),
        *("mathstral",),
    ),
    "deepseek": ("deepseek",),
    "glm": ("glm", "chatglm", "codegeex"),
    "kimi": ("kimi", "moonshot"),
    "doubao": ("doubao", "skylark", "豆包"),
    "hunyuan": ("hunyuan", "混元"),
    "ernie": ("ernie", "文心一言"),
    "baichuan": ("baichuan",),
    "internlm": ("internlm", "internvl"),
    "minicpm": ("minicpm",),
    "minimax": ("minimax", "abab"),
    "yi": ("yi",),
    "phi": ("phi",),
    "command": ("command", "aya"),
    "grok": ("grok",),
    "granite": ("granite",),
    "olmo": ("olmo", "tulu"),
    "falcon": ("falcon",),
    "step": ("step",),
    "spark": ("spark", "星火"),
    "nova": ("nova",),
    "jamba": ("jamba",),
    "smollm": ("smollm",),
}
_KNOWN = {name: family for family, names in _OF_NAMES.items() for name in names}
_ABOUT = re.compile(
    "instruct|chat|base|it|sft|dpo|rl|hf|latest|preview|exp|experimental|beta|free|online|thinking|"
    "gguf|gptq|awq|exl|int|fp|bf|nf|mlx|bnb|bit|dynamic|quantized|turbo|mini|nano|small|medium|"
    "large|max|plus|pro|lite|flash|air|[bmkxvqw]"
)
"""Words that say size, form, maturity or purpose, with digits taken off."""
_WORDS = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def family(model: str) -> str:
    """The family of a model's name, in lower case; a name without one is its own family."""
    name = _model(unicodedata.normalize("NFKC", model).casefold().strip())
    words = _WORDS.findall(name)
    for word in words:
        letters = _LETTERS.match(word)
        if letters and letters[0] in _KNOWN and _whole(word, letters[0]):
            return _KNOWN[letters[0]]
    kept = [word for word in words if not _says_how(word)]
    return "-".join(kept) or name


def _model(name: str) -> str:
    """Without hosts, owners and tags, which stand before a slash and behind a colon."""
    if name.startswith("ft:"):
        # A fine-tune names its base first, and then whose it is.
        return name.split(":")[1]
    parts = [part for part in name.split("/") if part]
    return parts[-1].partition(":")[0] if parts else name


def _whole(word: str, letters: str) -> bool:
    """Whether the letters are all that names the family: `o3` is one, `o` in `o` alone is not."""
    return len(letters) > 1 or word[1:].isdigit()


def _says_how(word: str) -> bool:
    return all(_ABOUT.fullmatch(part) for part in _LETTERS.findall(word))
