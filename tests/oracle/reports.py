#!/usr/bin/env python3
"""Holds what `evenhand check` writes for build servers against readers that others have written.

    pip install jsonschema junitparser lxml
    cargo build
    python3 tests/oracle/reports.py target/debug/evenhand sarif-schema-2.1.0.json [junit-10.xsd]

The schemas are not part of this repository. That of SARIF 2.1.0 (errata 01) is published by OASIS at the address
that every report names under `$schema`; `junit-10.xsd` is that of the xUnit plugin of Jenkins.
"""

import io
import json
import pathlib
import subprocess
import sys

import jsonschema
import junitparser

CASES = pathlib.Path(__file__).resolve().parent.parent / "cases"
RUNS = [
    ["cli/several"],
    ["cli/several", "cli/mixed", "cli/warned.policy", "cli/returns", "cli/nowhere.policy"],
    ["cli/several", "cli/warned.policy", "--deny", "warnings"],
    ["cli/returns"],
]


def report(evenhand, form, arguments):
    command = [evenhand, "check", "--format", form, *arguments]
    return subprocess.run(command, cwd=CASES, capture_output=True, check=False).stdout


def main():
    evenhand, schema, *xsd = [str(pathlib.Path(it).resolve()) for it in sys.argv[1:]]
    sarif = jsonschema.validators.validator_for(json.loads(pathlib.Path(schema).read_text()))
    sarif = sarif(json.loads(pathlib.Path(schema).read_text()))
    # Every case of every diagnostic, one run each: all codes with their pages, places and mends.
    singles = sorted(str(it.relative_to(CASES)) for it in CASES.glob("diagnostics/*/*.policy"))
    results = cases = 0
    for arguments in RUNS + [[it] for it in singles]:
        document = json.loads(report(evenhand, "sarif", arguments))
        wrong = [f"{list(it.path)}: {it.message}" for it in sarif.iter_errors(document)]
        assert not wrong, (arguments, wrong)
        results += len(document["runs"][0]["results"])
        xml = report(evenhand, "junit", arguments)
        read = junitparser.JUnitXml.fromstring(xml)
        for suite in read:
            kinds = [type(result).__name__ for case in suite for result in case.result]
            found = (len(list(suite)), kinds.count("Failure"), kinds.count("Error"), kinds.count("Skipped"))
            said = (suite.tests, suite.failures, suite.errors, suite.skipped)
            assert found == said, (arguments, suite.name, found, said)
            cases += suite.tests
        if xsd:
            from lxml import etree

            etree.XMLSchema(etree.parse(xsd[0])).assertValid(etree.parse(io.BytesIO(xml)))
    runs = len(RUNS) + len(singles)
    print(f"{runs} runs: {results} results of SARIF are valid, {cases} cases of JUnit add up")


if __name__ == "__main__":
    main()
