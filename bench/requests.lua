-- The requests of one operation for wrk: `wrk ... URL -- FILE`, where FILE holds one body a line. The headers come from
-- wrk's -H options. They are sent in order, over and over.

local requests = {}
local position = 0

function init(arguments)
    for body in io.lines(arguments[1]) do
        requests[#requests + 1] = wrk.format("POST", "/", wrk.headers, body)
    end
end

function request()
    position = position % #requests + 1
    return requests[position]
end

function done(summary, latency, _)
    local errors = summary.errors
    io.write(string.format(
        '{"requests_per_second": %.1f, "p50_ms": %.4f, "p99_ms": %.4f, "errors": %d, "requests": %d}\n',
        summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1000,
        latency:percentile(99) / 1000,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        summary.requests
    ))
end
