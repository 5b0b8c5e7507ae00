-- For wrk: so many requests at once on a connection, by the argument, and the figures as one line of JSON.
--   wrk ... -s plaintext.lua http://127.0.0.1:8080/plaintext -- 16

function init(arguments)
    local depth = tonumber(arguments[1]) or 1
    if depth > 1 then
        -- Only now: wrk calls a function of this name for each request, and copies a constant where there is none.
        local requests = string.rep(wrk.format(), depth)
        request = function() return requests end
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"seconds":%.6f,"rate":%.1f,"p50_us":%.0f,"p99_us":%.0f,"max_us":%.0f,"errors":%d}\n',
        summary.requests, summary.duration / 1e6, summary.requests * 1e6 / summary.duration,
        latency:percentile(50), latency:percentile(99), latency.max,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
