#!/bin/bash
# One input over a Slurm array of four tasks that share a folder. Submit it, and then the task that
# makes one run folder of theirs once all have ended:
#
#   array=$(sbatch --parsable slurm.sh)
#   sbatch --dependency=afterany:"$array" --wrap 'polymer merge grades grades-[1-4]'
#
#SBATCH --job-name=grades
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --time=04:00:00
#SBATCH --output=grades-%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
# Two minutes before its time is up, SIGTERM goes to all processes that srun has started, and not to
# this script. What has begun then has the two minutes to end, so --timeout below is less.
#SBATCH --signal=TERM@120

# Since Slurm 22.05, srun has to be told of the cores.
srun --cpus-per-task="$SLURM_CPUS_PER_TASK" \
    polymer run grade.wasm --input answers.jsonl --id-field id \
    --partition auto:4 --run-dir "grades-$SLURM_ARRAY_TASK_ID" --resume \
    --timeout 60s --stopped-exit 75
code=$?

# Stopped, not failed: Slurm starts this task once more, and its folder is gone on with. By the
# number in the array: the job id of the last task is that of the whole array.
if [ "$code" = 75 ]; then
    exec scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
