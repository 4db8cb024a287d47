"""What one call costs from Python: ``call.py STORE UID`` prints ``NAME NANOSECONDS`` lines, hot."""

import sys
import time

import userprofile

CALLS = 50_000


def measure(name, call):
    for _ in range(CALLS // 10):
        call()
    start = time.perf_counter_ns()
    for _ in range(CALLS):
        call()
    print(name, (time.perf_counter_ns() - start) / CALLS)


def main():
    store, uid = sys.argv[1:]
    request = b'{"uid":"%s"}' % uid.encode()
    with userprofile.open(store) as client:
        measure("call_raw", lambda: client.call_raw("get", request))
        measure("get", lambda: client.get(uid=uid))


main()
