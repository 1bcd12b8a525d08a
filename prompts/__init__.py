"""What each agent is told: one Markdown file per role and language, and the loader for them."""

from .fence import Fence, as_shown
from .loader import Message, Prompt, PromptSet

__all__ = ["Fence", "Message", "Prompt", "PromptSet", "as_shown"]
