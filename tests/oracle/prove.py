#!/usr/bin/env python3
"""Asks Z3 every question that the analyser answered, and compares.

    EVENHAND_ORACLE=DIR cargo test --test it oracle::write
    python3 tests/oracle/prove.py DIR
    EVENHAND_ORACLE=DIR cargo test --test it oracle::replay

Reads DIR/policies.jsonl, one policy a line: its formulas in SMT-LIB 2, and its questions with the analyser's
answers ("yes", "no", "not shown", or null where none was asked for). "Yes" must be satisfiable, "no" must not be.
Writes DIR/models.jsonl, a case for each question that has one, for the third command, which holds them against the
reference evaluator. Prints counts. The exit status is 1 where an answer is wrong, 2 where Z3 has none.
"""

import collections
import json
import os
import re
import sys
import time

import z3

# How long one question may take, in milliseconds.
PATIENCE = 20_000


def unknowns_of(smt):
    """The unknowns of the formulas that stand for facts; the names of questions are written without bars."""
    found = re.findall(r"\(declare-const \|([^|]+)\| (Int|Bool)\)", smt)
    return {name: z3.Int(name) if sort == "Int" else z3.Bool(name) for name, sort in found}


def model_of(model, unknowns):
    """The facts of a model: what is a number as text, what is a truth value as such."""
    found = {}
    for name, unknown in unknowns.items():
        value = model[unknown]
        if value is not None:
            found[name] = z3.is_true(value) if z3.is_bool(value) else str(value.as_long())
    return found


def ask(solver, line, name):
    """Whether there is a case; once more from the beginning where that is not found out at first."""
    answer = solver.check(z3.Bool(name))
    if answer != z3.unknown:
        return answer, solver
    fresh = z3.SolverFor("QF_LIA")
    fresh.set("timeout", 5 * PATIENCE)
    fresh.from_string(line["smt"] + f"(assert |{name}|)\n")
    return fresh.check(), fresh


def main():
    folder = sys.argv[1]
    counts = collections.Counter()
    wrong, unknown, policies = [], [], 0
    begun = time.monotonic()
    with open(os.path.join(folder, "policies.jsonl"), encoding="utf-8") as lines, open(
        os.path.join(folder, "models.jsonl"), "w", encoding="utf-8"
    ) as models:
        for text in lines:
            line = json.loads(text)
            policies += 1
            solver = z3.SimpleSolver()
            solver.set("timeout", PATIENCE)
            solver.from_string(line["smt"])
            unknowns, found = unknowns_of(line["smt"]), {}
            for question in line["questions"]:
                name, kind, said = question["name"], question["kind"], question["answer"]
                answer, used = ask(solver, line, name)
                truth = {"sat": "yes", "unsat": "no"}.get(str(answer), "unknown")
                counts[kind, said or "not asked", truth] += 1
                if truth == "unknown":
                    unknown.append((line, question))
                if truth == "yes":
                    found[name] = model_of(used.model(), unknowns)
                # A policy that the compiler accepted reads nothing that is not there.
                refused = kind == "fault" and truth == "yes"
                finding = question.get("finding")
                if refused or {said, truth} == {"yes", "no"} or {finding, truth} == {"yes", "no"}:
                    wrong.append((line, question, truth))
            models.write(json.dumps({"seed": line["seed"], "models": found}) + "\n")
    took = time.monotonic() - begun
    for (kind, said, truth), count in sorted(counts.items()):
        print(f"{kind:12} analyser: {said:10} Z3: {truth:8} {count}")
    for line, question, truth in wrong[:20]:
        print(f"\nDISAGREEMENT on {question['name']}: {question['answer']}, Z3 says {truth}; seed {line['seed']}")
        print(line["policy"])
    asked = sum(counts.values())
    print(
        f"{policies} policies, {asked} questions, {len(wrong)} disagreements, "
        f"{len(unknown)} unknown to Z3, {took:.0f} s, Z3 {z3.get_version_string()}"
    )
    sys.exit(1 if wrong else 2 if unknown else 0)


main()
