"""Measures the budgets of docs/performance.md. Started by scripts/bench."""

import argparse
import contextlib
import json
import os
import re
import select
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import redis
import rq

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "scripts" / "rq-orchestrator"
JAR = ROOT / "target" / "rq-orchestrator.jar"
CLASSPATH = f"{ROOT / 'target' / 'test-classes'}:{JAR}"
JAVA = os.path.join(os.environ["JAVA_HOME"], "bin/java") if os.environ.get("JAVA_HOME") else "java"
TICKS = os.sysconf("SC_CLK_TCK")
QUIET_SECONDS = 0.05


def say(text):
    print(text, file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def redis_server(binary):
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        address = ["--port", str(port), "--bind", "127.0.0.1"]
        command = [binary, *address, "--save", "", "--dir", directory]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=port, decode_responses=True)
        try:
            while True:
                with contextlib.suppress(redis.ConnectionError):
                    client.ping()
                    break
                time.sleep(0.05)
            yield client, port
        finally:
            server.terminate()
            server.wait()


# What a process costs.


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid):
    """Return two PSS values in MB: as the system counts it, and as if no other JVM were running.

    The daemon shares the JVM's files with every other JVM on the machine, so each further JVM
    lowers the first value. The second value counts these files as the daemon's alone. It is the
    memory that the daemon costs on a machine without other JVMs.
    """
    shared, alone, of_jvm = 0, 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            path = " ".join(line.split()[5:])
            of_jvm = path.endswith((".jar", ".jsa")) or "/jvm/" in path or "/lib/server/" in path
        elif line.startswith("Pss:"):
            shared += int(line.split()[1])
            alone += 0 if of_jvm else int(line.split()[1])
        elif line.startswith("Rss:"):
            alone += int(line.split()[1]) if of_jvm else 0
    return shared / 1024, alone / 1024


# The daemon.


