"""Puts the C library into the wheel: pure Python otherwise, so one wheel per platform."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LibraryHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            raise RuntimeError(
                "userprofile comes as wheels only, for it is built from the whole repository: "
                "pip wheel ./bindings/python"
            )
        library = os.environ.get("USERPROFILE_LIBRARY") or build_library(Path(self.root))
        platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        build_data["force_include"][library] = (
            f"userprofile/_lib/{file_name(self.metadata.version)}"
        )
        licence = Path(self.root).parent.parent / "LICENSE"
        build_data["force_include"][str(licence)] = "userprofile/_lib/LICENSE"


def file_name(version: str) -> str:
    """The name that userprofile/_ffi.py looks for: that of the soname."""
    abi = ".".join(version.split(".")[:2])
    is_mac = sysconfig.get_platform().startswith("macosx")
    return f"libuserprofile.{abi}.dylib" if is_mac else f"libuserprofile.so.{abi}"


def build_library(package: Path) -> str:
    repository = package.parent.parent
    if not (repository / "Cargo.toml").is_file():
        raise RuntimeError(
            f"{repository} is not the userprofile repository; "
            "name a built library in USERPROFILE_LIBRARY"
        )
    build = subprocess.run(
        ["cargo", "build", "--release", "--message-format=json-render-diagnostics"],
        cwd=repository,
        stdout=subprocess.PIPE,
        check=True,
    )
    messages = map(json.loads, build.stdout.splitlines())
    for message in messages:
        if message["reason"] == "compiler-artifact" and message["target"]["name"] == "userprofile":
            for file in message["filenames"]:
                if file.endswith((".so", ".dylib")):
                    return str(file)
    raise RuntimeError("cargo built no shared library")
