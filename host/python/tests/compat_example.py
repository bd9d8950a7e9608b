"""The example of the original library, unchanged but for its import line and `print`."""

import os
import time

from polymer_wasm.compat import BaseTask, ControllerQueue, TaskMgr


class SimpleTask(BaseTask):
    def __init__(self, text="", wait=0.0):
        super(SimpleTask, self).__init__()
        self.text = text
        self.wait = wait

    def run(self):
        """run() is where all the work is done; this is called by TaskMgr()"""
        time.sleep(float(self.wait / 10))
        print(self.text, self.wait / 10.0)

    def __eq__(self, other):
        """Define how tasks are uniquely identified"""
        if isinstance(other, SimpleTask) and (other.text == self.text):
            return True
        return False

    def __repr__(self):
        return """<{0}, wait: {1}>""".format(self.text, self.wait)

    def __hash__(self):
        return id(self)


class OtherTask(BaseTask):
    """What tasks of the original do beside: store results, and go wrong."""

    def __init__(self, do):
        self.do = do
        self.found = None

    def run(self):
        if self.do == "raise":
            raise ValueError("as asked")
        if self.do == "crash":
            os.abort()
        if self.do == "set":
            self.found = {1, 2}
            return None
        self.found = [self.do, {"twice": self.do * 2}]
        return len(self.do)


def Controller():
    """Controller() builds a list of tasks, and queues them to the TaskMgr"""
    tasks = list()
    num_tasks = 10
    for ii in range(0, num_tasks):
        tasks.append(SimpleTask(text="Task {0}".format(ii), wait=ii / 10))

    targs = {
        "work_todo": tasks,
        "hot_loop": False,
        "worker_count": 3,
        "resubmit_on_error": False,
        "queue": ControllerQueue(),
        "worker_cycle_sleep": 0.001,
        "log_stdout": False,
        "log_path": "taskmgr.log",
        "log_level": 0,
        "log_interval": 10,
    }

    task_mgr = TaskMgr(**targs)
    made = list(tasks)
    results = task_mgr.supervise()
    return made, results


if __name__ == "__main__":
    Controller()