class Daemon:
    """A running daemon, and what it has logged so far."""

    def __init__(self, port, *options, command=(str(LAUNCHER),)):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("RQ_ORCHESTRATOR_")}
        environment["RQ_REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
        python = ("--python", sys.executable, "--no-scheduler")
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [*command, "worker-pool", *python, *options],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines = []
        self._news = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    @property
    def pid(self):
        return self.process.pid

    def _read(self):
        for line in self.process.stderr:
            with self._news:
                self.lines.append((time.monotonic() - self.begun, line))
                self._news.notify_all()

    def await_line(self, text, count=1):
        """Return the seconds from the start to the count-th line of the daemon with this text.

        Lines that the workers print do not count.
        """

        def found():
            return [at for at, line in self.lines if text in line and "INFO" in line][count - 1 :]

        with self._news:
            if not self._news.wait_for(found, timeout=120):
                sys.exit(
                    "".join(line for _, line in self.lines) + f"timeout while waiting for: {text}"
                )
            return found()[0]


# Sample cost.


class CountingProxy(threading.Thread):
    """Forwards one connection to Redis and counts the client's round trips.

    It collects the answers of Redis and passes them on when neither side has sent anything for
    QUIET_SECONDS. So a pipeline of many commands counts as one round trip.
    """

    def __init__(self, port):
        super().__init__(daemon=True)
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.trips = 0

    def run(self):
        client, _ = self._listener.accept()
        server = socket.create_connection(("127.0.0.1", self._target))
        answer = b""
        while True:
            ready, _, _ = select.select([client, server], [], [], QUIET_SECONDS)
            if client in ready:
                data = b""
                with contextlib.suppress(ConnectionResetError):
                    data = client.recv(65536)
                if not data:
                    return
                server.sendall(data)
            if server in ready:
                answer += server.recv(65536)
            if not ready and answer:
                self.trips += 1
                client.sendall(answer)
                answer = b""


def add_workers(client, queue, count):
    """Add worker records as RQ and the worker host write them; every other worker has a job."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.123456Z", time.gmtime(now))
    buckets = ",".join(["12"] * 21)
    with client.pipeline(transaction=False) as pipeline:
        for number in range(count):
            name = f"{queue}-w{number}-0123abcd"
            busy = number % 2
            pipeline.sadd("rq:workers", f"rq:worker:{name}")
            pipeline.sadd(f"rq:workers:{queue}", f"rq:worker:{name}")
            pipeline.hset(
                f"rq:worker:{name}",
                mapping={
                    "birth": stamp,
                    "last_heartbeat": stamp,
                    "queues": queue,
                    "pid": 4_000_000 + number,
                    "hostname": "bench",
                    "ip_address": "127.0.0.1:50000",
                    "version": "2.6.1",
                    "python_version": sys.version,
                    "state": "busy" if busy else "idle",
                    "successful_job_count": 1234,
                    "failed_job_count": 5,
                    "total_working_time": 4321.987654,
                },
            )
            pipeline.hset(
                f"rq:orchestrator:worker:{name}",
                mapping={
                    "v": 1,
                    "pid": 4_000_000 + number,
                    "guarded": 1,
                    "busy_total": 4444.123456,
                    "busy_since": f"{now:.6f}" if busy else "",
                    "job": f"job-{number}" if busy else "",
                    "jobs": 1239,
                    "wait_sum": 12.5,
                    "wait_buckets": buckets,
                    "duration_sum": 4321.5,
                    "duration_buckets": buckets,
                },
            )
        pipeline.execute()


def jvm_options():
    return re.findall(r"^  (-X\S+) \\$", LAUNCHER.read_text(), re.MULTILINE)


def sample_bench(port, queue, warm_up, measured, on_sample=lambda: None):
    """Return the cost of a sample: milliseconds of CPU time and of elapsed time."""
    bench = subprocess.Popen(
        [JAVA, *jvm_options(), "-cp", CLASSPATH, "io.rqorchestrator.bench.SampleBench"]
        + [str(port), queue, str(warm_up), str(measured)],
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in bench.stdout:
        if line.startswith("cost "):
            cost = [float(number) for number in line.split()[1:]]
        else:
            on_sample()
    if bench.wait() != 0:
        sys.exit("the benchmark of samples failed")
    return cost


def samples(binary, quick):
    for count in (10, 100, 1000):
        say(f"samples of {count} workers")
        with redis_server(binary) as (client, port):
            queue = f"bench-{count}"
            add_workers(client, queue, count)
            proxy = CountingProxy(port)
            proxy.start()
            trips = []
            sample_bench(proxy.port, queue, 3, 10, lambda: trips.append(proxy.trips))
            each = [after - before for before, after in zip(trips[3:], trips[4:])]
            rounds = 300 if quick else 2000 if count < 1000 else 600
            cpu, taken = sample_bench(port, queue, rounds // 2, rounds)
            client.flushall()
        budget = "1 round trip, ≤ 10 ms CPU" if count == 1000 else "1 round trip"
        yield (
            f"one sample of {count:,} worker records",
            budget,
            f"{statistics.median(each):.0f} round trip, **{cpu:.2f} ms CPU**, {taken:.1f} ms",
        )


# The running daemon.


def footprint(binary, quick):
    workers, settle, span = (3, 5, 10) if quick else (10, 60, 120)
    for load in (False, True):
        say(f"daemon with {workers} workers, {'busy' if load else 'idle'}")
        with redis_server(binary) as (client, port):
            size = ("--min-workers", str(workers), "--max-workers", str(workers))
            with Daemon(port, *size, "--name", f"bench-{port}") as daemon:
                daemon.await_line("] ready w", workers)
                stop = threading.Event()
                if load:
                    threading.Thread(target=feed, args=(client, 5, stop), daemon=True).start()
                time.sleep(settle)
                before, begun = cpu_seconds(daemon.pid), time.monotonic()
                time.sleep(span)
                spent = cpu_seconds(daemon.pid) - before
                share = 100 * spent / (time.monotonic() - begun)
                shared, alone = memory(daemon.pid)
                stop.set()
                time.sleep(1)
        what = f"{workers} workers, " + ("5 jobs/s of 1 s" if load else "idle")
        yield f"daemon CPU, {what}", "≤ 0.5 % of a core", f"**{share:.2f} %**"
        seen = f"**{alone:.1f} MB**; {shared:.1f} MB as shared with other JVMs that run here now"
        yield f"daemon PSS, {what}", "≤ 55 MB", seen


def queue_of(client, name):
    """Return a queue. It has its own connection, because RQ needs one that does not decode."""
    port = client.connection_pool.connection_kwargs["port"]
    return rq.Queue(name, connection=redis.Redis(port=port))


def feed(client, rate, stop):
    """Enqueue jobs of one second each until stop is set."""
    queue = queue_of(client, "default")
    due = time.monotonic()
    while not stop.is_set():
        queue.enqueue("time.sleep", 1, result_ttl=0)
        due += 1 / rate
        time.sleep(max(0, due - time.monotonic()))


def first_spawn(port, command):
    with Daemon(port, "--min-workers", "1", "--name", f"bench-{port}", command=command) as daemon:
        taken = daemon.await_line("] start w1 ")
        cpu = cpu_seconds(daemon.pid)
        daemon.await_line("] ready w1 ")
    return taken, cpu


def start(binary, quick):
    rounds = 3 if quick else 20
    taken, jvm, python = [], [], []
    with redis_server(binary) as (_, port):
        for number in range(rounds):
            say(f"start {number + 1} of {rounds}")
            taken.append(first_spawn(port, (str(LAUNCHER),))[0])
            jvm.append(duration_of(JAVA, *jvm_options(), "-version"))
            python.append(duration_of(sys.executable, "-c", "import rq"))
    floor = statistics.median(jvm)
    yield (
        "start of the daemon to its first spawn",
        "≤ 0.5 s",
        f"**{statistics.median(taken):.2f} s**, best {min(taken):.2f} s "
        f"(`java -version` {floor:.2f} s, `import rq` {statistics.median(python):.2f} s; {rounds} of each)",
    )


def duration_of(*command):
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun


# Decision to ready.


def await_ready(client, queue, known):
    """Wait until a new worker of the queue is idle or busy; return the time by the wall clock."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for key in client.smembers(f"rq:workers:{queue}") - known:
            if client.hget(key, "state") in ("idle", "busy"):
                return time.time()
        time.sleep(0.005)
    sys.exit("no worker came up")


def await_none(client, queue):
    while any(client.hget(key, "death") is None for key in client.smembers(f"rq:workers:{queue}")):
        time.sleep(0.05)


def bare_worker(client, port):
    """Return the seconds that a bare `rq worker` takes until it is ready."""
    known = client.smembers("rq:workers:bare")
    environment = os.environ | {"RQ_REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    begun = time.time()
    worker = subprocess.Popen(
        [str(Path(sys.executable).with_name("rq")), "worker", "bare"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    ready = await_ready(client, "bare", known)
    worker.terminate()
    worker.wait()
    return ready - begun


def pool_worker(client, history):
    """Return the seconds from the daemon's decision to start a worker until the worker is ready.

    The pool has no worker; a job makes the daemon start one.
    """
    known = client.smembers("rq:workers:pool")
    queue = queue_of(client, "pool")
    queue.enqueue("time.sleep", 0, result_ttl=0)
    ready = await_ready(client, "pool", known)
    while queue.count:
        time.sleep(0.01)
    await_none(client, "pool")
    return ready - decided(history)


def decided(history):
    """Return the time of the daemon's last decision to grow, by the wall clock."""
    events = [json.loads(line) for line in history.read_text().splitlines()]
    grown = [event["time"] for event in events if event.get("decision") == "grow"][-1]
    seconds, _, fraction = grown.rstrip("Z").partition(".")
    return datetime.fromisoformat(seconds + "+00:00").timestamp() + float(f"0.{fraction or 0}")


def readiness(binary, quick):
    pairs = 3 if quick else 30
    pool, bare = [], []
    with redis_server(binary) as (client, port), tempfile.TemporaryDirectory() as directory:
        history = Path(directory) / "history"
        options = ["--min-workers", "0", "--max-workers", "1", "--queue", "pool"]
        options += ["--sampling-interval", "100ms", "--scaling-period", "500ms"]
        options += ["--utilization-window", "1s", "--history-file", str(history)]
        with Daemon(port, *options, "--name", f"bench-{port}") as daemon:
            daemon.await_line("no worker runs and no job waits")
            for number in range(pairs):
                say(f"decision to ready, pair {number + 1} of {pairs}")
                measures = [lambda: pool.append(pool_worker(client, history))]
                measures.append(lambda: bare.append(bare_worker(client, port)))
                for measure in measures if number % 2 else reversed(measures):
                    measure()
    ours, theirs = statistics.median(pool), statistics.median(bare)
    yield (
        "decision to worker ready, against a bare `rq worker`",
        "≤ 1.1 x",
        f"**{ours / theirs:.2f} x** ({ours:.3f} s against {theirs:.3f} s, medians of {pairs} interleaved pairs)",
    )


# What each JVM option gains.


def launcher(binary, quick):
    rounds, settle = (2, 5) if quick else (10, 25)
    options = jvm_options()
    variants = {"as shipped": options, "none": []}
    for option in options:
        if option not in ("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+ExitOnOutOfMemoryError"):
            variants[f"without `{option}`"] = [other for other in options if other != option]
    starts = {name: [] for name in variants}
    print("| JVM options | PSS, 10 workers | start to first spawn | CPU of it |")
    print("|---|---|---|---|")
    with redis_server(binary) as (_, port):
        for number in range(rounds):
            say(f"starts, round {number + 1} of {rounds}")
            for name, chosen in variants.items():
                starts[name].append(first_spawn(port, (JAVA, *chosen, "-jar", str(JAR))))
        for name, chosen in variants.items():
            say(f"memory: {name}")
            size = ("--min-workers", "10", "--max-workers", "10", "--name", f"bench-{port}")
            with Daemon(port, *size, command=(JAVA, *chosen, "-jar", str(JAR))) as daemon:
                daemon.await_line("] ready w", 10)
                time.sleep(settle)
                alone = memory(daemon.pid)[1]
            wall = statistics.median(taken for taken, _ in starts[name])
            cpu = statistics.median(cpu for _, cpu in starts[name])
            print(f"| {name} | {alone:.1f} MB | {wall:.2f} s | {cpu:.2f} s |", flush=True)


def machine():
    java = subprocess.run([JAVA, "-version"], capture_output=True, text=True).stderr.splitlines()[0]
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return (
        f"{os.cpu_count()} cores ({model[1] if model else 'unknown'}), {java}, "
        f"Python {sys.version.split()[0]}, RQ {rq.__version__}, redis-py {redis.__version__}"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis-server", required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--launcher", action="store_true")
    arguments = parser.parse_args()
    print(machine())
    print(f"Load average at the start: {os.getloadavg()[0]:.1f}\n")
    if arguments.launcher:
        launcher(arguments.redis_server, arguments.quick)
    else:
        print("| what | budget | here |\n|---|---|---|")
        parts = [samples, footprint, start, readiness]
        for part in [part for part in parts if arguments.only in (None, part.__name__)]:
            for what, budget, here in part(arguments.redis_server, arguments.quick):
                print(f"| {what} | {budget} | {here} |", flush=True)
    print(f"\nLoad average at the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
