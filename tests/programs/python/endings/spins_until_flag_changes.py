# verdict: fuel_exhausted
class Job:
    finished = False

    def poll(self):
        return self.finished


jobs = [Job() for _ in range(3)]
print("waiting for", len(jobs), "jobs", flush=True)
spins = 0
# Nobody ever sets the flag.
while not all(job.poll() for job in jobs):
    spins = (spins + 1) % 1000
print("all jobs finished")
