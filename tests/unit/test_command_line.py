import os
import subprocess
import sys

from bot.settings import PROJECT_ROOT


def test_who_has_read_enough_of_the_output_sees_no_fault():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "bot", "widget-size"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")
