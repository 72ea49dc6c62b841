"""Reads safetensors files by the format's description alone, or by Hugging Face's package, and prints as JSON
what is in them: the metadata, and of every array type, shape and SHA-256 of its bytes.

https://github.com/huggingface/safetensors, README, "Format". Usage: read_safetensors.py own|package FILE...
"""

import hashlib
import json
import struct
import sys

import numpy as np

DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U64": "<u8",
    "U32": "<u4",
    "U16": "<u2",
    "U8": "u1",
}


def read_by_itself(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    assert data[8:9] == b"{", "the header begins with a brace"
    header = json.loads(data[8 : 8 + length].decode("utf-8"), object_pairs_hook=without_doubles)
    metadata = header.pop("__metadata__", {})
    assert all(isinstance(value, str) for value in metadata.values())
    body = data[8 + length :]
    arrays = {}
    covered = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        start, end = entry["data_offsets"]
        assert start == covered, f"{name} leaves a gap"
        covered = end
        dtype = np.dtype(DTYPES[entry["dtype"]])
        assert (8 + length + start) % dtype.itemsize == 0, f"{name} is not aligned"
        arrays[name] = np.frombuffer(body[start:end], dtype).reshape(entry["shape"])
    assert covered == len(body), "bytes are left over"
    return metadata, arrays


def without_doubles(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), "a name stands there twice"
    return dict(pairs)


def read_by_package(path):
    from safetensors import safe_open

    with safe_open(path, framework="np") as file:
        return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}


def describe(metadata, arrays):
    return {
        "metadata": metadata,
        "arrays": {
            name: [array.dtype.str.lstrip("<|"), list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()]
            for name, array in arrays.items()
        },
    }


read = {"own": read_by_itself, "package": read_by_package}[sys.argv[1]]
print(json.dumps([describe(*read(path)) for path in sys.argv[2:]]))
