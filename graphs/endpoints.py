"""From a recipe's model settings and the environment to endpoints, one per node of the graph.

An endpoint is called only if the recipe or the command line names it: a key in the environment
never turns an offline run into a paid one.
"""

from collections.abc import Mapping, Sequence

from ..agents.adjudicator import ADJUDICATOR
from ..agents.annotator import ANNOTATOR, ANNOTATORS
from ..agents.grow_scene import GROWING
from ..agents.ranker import RANKER
from ..errors import RecipeError
from ..models import LADDER, OFFLINE, Endpoint
from ..models.embed import EmbeddingEndpoint
from ..recipe import Embeddings, ModelSettings, Recipe
from .spec import ASSISTANT, WRITER, GraphSpec, Seat

_OPENAI = "https://api.openai.com/v1"


def endpoints(
    recipe: Recipe, spec: GraphSpec, environ: Mapping[str, str]
) -> dict[str, tuple[Endpoint, bool]]:
    """Node to endpoint, and whether how to ask for a form is still to be chosen.

    A judge has its own settings, else those of its name, of `judge`, of `default`. Raises
    RecipeError for a key variable that is not set and for settings of a role that there is not.
    """
    known = {seat.node for seat in spec.seats} | {seat.role.name for seat in spec.seats}
    for name in recipe.models:
        # One recipe may serve `generate`, `taxonomy grow`, `label`, `adjudicate` and `difficulty`.
        if name not in known | {"default", *GROWING, ANNOTATOR, *ANNOTATORS, ADJUDICATOR, RANKER}:
            raise RecipeError(
                f"models: unknown role {name!r}",
                hint=f"the graph has {', '.join(sorted(known))}; `default` serves all others",
            )
    _refuse_half(recipe, spec)
    own = {judge.name: judge.model for judge in recipe.panel.judges}
    settings = {
        seat.node: own.get(seat.node) or recipe.settings(*_names(seat, spec)) for seat in spec.seats
    }
    return {node: endpoint_of(chosen, environ) for node, chosen in settings.items()}


def _refuse_half(recipe: Recipe, spec: GraphSpec) -> None:
    """A recipe that names real models for some roles must not leave the others offline unsaid."""
    own = {judge.name for judge in recipe.panel.judges if judge.model is not None}
    left = [
        seat.node
        for seat in spec.seats
        if not {*_names(seat, spec), "default"} & set(recipe.models) and seat.node not in own
    ]
    if left:
        raise RecipeError(
            f"models: {', '.join(left)} has no model"
            if len(left) == 1
            else f"models: {', '.join(left)} have no model",
            hint="add `default:`, which serves every role that is not named",
        )


def _names(seat: Seat, spec: GraphSpec) -> Sequence[str]:
    """Under which a seat's settings are looked for: those who share the writer's work use its."""
    return [seat.node, seat.role.name, *([WRITER] if seat in spec.dialogue else [])]


def same_family(found: Mapping[str, Endpoint], spec: GraphSpec) -> list[str]:
    """Judges whose model is the writer's, which tends to be lenient with itself."""
    writers = {found[name].model for name in (WRITER, ASSISTANT) if name in found}
    return [seat.node for seat in spec.judges if found[seat.node].model in writers - {OFFLINE}]


def endpoint_of(settings: ModelSettings, environ: Mapping[str, str]) -> tuple[Endpoint, bool]:
    """The endpoint of one model's settings, and whether its way of asking is still open."""
    limits = {
        "max_tokens": settings.max_tokens,
        "deadline": settings.timeout,
        "concurrency": settings.concurrency,
        "repairs": settings.repairs,
    }
    if settings.model == OFFLINE:
        return Endpoint(model=OFFLINE, **limits), False  # type: ignore[arg-type]
    base_url = settings.base_url or environ.get("OPENAI_BASE_URL", "").rstrip("/") or _OPENAI
    params = dict(settings.extra_body)
    if settings.temperature is not None:
        params["temperature"] = settings.temperature
    structured = settings.structured
    endpoint = Endpoint(
        model=settings.model,
        base_url=base_url,
        api_key=_key(settings, base_url, environ),
        structured=LADDER[0] if structured == "auto" else structured,
        params=params,
        send_seed=settings.seed,
        price_input=settings.price.input if settings.price else None,
        price_output=settings.price.output if settings.price else None,
        **limits,  # type: ignore[arg-type]
    )
    return endpoint, structured == "auto"


def embedding_endpoint(settings: Embeddings, environ: Mapping[str, str]) -> EmbeddingEndpoint:
    """The endpoint of a model of embeddings. Raises RecipeError for a key that is not set."""
    base_url = api_key = ""
    if settings.model != OFFLINE:
        base_url = settings.base_url or environ.get("OPENAI_BASE_URL", "").rstrip("/") or _OPENAI
        api_key = _key(settings, base_url, environ)
    return EmbeddingEndpoint(
        model=settings.model,
        base_url=base_url,
        api_key=api_key,
        batch=settings.batch,
        concurrency=settings.concurrency,
        deadline=settings.timeout,
        dimensions=settings.dimensions,
    )


def _key(settings: ModelSettings | Embeddings, base_url: str, environ: Mapping[str, str]) -> str:
    variable = settings.api_key_env or "OPENAI_API_KEY"
    key = environ.get(variable, "").strip()
    if not key and (settings.api_key_env or base_url == _OPENAI):
        raise RecipeError(
            f"model {settings.model!r}: the variable {variable} is not set",
            hint=f"export {variable}=… , or use `model: offline`",
        )
    return key
