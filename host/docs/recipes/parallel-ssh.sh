#!/bin/bash
# One input over machines that you reach by ssh, with GNU parallel. The file `hosts` names them, one
# a line; on all of them this folder has the same path, and `polymer` is found without a login.
#
# A partition that ends with another code than 0 is tried on another host, three times at most.
# Start the script again for those that are left: what has a record is not run again.
set -uo pipefail

parallel --sshloginfile hosts --workdir "$PWD" --jobs 1 --delay 0.2 --line-buffer --tag \
    --retries 3 --joblog grades.joblog --resume-failed \
    polymer run grade.wasm --input answers.jsonl --id-field id \
    --partition hash:{}/4 --run-dir grades-{} --resume \
    --timeout 60s --stopped-exit 75 \
    ::: 1 2 3 4

polymer merge grades grades-[1-4]
