"""Reads TensorBoard's event files by the formats' descriptions alone, or by TensorBoard's own package, and prints as
JSON what TensorBoard shows of each run under a folder: scalars by tag as [step, value], texts, hyperparameters.

Records: tensorflow/core/lib/io/record_writer.h. Messages: event.proto and summary.proto of tensorflow/core, the
hparams plugin's plugin_data.proto; their encoding: protobuf.dev/programming-guides/encoding. What a session's start
means: tensorboard/backend/event_processing/plugin_event_accumulator.py. Usage: read_tfevents.py own|package FOLDER
"""

import json
import math
import os
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    """The data of each record, up to one that is torn; a damaged one is refused."""
    at = 0
    while len(data) - at >= 12:
        length, crc = struct.unpack_from("<QI", data, at)
        assert crc == masked(data[at : at + 8]), f"the length at byte {at} is damaged"
        if len(data) - at < length + 16:
            return
        body = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length) == (masked(body),), f"the record at byte {at} is damaged"
        yield body
        at += length + 16


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def fields(data):
    """A message's fields as lists by number: integers, 8 or 4 bytes, or bytes."""
    found, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            length, at = varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            assert at + length <= len(data), "a field is torn"
            value, at = data[at : at + length], at + length
        found.setdefault(key >> 3, []).append(value)
    return found


def one(message, number, default=b""):
    return message.get(number, [default])[0]


def double(data):
    return struct.unpack("<d", data or bytes(8))[0]


def hparam(data):
    ((number, (value,)),) = fields(data).items()
    return {2: double, 3: lambda text: text.decode(), 4: bool}[number](value)


def hparams_of(content):
    message = fields(content)
    if 3 in message:
        start = fields(message[3][0])
        entries = [fields(entry) for entry in start.get(1, [])]
        hparams = {one(entry, 1).decode(): hparam(one(entry, 2)) for entry in entries}
        return {"hparams": hparams, "group": one(start, 4).decode(), "startedAt": double(one(start, 5))}
    end = fields(message[4][0])
    return {"status": one(end, 1, 0), "endedAt": double(one(end, 2))}


def read_by_itself(paths):
    run = {"scalars": {}, "texts": {}, "session": {}}
    for path in paths:
        with open(path, "rb") as file:
            events = [fields(record) for record in records(file.read())]
        assert [one(event, 3) for event in events[:1]] in ([], [b"brain.Event:2"]), "the file's version"
        for event in events:
            assert 1e9 < double(one(event, 1)) < 1e10, "the wall time"
            step = one(event, 2, 0)
            if 7 in event:
                assert one(fields(event[7][0]), 1, 0) == 1, "a session's start"
                for values in run["scalars"].values():
                    values[:] = [value for value in values if value[0] < step]
            for value in fields(one(event, 5)).get(1, []):
                add(run, step, fields(value))
    return run


def add(run, step, value):
    tag = one(value, 1).decode()
    metadata = fields(one(value, 9))
    plugin = fields(one(metadata, 1))
    name, data_class = one(plugin, 1).decode(), one(metadata, 4, 0)
    if name == "scalars":
        assert data_class == 1
        (number,) = struct.unpack("<f", one(value, 2, bytes(4)))
        run["scalars"].setdefault(tag, []).append([step, number])
    elif name == "text":
        tensor = fields(one(value, 8))
        assert data_class == 2 and one(tensor, 1) == 7, "a tensor of texts"
        run["texts"][tag] = one(tensor, 8).decode()
    else:
        assert name == "hparams" and tag.startswith("_hparams_/session_")
        run["session"].update(hparams_of(one(plugin, 2)))


def read_by_package(paths):
    from google.protobuf.json_format import MessageToDict
    from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams import metadata
    from tensorboard.util import tensor_util

    accumulator = EventAccumulator(os.path.dirname(paths[0]), tensor_size_guidance={"scalars": 0, "text": 0})
    accumulator.Reload()
    run = {"scalars": {}, "texts": {}, "session": {}}
    for tag in accumulator.Tags()["tensors"]:
        about = accumulator.SummaryMetadata(tag).plugin_data
        values = [(event.step, tensor_util.make_ndarray(event.tensor_proto)) for event in accumulator.Tensors(tag)]
        if about.plugin_name == "scalars":
            run["scalars"][tag] = [[step, float(value)] for step, value in values]
        elif about.plugin_name == "text":
            run["texts"][tag] = values[-1][1].item().decode()
        elif tag == metadata.SESSION_START_INFO_TAG:
            start = metadata.parse_session_start_info_plugin_data(about.content)
            hparams = {name: MessageToDict(value) for name, value in start.hparams.items()}
            run["session"].update(hparams=hparams, group=start.group_name, startedAt=start.start_time_secs)
        else:
            end = metadata.parse_session_end_info_plugin_data(about.content)
            run["session"].update(status=end.status, endedAt=end.end_time_secs)
    return run


def printable(value):
    """JSON has no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [printable(one) for one in value]
    return {key: printable(one) for key, one in value.items()} if isinstance(value, dict) else value


read = {"own": read_by_itself, "package": read_by_package}[sys.argv[1]]
top = sys.argv[2]
found = {}
for folder, _, names in os.walk(top):
    paths = [os.path.join(folder, name) for name in sorted(names) if "tfevents" in name]
    if paths:
        found[os.path.relpath(folder, top).replace(os.sep, "/")] = printable(read(paths))
print(json.dumps(found))
