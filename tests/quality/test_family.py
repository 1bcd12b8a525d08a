"""Families of real model names, as hosts, hubs and local servers write them."""

import pytest

from taxoloom.quality.family import family

NAMES = {
    "qwen": [
        "Qwen/Qwen2.5-7B-Instruct",
        "qwen-max-2024-09-19",
        "qwen2.5-coder:32b-instruct-q4_K_M",
        "bartowski/Qwen2.5-14B-Instruct-GGUF",
        "Pro/Qwen/Qwen3-8B",
        "/models/Qwen3-30B-A3B-Instruct-2507-FP8",
        "QwQ-32B-Preview",
        "my-qwen2.5-finetune",
    ],
    "gpt": [
        "gpt-4o-mini-2024-07-18",
        "openai/gpt-oss-120b",
        "chatgpt-4o-latest",
        "o3-mini",
        "o1-preview-2024-09-12",
        "ft:gpt-4o-mini-2024-07-18:acme:claude-like:9abc",
        "text-davinci-003",
    ],
    "claude": [
        "claude-3-5-sonnet-20241022",
        "openrouter/anthropic/claude-3.5-haiku:beta",
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
    ],
    "gemini": ["models/gemini-1.5-pro-002", "gemini-2.0-flash-exp"],
    "gemma": ["google/gemma-2-9b-it", "gemma3:27b"],
    "llama": [
        "meta-llama/Meta-Llama-3.1-8B-Instruct",
        "llama3.1:8b-instruct-q4_K_M",
        "accounts/fireworks/models/llama-v3p1-70b-instruct",
        "nvidia/Llama-3.1-Nemotron-70B-Instruct-HF",
        "meta.llama3-70b-instruct-v1:0",
        "codellama/CodeLlama-34b-Instruct-hf",
    ],
    "mistral": [
        "mistralai/Mixtral-8x7B-Instruct-v0.1",
        "TheBloke/Mistral-7B-Instruct-v0.2-AWQ",
        "codestral-2405",
    ],
    "deepseek": [
        "deepseek-chat",
        "deepseek-ai/DeepSeek-V3-0324",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B",
    ],
    "glm": ["THUDM/glm-4-9b-chat", "chatglm3-6b", "glm-4-plus"],
    "kimi": ["moonshot-v1-8k", "kimi-k2-0711-preview"],
    "doubao": ["doubao-1-5-pro-32k-250115"],
    "ernie": ["ernie-4.0-8k-latest"],
    "yi": ["01-ai/Yi-34B-Chat", "yi-large"],
    "phi": ["microsoft/Phi-3-mini-4k-instruct"],
    "command": ["command-r-plus-08-2024", "CohereForAI/c4ai-command-r-v01"],
    "internlm": ["internlm/internlm2_5-7b-chat"],
    "minimax": ["MiniMax-Text-01", "abab6.5s-chat"],
    "offline": ["offline"],
}


@pytest.mark.parametrize(
    ("name", "expected"), [(name, line) for line, names in NAMES.items() for name in names]
)
def test_a_real_name_has_its_family(name: str, expected: str) -> None:
    assert family(name) == expected


def test_unknown_names_differ_where_more_than_size_and_form_differs() -> None:
    assert family("acme-7b-instruct") == family("Acme/ACME-13B-chat-GGUF") == "acme"
    assert family("house-model-north") != family("house-model-south")
    assert family("our-judge") != family("our-writer")


@pytest.mark.parametrize("name", ["", "///", "7b-chat", "2024-01-01", ":latest", "\u200b", "ft:"])
def test_a_name_that_says_nothing_is_its_own_family(name: str) -> None:
    assert isinstance(family(name), str)
    assert family(name) == family(name.upper())
