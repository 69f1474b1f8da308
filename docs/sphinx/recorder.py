"""`rnnbound`, which also notes the keys of its result in the file that $DOCS_KEYS names."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from keys import keys
from rnnbound.__main__ import main
from rnnbound.cli.frame.exit_codes import ExitCode
from rnnbound.cli.frame.output import Output
from rnnbound.presentation.command_result import Answer

_deliver = Output.deliver


def _recorded(output: Output, answer: Answer) -> ExitCode:
    found = keys(answer.data)
    if answer.promise is not None:
        found.append(("promise", "text", "what is guaranteed, for whom, on which assumption"))
    Path(os.environ["DOCS_KEYS"]).write_text(json.dumps(found), encoding="utf-8")
    return _deliver(output, answer)


if __name__ == "__main__":
    Output.deliver = _recorded  # type: ignore[method-assign]
    sys.exit(main())
