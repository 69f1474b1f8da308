"""The checks as a JUnit XML report, as CI systems read it."""

from __future__ import annotations

from xml.etree import ElementTree

from rnnbound.verification.check import Check, checked
from rnnbound.verification.verify import Verification


def report(found: Verification) -> str:
    """One test suite with a test case for each check.

    A trusted statement that is refuted is a failure; a test without power is skipped; a printed
    statement that is refuted passes and says so.  Where no test has power, that is a failure.
    """
    checks = found.checks
    nothing = found.plan is None and not checked(checks)
    suite = ElementTree.Element(
        "testsuite",
        name="rnnbound verify",
        tests=str(len(checks) + nothing),
        failures=str(sum(_failure(check) is not None for check in checks) + nothing),
        errors="0",
        skipped=str(sum(check.verdict == "no power" for check in checks)),
        time=f"{found.elapsed_seconds:.3f}",
    )
    for check in checks:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"rnnbound.{check.group}",
            name=f"{check.statement} [{check.variant}]",
        )
        failure = _failure(check)
        if failure is not None:
            ElementTree.SubElement(case, "failure", message=failure).text = _details(check)
        elif check.verdict == "no power":
            ElementTree.SubElement(case, "skipped", message=check.reason or "")
        else:
            ElementTree.SubElement(case, "system-out").text = _details(check)
    if nothing:
        case = ElementTree.SubElement(
            suite, "testcase", classname="rnnbound", name="something was checked"
        )
        ElementTree.SubElement(case, "failure", message="nothing was checked: no test has power")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    # Not xml_declaration=True, which would name the encoding of this machine's terminal.
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _failure(check: Check) -> str | None:
    if check.failed:
        return f"refuted: observed {check.observed:.6g} > bound {check.bound:.6g}"
    if check.group == "plan" and check.failures:
        return f"the plan missed its risk: {check.observed:.6g} > {check.bound:.6g}"
    return None


def _details(check: Check) -> str:
    lines = [
        f"verdict: {check.verdict}",
        f"observed {check.observed}, bound {check.bound}, ratio {check.ratio}",
        f"{check.failures} failures in {check.trials} trials, allowed {check.allowed}, "
        f"99 % interval {check.interval}",
        f"at {check.where}",
    ]
    if check.witness is not None:
        lines += [f"{name} = {value}" for name, value in check.witness.items()]
    return "\n".join(lines)
