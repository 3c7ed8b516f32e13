"""Clients generated from ``openapi.yaml``: they are made, they compile, and they get what the service says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.clients.conftest import CLIENTS, ROOT
from tests.support.optional import needs

DESCRIPTION = ROOT / "openapi.yaml"
PACKAGE = "kb_api_client"


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    """What the command prints; a failure shows everything that it said."""
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the generated Python package."""
    folder = tmp_path_factory.mktemp("python-client")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(DESCRIPTION), "--meta", "none"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run(*command, "--output-path", folder / PACKAGE, folder=folder, PATH=path)
    return folder


@pytest.fixture
def typescript(tmp_path: Path) -> Path:
    """A copy of the TypeScript client with what its lock file names, and types made of the description."""
    folder = tmp_path / "typescript"
    made = shutil.ignore_patterns("node_modules", "build", "schema.d.ts")
    shutil.copytree(CLIENTS / "typescript", folder, ignore=made)
    run("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", folder=folder)
    run("npx", "--no-install", "openapi-typescript", DESCRIPTION, "--output", "schema.d.ts", folder=folder)
    return folder


def test_the_generated_python_client_is_used(generated: Path, api: str) -> None:
    said = run(
        sys.executable, CLIENTS / "python" / "evidence.py", api, folder=generated, PYTHONPATH=str(generated)
    ).splitlines()

    assert said[0] == "Magnesium supplements prevent muscle cramps in older adults. (certainty low)"
    assert any(line.startswith("- refutes: garrison-2020: ") for line in said)


def test_the_generated_python_client_has_every_operation(generated: Path) -> None:
    described = yaml.safe_load(DESCRIPTION.read_text(encoding="utf-8"))["paths"].values()
    operations = {operation["operationId"] for path in described for operation in path.values()}

    made = {file.stem for file in (generated / PACKAGE / "api").glob("*/*.py")}

    assert operations - made == set()


@needs("node")
def test_the_typescript_client_compiles_and_is_used(typescript: Path, api: str) -> None:
    run("npm", "run", "check", folder=typescript)
    run("npx", "--no-install", "tsc", "--outDir", "build", folder=typescript)

    said = run("node", "build/sign.js", api, "headache", folder=typescript).splitlines()

    assert said[0] == "Headache or migraine"
    assert len(said) == 4
    assert all("certainty" in line for line in said[1:])
