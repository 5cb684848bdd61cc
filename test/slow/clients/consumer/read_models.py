"""Reads answers and commands, as JSON by the names of their schemas, with the generated models."""

import json
import sys

import belfry_models
from pydantic import TypeAdapter, ValidationError

given = json.load(sys.stdin)
for name, value in given["valid"]:
    schema = TypeAdapter(getattr(belfry_models, name))
    read = schema.validate_python(value)
    assert schema.validate_json(schema.dump_json(read)) == read, (name, value)
for name, value in given["invalid"]:
    try:
        TypeAdapter(getattr(belfry_models, name)).validate_python(value)
    except ValidationError:
        continue
    raise AssertionError(f"{name} takes {value}")
