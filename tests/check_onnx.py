"""Checks ONNX files with ONNX's own checker, shapes and types included, and prints what is in them as JSON: of
every file the opset and the metadata.

Usage: check_onnx.py FILE...
"""

import json
import sys

import onnx

found = {}
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    found[path] = {
        "opset": model.opset_import[0].version,
        "metadata": {entry.key: entry.value for entry in model.metadata_props},
    }
print(json.dumps(found))
