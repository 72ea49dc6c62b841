-- wrk's part of serve_wrk.ts. Without arguments it asks for what the URL names; with one, a timestamp,
-- it posts samples of a link to it, a minute apart from that time on. Its last line is what it found.

local body = [[{"timestamp":%d,"throughput_mbps":553,"rtt_ms":47,"packet_loss":0.023,"jitter_ms":6.7,]]
  .. [["time_of_day":11,"day_of_week":2,"congestion_window":1105,"queue_depth":54,"retransmits":28}]]
local headers = { ["Content-Type"] = "application/json" }

function init(args)
  local timestamp = tonumber(args[1])
  if timestamp == nil then return end
  request = function()
    timestamp = timestamp + 60
    return wrk.format("POST", nil, headers, body:format(timestamp))
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format(
    '{"requests":%d,"failed":%d,"seconds":%.3f,"median":%.3f,"p99":%.3f,"most":%.3f}',
    summary.requests, failed, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3
  ))
end
