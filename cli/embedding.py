"""The model of embeddings that options name, and what is said where it is only a stand-in."""

from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError

if TYPE_CHECKING:
    from ..models.embed import EmbeddingEndpoint
    from ..recipe import Embeddings

Model = Annotated[
    str | None,
    typer.Option("--embeddings", help="Model that turns texts into vectors; `offline` to try."),
]
Url = Annotated[str | None, typer.Option("--embeddings-url", help="Where that model answers.")]


def embedding_of(
    model: str | None, url: str | None, settings: "Embeddings | None" = None
) -> "EmbeddingEndpoint | None":
    """The endpoint of options, else that of a recipe; None without either.

    Raises InputError for options that do not fit together and for a key that is not set.
    """
    import os

    from ..graphs.endpoints import embedding_endpoint
    from ..graphs.recipe_file import parse_recipe

    if model is None:
        if url is not None and settings is None:
            raise InputError("--embeddings-url names no model", hint="add --embeddings MODEL")
        if settings is None:
            return None
        model = settings.model
    given = settings.model_dump(exclude_unset=True) if settings else {}
    named = {"model": model} | ({"base_url": url} if url else {})
    parsed = parse_recipe({"taxonomy": "-", "embeddings": given | named}, source="options")
    if parsed.embeddings is None:
        return None
    found = embedding_endpoint(parsed.embeddings, os.environ)
    if found.offline:
        typer.echo(
            "WARNING: the offline embeddings compare characters and understand nothing.\n"
            "         They show how this works; name a real model for figures to go by.",
            err=True,
        )
    return found
