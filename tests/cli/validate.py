#!/usr/bin/python3
"""Validates YAML files with a JSON Schema, as an editor would.

usage: validate.py SCHEMA FILE...      prints the first error of each bad file; exit code 1 if there is one
       validate.py --can               exit code 0 if the packages it needs are there
"""
import json
import re
import sys

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(3)


class Loader(yaml.SafeLoader):
    """The core schema of YAML 1.2, which editors use: dates are text, `no` is text, 1e3 is a number."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?[0-9]+", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""])):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), list(first))
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))


def main():
    """Validate the files."""
    if sys.argv[1:] == ["--can"]:
        return 0
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    bad = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            document = yaml.load(file, Loader)
        error = jsonschema.exceptions.best_match(validator.iter_errors(document))
        if error:
            place = "/".join(str(part) for part in error.absolute_path)
            print(f"{path}: {place}: {error.message[:120]}", file=sys.stderr)
            bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
