"""Runs a program and writes into a file what it took: wall seconds, CPU seconds (user and system,
its own and its children's), peak resident bytes.

usage: measured.py FIGURES PROGRAM [ARGUMENT...]
"""
import os
import subprocess
import sys
import time

started = time.monotonic()
child = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(child.pid, 0)
wall = time.monotonic() - started
with open(sys.argv[1], "w", encoding="utf-8") as figures:
    print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, file=figures)
sys.exit(os.waitstatus_to_exitcode(status))
