"""No test may reach further than this machine, whatever the shell around it has set."""

import os

import pytest
from hypothesis import settings

# The same examples on every machine, however slow: a test fails for what it finds, not for when.
settings.register_profile("taxoloom", deadline=None, derandomize=True)
settings.load_profile("taxoloom")

# Two processes of tests on two cores: further threads only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["TAXOLOOM_REQUESTS"] = "loopback"
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["NO_COLOR"] = "1"
os.environ["COLUMNS"] = "160"
for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "TAXOLOOM_DB", "TAXOLOOM_RECIPE"):
    os.environ.pop(name, None)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: "os.PathLike[str]", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
