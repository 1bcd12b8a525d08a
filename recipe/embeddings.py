"""The model of a recipe that turns texts into vectors: where it answers, how it is called."""

from pydantic import Field

from .section import BaseUrl, KeyVariable, Section


class Embeddings(Section):
    """A model behind `POST {base_url}/embeddings`."""

    model: str = Field(min_length=1)
    """`offline` compares characters and understands nothing: to try things out."""
    base_url: BaseUrl | None = None
    """None for OPENAI_BASE_URL or, without it, OpenAI's own address; ignored when offline."""
    api_key_env: KeyVariable | None = None
    """Name of the variable that holds the key."""
    batch: int = Field(default=64, ge=1, le=2048)
    """Texts in one request; a few servers take no more than 10."""
    concurrency: int = Field(default=4, ge=1, le=1024)
    """Requests in flight."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds for one request, from sending to the last byte."""
    dimensions: int | None = Field(default=None, ge=2, le=16384)
    """Length of the vectors, for models that let one choose."""
