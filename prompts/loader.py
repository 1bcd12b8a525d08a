"""Load, check and render prompt files.

A prompt file is YAML front matter (`role`, `purpose`, `inputs`) and a Jinja body with a block
`system` (static, so that endpoints can cache the prefix) and a block `user` (all that varies).
Knows nothing of what the roles do with the replies, nor of the models that give them.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TypedDict

import yaml
from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import PromptError
from .fence import Fence, indented, mark, one_line, without_marks

SHARED = "shared"
"""Name of the file, one per language, whose macros every other prompt may call."""
_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)


class Message(TypedDict):
    """One chat message as endpoints take it."""

    role: str
    content: str


class FrontMatter(BaseModel):
    """The head of a prompt file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str
    purpose: str
    inputs: list[str]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One checked prompt file, ready to render."""

    name: str
    language: str
    front: FrontMatter
    text: str
    """The file and the macros it may call: what `hash` is taken of."""
    hash: str
    """SHA-256 of `text`, 16 hex digits."""
    template: Template = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """Name and language, as the journal records them."""
        return f"{self.name}.{self.language}"

    def render(self, values: Mapping[str, object], fence: Fence) -> list[Message]:
        """The two messages of a call. Values are never rendered again.

        Raises PromptError when a value is missing or the template fails.
        """
        try:
            given = {name: without_marks(value) for name, value in values.items()}
            context = self.template.new_context(given)
            parts = {
                block: "".join(self.template.blocks[block](context)).strip()
                for block in ("system", "user")
            }
        except (TemplateError, TypeError, ValueError) as error:
            raise PromptError(
                f"prompt {self.id!r} cannot be rendered: {error}",
                hint=f"it declares the inputs {', '.join(self.front.inputs)}",
            ) from error
        return [
            Message(role="system", content=fence.apply(parts["system"])),
            Message(role="user", content=fence.apply(parts["user"])),
        ]


class PromptSet:
    """The prompts of one language: the package's own, overridden by name from a user's folder."""

    def __init__(self, language: str, folder: Path | None = None) -> None:
        self.language = language
        self.folder = folder
        if folder is not None and not folder.is_dir():
            raise PromptError(
                f"prompt folder {str(folder)!r} does not exist",
                hint="name a folder that holds files such as writer.zh.md",
            )
        self._environment = _environment()
        self._shared = self._read(SHARED)
        self._environment.globals.update(
            _macros(self._environment, self._shared, f"{SHARED}.{language}.md")
        )
        self._prompts: dict[str, Prompt] = {}

    def get(self, name: str) -> Prompt:
        """The prompt of that name; raises PromptError when there is none or it is faulty."""
        if name not in self._prompts:
            self._prompts[name] = self._build(name, self._read(name))
        return self._prompts[name]

    def add(self, name: str, path: Path) -> Prompt:
        """Take in a prompt that stands beside a plugin: `x.md`, or `x.zh.md` and `x.en.md`."""
        localised = path.with_name(f"{path.stem}.{self.language}{path.suffix}")
        found = next((file for file in (localised, path) if file.is_file()), None)
        override = self.folder / f"{name}.{self.language}.md" if self.folder else None
        if override is not None and override.is_file():
            found = override
        if found is None:
            raise PromptError(
                f"prompt file {path.name!r} of {name!r} is missing",
                hint=f"put {localised.name} or {path.name} into {path.parent.name}/",
            )
        self._prompts[name] = self._build(name, _decode(found.read_bytes(), found.name))
        return self._prompts[name]

    def macro(self, name: str, value: str) -> str:
        """The text that a shared macro makes of one value, its fences still marks."""
        macro = self._environment.globals.get(name)
        if not callable(macro):
            raise PromptError(
                f"{SHARED}.{self.language}.md lacks the macro {name!r}",
                hint="a file that overrides the shared macros must define all of them",
            )
        return str(macro(without_marks(value))).strip()

    def names(self) -> list[str]:
        """Every prompt of this language, the user's own included."""
        suffix = f".{self.language}.md"
        found = {
            item.name.removesuffix(suffix)
            for item in resources.files(__package__).iterdir()
            if item.name.endswith(suffix)
        }
        if self.folder is not None:
            found |= {path.name.removesuffix(suffix) for path in self.folder.glob(f"*{suffix}")}
        return sorted((found | set(self._prompts)) - {SHARED})

    def _read(self, name: str) -> str:
        file = f"{name}.{self.language}.md"
        if self.folder is not None and (self.folder / file).is_file():
            return _decode((self.folder / file).read_bytes(), file)
        packaged = resources.files(__package__) / file
        if not packaged.is_file():
            raise PromptError(
                f"there is no prompt {name!r} in {self.language!r}",
                hint=f"write {file} into a folder and name that folder as `prompts:` in the recipe",
            )
        return _decode(packaged.read_bytes(), file)

    def _build(self, name: str, source: str) -> Prompt:
        front, body = _split(source, f"{name}.{self.language}.md")
        self._check(name, front, body)
        text = f"{source}\n{self._shared}"
        return Prompt(
            name=name,
            language=self.language,
            front=front,
            text=text,
            hash=hashlib.sha256(text.encode()).hexdigest()[:16],
            template=self._environment.from_string(body),
        )

    def _check(self, name: str, front: FrontMatter, body: str) -> None:
        file = f"{name}.{self.language}.md"
        try:
            tree = self._environment.parse(body)
            template = self._environment.from_string(body)
        except TemplateError as error:
            raise PromptError(f"{file}: {error}", hint="correct the Jinja template") from error
        missing = {"system", "user"} - set(template.blocks)
        if missing:
            raise PromptError(
                f"{file}: block {' and '.join(sorted(missing))} is missing",
                hint="write {% block system %}…{% endblock %} and {% block user %}…{% endblock %}",
            )
        used = meta.find_undeclared_variables(tree) - set(self._environment.globals)
        declared = set(front.inputs)
        if used != declared:
            faults = [f"{x!r} is used but not declared" for x in sorted(used - declared)]
            faults += [f"{x!r} is declared but not used" for x in sorted(declared - used)]
            raise PromptError(
                f"{file}: {'; '.join(faults)}", hint="make `inputs:` equal to what the body uses"
            )


def _environment() -> ImmutableSandboxedEnvironment:
    # The values are plain text for a model, not HTML: escaping would change them.
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"fenced": mark, "one_line": one_line, "indented": indented}
    return environment


def _macros(
    environment: ImmutableSandboxedEnvironment, source: str, file: str
) -> dict[str, object]:
    try:
        module = environment.from_string(source).module
    except TemplateError as error:
        raise PromptError(f"{file}: {error}", hint="correct the Jinja template") from error
    return {name: value for name, value in vars(module).items() if not name.startswith("_")}


def _decode(raw: bytes, file: str) -> str:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PromptError(
            f"{file}: byte {error.start} is not UTF-8", hint="save the file as UTF-8"
        ) from error


def _split(source: str, file: str) -> tuple[FrontMatter, str]:
    match = _FRONT.match(source)
    if match is None:
        raise PromptError(
            f"{file}: the front matter is missing",
            hint="begin with a line `---`, then role, purpose and inputs, then `---`",
        )
    try:
        front = FrontMatter.model_validate(yaml.safe_load(match[1]))
    except yaml.YAMLError as error:
        raise PromptError(f"{file}: the front matter is not YAML", hint=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise PromptError(
            f"{file}: front matter: {'.'.join(map(str, first['loc']))}: {first['msg']}",
            hint="it holds role, purpose and inputs, nothing else",
        ) from error
    return front, match[2]
