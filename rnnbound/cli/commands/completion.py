"""`rnnbound completion`: shell completion scripts.

The scripts ask the program itself, so they never go stale; they are Typer's, with zsh's repaired.
"""

from __future__ import annotations

import os
from typing import Final

import typer
from typer import completion as typers

from rnnbound.cli.frame import options
from rnnbound.cli.frame.app import COMPLETION_VARIABLE
from rnnbound.cli.frame.failure_messages import NAME
from rnnbound.cli.frame.output_files import target_file, write_file
from rnnbound.errors import shown, suggestion, wrong

#: The file that each shell looks for.
FILES: Final = {
    "bash": f"{NAME}.bash",
    "zsh": f"_{NAME}",
    "fish": f"{NAME}.fish",
    "powershell": f"{NAME}.ps1",
}
_HOW: Final = {
    "bash": f"source <({NAME} completion bash)",
    "zsh": f"source <({NAME} completion zsh), or save it as _{NAME} in a folder of $fpath",
    "fish": f"{NAME} completion fish | source",
    "powershell": f"{NAME} completion powershell | Out-String | Invoke-Expression",
}


@options.command(
    scenario=False,
    output=False,
    examples=(*(f"{how}" for shell, how in _HOW.items() if shell != "zsh"),
              f"{NAME} completion zsh > ~/.zfunc/_{NAME}"),
)  # fmt: skip
def completion(
    shell: str | None = typer.Argument(
        None, help=f"{', '.join(FILES)}.", autocompletion=options.choices(tuple(FILES))
    ),
    write: str | None = options.text("--write", "DIR", "Write the scripts of all shells here."),
) -> str:
    """Print the completion script of a shell."""
    if write is not None:
        if shell is not None or not os.path.isdir(write):
            raise wrong("write", f"takes a directory and no shell (given: {shown(write)})")
        targets = {name: target_file("--write", f"{write}/{file}") for name, file in FILES.items()}
        for name, target in targets.items():
            assert target is not None, "not -"
            write_file(target, script(name) + "\n")
        return "\n".join(map(str, targets.values()))
    if shell is None:
        raise wrong("shell", f"is missing; there are: {', '.join(FILES)}")
    name = "powershell" if shell == "pwsh" else shell
    if name not in FILES:
        raise wrong("shell", f"{shown(shell)} is unknown; {suggestion(shell, tuple(FILES))}")
    return script(name)


def script(shell: str) -> str:
    """The completion script of a shell."""
    text: str = typers.get_completion_script(  # type: ignore[attr-defined]  # not re-exported
        prog_name=NAME, complete_var=COMPLETION_VARIABLE, shell=shell
    )
    if shell != "zsh":
        return f"# {_HOW[shell]}\n{text}"
    # compinit reads `#compdef` on the first line only.  As an autoloaded function, which the file
    # is at its first call and at every later one, it has to complete; when sourced, to register.
    body = text.removeprefix(f"#compdef {NAME}").strip()
    register = f"compdef _{NAME}_completion {NAME}"
    assert body.endswith(register), "the script that Typer writes"
    guarded = (
        'if [[ "$zsh_eval_context[-1]" == (loadautofunc|shfunc) ]]; then\n'
        f'  _{NAME}_completion "$@"\nelse\n  {register}\nfi'
    )
    return f"#compdef {NAME}\n# {_HOW[shell]}\n\n{body.removesuffix(register)}{guarded}"
