"""Drives `holdout serve` in the current folder, which test_serve.sh has filled: a scenario `base` and a case of FLEE `case`.

Every claim is a function. Requests go to 127.0.0.1 only, through http.client where they are proper and through bare sockets where they are not.
"""
import base64
import contextlib
import glob
import gzip
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

HOLDOUT = sys.argv[1]
N = 40  # replicates of the base
PATIENCE_S = 120.0  # under sanitizers on a busy machine
SLACK_S = 20.0  # an answer to a harmless request comes within


class Server:
    """A running server; `stop` returns its exit code."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [HOLDOUT, "serve", *options, "--no-browser"], stdout=subprocess.PIPE, stderr=open("serve.err", "w"), text=True)
        self.address = self.process.stdout.readline().strip()
        match = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/", self.address)
        assert match, f"no address: {self.address!r}; {open('serve.err').read()}"
        self.port = int(match[1])

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        return code


server = None


def ask(method, path, body=None, headers=None, timeout=PATIENCE_S):
    """A proper request: status, headers, bytes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        heads = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            heads.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, heads)
        answer = connection.getresponse()
        return answer.status, answer, answer.read()
    finally:
        connection.close()


def get(path):
    status, _, text = ask("GET", path)
    assert status == 200, f"{path}: {status} {text[:200]}"
    return json.loads(text)


def post(levers=None, what_ifs=None, n=N):
    body = {"n_replicate": n}
    if levers is not None:
        body["levers"] = levers
    if what_ifs is not None:
        body["what_ifs"] = what_ifs
    status, _, text = ask("POST", "/api/jobs", body)
    return status, json.loads(text)


def start(*args, **options):
    status, job = post(*args, **options)
    assert status == 202, f"{status} {job}"
    return job["id"]


def wait(job):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = get(f"/api/jobs/{job}")
        if found["state"] in ("done", "failed", "stopped"):
            return found
        time.sleep(0.02)
    raise AssertionError(f"{job} does not end")


def raw(data, pieces=1, pause_s=0.0, read=True, timeout=SLACK_S):
    """Bytes as they are, perhaps in pieces: whatever comes back until the other side is done."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as s:
        size = max(1, len(data) // pieces)
        with contextlib.suppress(ConnectionError, TimeoutError):
            for at in range(0, len(data), size):
                s.sendall(data[at:at + size])
                if pause_s:
                    time.sleep(pause_s)
        out = b""
        with contextlib.suppress(ConnectionError, TimeoutError):
            while read:
                part = s.recv(65536)
                if not part:
                    break
                out += part
        return out


def status_of(answer):
    match = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return int(match[1]) if match else 0


def head(line, *headers, host=None):
    host = f"127.0.0.1:{server.port}" if host is None else host
    lines = [line, f"Host: {host}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def command_digest(command, overlay=None):
    """The digest of the command that the server says makes the same run."""
    if overlay:
        with open("saved.yml", "wb") as file:
            file.write(overlay)
        command = re.sub(r"what-if-j\d+\.yml", "saved.yml", command)
    words = command.split()
    assert words[:2] == ["holdout", "run"], command
    subprocess.run([HOLDOUT, "run", *words[2:], "-o", "again", "--overwrite", "--quiet", "--no-report"], check=True, stdout=subprocess.DEVNULL)
    with open("again/summary.json") as file:
        return json.load(file)["digest"]


# --- what is answered ---


def listens_on_loopback_only():
    with open("/proc/net/tcp") as file:
        rows = [line.split()[1] for line in file.readlines()[1:] if line.split()[3] == "0A"]
    with open("/proc/net/tcp6") as file:
        rows6 = [line.split()[1] for line in file.readlines()[1:] if line.split()[3] == "0A"]
    port = f"{server.port:04X}"
    assert [row for row in rows if row.endswith(":" + port)] == [f"0100007F:{port}"]
    assert not [row for row in rows6 if row.endswith(":" + port)]


def page_is_served_with_its_headers():
    for path, kind in (("/", "text/html"), ("/app.js", "text/javascript"), ("/app.css", "text/css"), ("/icon.svg", "image/svg+xml")):
        status, answer, text = ask("GET", path)
        assert status == 200 and answer.headers["Content-Type"].startswith(kind), path
        assert len(text) > 0
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Set-Cookie"] is None and answer.headers["Access-Control-Allow-Origin"] is None


def large_answers_are_gzip_where_taken():
    plain = ask("GET", "/api/runs/r0/data")
    zipped = ask("GET", "/api/runs/r0/data", headers={"Accept-Encoding": "gzip"})
    assert zipped[1].headers["Content-Encoding"] == "gzip" and plain[1].headers["Content-Encoding"] is None
    assert gzip.decompress(zipped[2]) == plain[2] and len(zipped[2]) < len(plain[2]) / 2


def info_has_its_shape():
    info = get("/api/info")
    assert set(info) == {"version", "cores", "base", "scenario", "runs", "flee"} and info["base"] == "r0" and info["flee"] is True
    assert set(info["scenario"]) == {"name", "title", "from", "until", "digest"}
    run = info["runs"][0]
    assert set(run) == {"id", "name", "folder", "n_replicate", "seed", "digest", "what_ifs", "from_job"}
    assert run["id"] == "r0" and run["n_replicate"] == N and run["from_job"] is None


def data_is_that_of_the_report():
    data = get("/api/runs/r0/data")
    with open("runs/two-bloc/report.html") as file:
        page = file.read()
    held = json.loads(re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page, re.S)[1])
    assert data == held


def floats(text):
    raw_bytes = base64.b64decode(text)
    return struct.unpack(f"<{len(raw_bytes) // 4}f", raw_bytes)


def fields_have_their_shape():
    fields, data = get("/api/runs/r0/fields"), get("/api/runs/r0/data")
    n_district, names = len(data["districts"]["pcode"]), [f["name"] for f in fields["fields"]]
    assert {"contested", "displaced_per_head", "morale", "supply_days", "garrison", "attackers", "people"} <= set(names)
    assert fields["days"][:2] == [0, 7] and fields["days"][-1] == data["n_day"] - 1 and fields["n_replicate"] == N
    for field in fields["fields"]:
        values = floats(field["values"])
        assert len(values) == len(fields["days"]) * n_district and field["label"] and field["unit"] and field["definition"]
        if field["name"] == "contested":
            assert all(0 <= v <= 1 for v in values) and any(values)
        if field["name"] == "people":
            assert all(v >= 0 for v in values) and max(values) > 1000


def flows_have_their_shape():
    flows, data = get("/api/runs/r0/flows"), get("/api/runs/r0/data")
    n_district = len(data["districts"]["pcode"])
    assert flows["days"][0] == 7 and len(flows["neighbours"]) == 2
    assert [m["name"] for m in flows["measures"]] == ["arrivals", "departures", "hosted", "crossed"]
    for measure in flows["measures"]:
        n_place = n_district if measure["places"] == "districts" else len(flows["neighbours"])
        values = floats(measure["mean"])
        assert len(values) == len(flows["days"]) * n_place
        assert all(v == 0 or v >= 50 for v in values), "a count under 50 is told"


def districts_have_their_shape():
    fields = get("/api/runs/r0/fields")
    for district in (0, 3):
        d = get(f"/api/runs/r0/districts/{district}")
        n_fell = sum(fall["n_fell"] for fall in d["falls"])
        assert d["district"] == district and n_fell + d["never"] == N == sum(d["start"].values())
        for fall in d["falls"]:
            assert sum(fall["by_mode"].values()) == fall["n_fell"] and fall["q05"] <= fall["q50"] <= fall["q95"]
        assert d["fields"]["days"] == fields["days"]
        n_district = len(get("/api/runs/r0/data")["districts"]["pcode"])
        for field in fields["fields"]:
            means = d["fields"][field["name"]]["mean"]
            for k, value in enumerate(floats(field["values"])[district::n_district]):
                same = means[k] is None if value != value else abs(means[k] - value) <= 1e-4 * max(1, abs(value))
                assert same, (field["name"], k, means[k], value)
        for name in ("arrivals", "departures", "hosted"):
            assert len(d["people"][name]["mean"]) == len(d["people"]["days"])
    status, _, _ = ask("GET", "/api/runs/r0/districts/100000")
    assert status == 404


def control_of_the_first_replicates_is_that_of_their_changes():
    data = get("/api/runs/r0/data")
    n_bloc, n_district = len(data["blocs"]), len(data["districts"]["pcode"])
    assert get(f"/api/runs/r0/control/{N}")["control"] == data["control"]
    few = get("/api/runs/r0/control/3")
    held = base64.b64decode(few["control"])
    runs = [get(f"/api/runs/r0/replicates/{k}") for k in range(3)]
    for day in (0, 40, data["n_day"] - 1):
        holders = []
        for run in runs:
            now = list(run["start"])
            for when, district, _, to, _ in run["changes"]:
                if when <= day:
                    now[district] = to
            holders.append(now)
        for bloc in range(n_bloc):
            for district in range(n_district):
                share = sum(h[district] == bloc for h in holders) / 3
                assert abs(held[(day * n_bloc + bloc) * n_district + district] - 255 * share) <= 1, (day, bloc, district)
    assert ask("GET", "/api/runs/r0/control/0")[0] == 404 and ask("GET", f"/api/runs/r0/control/{N + 1}")[0] == 404


def replicates_are_those_of_the_run():
    one = get("/api/runs/r0/replicates/5")
    assert one["replicate"] == 5 and one["n_replicate"] == N and len(one["start"]) == len(get("/api/runs/r0/data")["districts"]["pcode"])
    told = subprocess.run([HOLDOUT, "tell", "two-bloc", "--scenario", "./base", "--replicate", "5", "--json"], capture_output=True, text=True, check=True)
    assert len(one["told"]) > 3 and one["told"][-1]["text"] in told.stdout
    held = list(one["start"])
    for day, district, was, now, _ in one["changes"]:
        assert held[district] == was, (day, district)
        held[district] = now
    assert sum(1 for bloc in held if bloc == 0) == one["series"]["centres_held.crown"][-1]
    assert ask("GET", f"/api/runs/r0/replicates/{N}")[0] == 404


def scores_are_those_of_the_command():
    made = subprocess.run([HOLDOUT, "score", "two-bloc", "--scenario", "./base", "--json"], capture_output=True, text=True, check=True)
    ours, theirs = get("/api/runs/r0/scores"), json.loads(made.stdout)
    ours.pop("run"), theirs.pop("run")
    assert ours == theirs


def flee_has_its_shape():
    flee = get("/api/flee")
    assert flee["name"] == "case" and flee["days"] == 4 and flee["n_run"] == 50 and flee["from"] == "2020-01-01"
    assert [p["kind"] for p in flee["places"]] == ["conflict", "camp", "camp"] and [p["lon"] for p in flee["places"]] == [0, 1, 2]
    assert sorted(flee["routes"]) == [[0, 1, 100.0], [0, 2, 300.0]]
    assert [c["place"] for c in flee["curves"]] == [1, 2] and all(len(c["mean"]) == 4 for c in flee["curves"])
    made = subprocess.run([HOLDOUT, "flee", "case", "-n", "50", "--json", "-q"], capture_output=True, text=True, check=True)
    for key in ("error_of_runs", "error_of_mean"):
        for measure, value in json.loads(made.stdout)[key].items():
            assert abs(flee["errors"][key][measure] - value) < 1e-5


def levers_have_their_shape():
    levers = get("/api/levers")
    ids = [lever["id"] for lever in levers["levers"]]
    assert len(set(ids)) == len(ids) > 30, ids
    assert [w["name"] for w in levers["what_ifs"]] == ["no-feast", "short"]
    for lever in levers["levers"]:
        assert lever["group"] in levers["groups"] and lever["label"] and lever["help"], lever
        if lever["kind"] in ("number", "date"):
            assert lever["min"] <= lever["value"] <= lever["max"], lever
        if lever["kind"] == "choice":
            assert lever["value"] in lever["choices"], lever
    kinds = {lever["kind"] for lever in levers["levers"]}
    assert kinds == {"number", "date", "choice", "switch"}, kinds
    for group in levers["groups"]:
        assert any(lever["group"] == group for lever in levers["levers"]), f"nothing in {group}"


# --- what-ifs ---


def other_value(lever):
    """A value of the lever that is not its own."""
    if lever["kind"] == "number":
        return lever["max"] if lever["value"] != lever["max"] else lever["min"]
    if lever["kind"] == "date":
        return lever["max"] if lever["value"] != lever["max"] else lever["min"]
    if lever["kind"] == "choice":
        return next(c for c in lever["choices"] if c != lever["value"])
    return not lever["value"]


def every_lever_makes_a_what_if():
    for lever in get("/api/levers")["levers"]:
        job = wait(start({lever["id"]: other_value(lever)}, n=2))
        assert job["state"] == "done", f"{lever['id']}: {job['error']}"


def digest_is_that_of_the_command():
    levers = get("/api/levers")["levers"]
    chosen = {}
    for kind in ("number", "date", "choice", "switch"):
        of_kind = [lever for lever in levers if lever["kind"] == kind]
        for lever in of_kind[:2]:
            chosen[lever["id"]] = other_value(lever)
    chosen["mechanism.air"] = False
    job = wait(start(chosen))
    assert job["state"] == "done", job["error"]
    status, answer, overlay = ask("GET", f"/api/jobs/{job['id']}/overlay")
    assert status == 200 and answer.headers["Content-Disposition"] == f'attachment; filename="what-if-{job["id"]}.yml"'
    assert command_digest(job["command"], overlay) == job["digest"]
    assert job["digest"] != get("/api/info")["runs"][0]["digest"]
    assert job["comparison"]["n_pair"] == N and job["comparison"]["runs"][0]["folder"] == "two-bloc"
    assert "/tmp/" not in json.dumps(job)
    with_run = get(f"/api/compare?a=r0&b={job['run']}")
    assert with_run["rows"] == job["comparison"]["rows"]
    assert get(f"/api/runs/{job['run']}/data")["meta"]["digest"] == job["digest"]
    assert "/tmp/" not in json.dumps(get(f"/api/runs/{job['run']}/data"))


def named_what_ifs_come_first():
    job = wait(start({"mechanism.claims": False}, ["short"]))
    assert job["state"] == "done", job["error"]
    overlay = ask("GET", f"/api/jobs/{job['id']}/overlay")[2]
    assert "--what-if short --what-if" in job["command"] and "--until" not in job["command"]
    assert command_digest(job["command"], overlay) == job["digest"]
    alone = wait(start(None, ["short"]))
    assert ask("GET", f"/api/jobs/{alone['id']}/overlay")[0] == 404
    assert command_digest(alone["command"]) == alone["digest"] != job["digest"]


def what_is_removed_cannot_be_moved():
    status, answer = post({"calendar.feast": "2030-06-10"}, ["no-feast"])
    assert status == 400 and "calendar.feast" in answer["error"], answer


def levers_at_their_own_value_change_nothing():
    levers = get("/api/levers")["levers"]
    own = {lever["id"]: lever["value"] for lever in levers}
    status, answer = post(own)
    assert status == 400 and "nothing is changed" in answer["error"]
    own["mechanism.air"] = False
    alone = wait(start({"mechanism.air": False}))
    assert wait(start(own))["digest"] == alone["digest"]


def events_tell_the_progress_and_the_end():
    job = start({"mechanism.talks": False})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
    connection.request("GET", f"/api/jobs/{job}/events")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/event-stream"
    text = answer.read().decode()
    connection.close()
    events = [dict(line.split(": ", 1) for line in block.split("\n")) for block in text.strip().split("\n\n") if not block.startswith(":")]
    kinds, data = [e["event"] for e in events], [json.loads(e["data"]) for e in events]
    assert kinds[-1] == "end" and set(kinds[:-1]) <= {"progress"} and kinds.count("end") == 1
    assert [d["done"] for d in data] == sorted(d["done"] for d in data) and data[-1]["state"] == "done"
    assert "comparison" in data[-1] and all("comparison" not in d for d in data[:-1])


def jobs_wait_for_each_other():
    a, b = start({"mechanism.claims": False}), start({"mechanism.talks": False})
    first, second = wait(a), wait(b)
    assert first["state"] == second["state"] == "done" and first["digest"] != second["digest"]
    assert wait(start({"mechanism.claims": False}))["digest"] == first["digest"]


def jobs_are_stopped():
    long, waiting = start({"mechanism.claims": False}, n=2000), start({"mechanism.talks": False}, n=2000)
    assert ask("DELETE", f"/api/jobs/{waiting}")[0] == 200 and wait(waiting)["state"] == "stopped"
    assert ask("DELETE", f"/api/jobs/{long}")[0] == 200 and wait(long)["state"] == "stopped"
    assert get(f"/api/jobs/{long}")["run"] is None
    assert wait(start({"mechanism.talks": False}))["state"] == "done"


def only_so_many_wait():
    began = [start({"mechanism.claims": False}, n=2000)]
    statuses = []
    for _ in range(12):
        status, answer = post({"mechanism.claims": False}, n=2000)
        statuses.append(status)
        if status == 202:
            began.append(answer["id"])
    assert statuses.count(429) >= 3 and statuses.count(202) >= 7, statuses
    for job in began:
        assert ask("DELETE", f"/api/jobs/{job}")[0] == 200
    for job in began:
        assert wait(job)["state"] == "stopped"


@contextlib.contextmanager
def another(*options):
    """Another server, asked in the place of the one of all claims."""
    global server
    ours, server = server, Server(*options)
    try:
        yield server
        code = server.stop()
        assert code == 0, f"the other server ended with {code}"
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()
        server = ours


def run_of_many_what_ifs(n):
    """The folder of a run of n what-ifs, each a file of its own."""
    options = []
    for k in range(n):
        with open(f"many-{k}.yml", "w") as file:
            file.write(f'format: 1\ntitle: Number {k}\nwhy: "made up"\nreplicates: {4 + k}\n')
        options += ["--what-if", f"./many-{k}.yml"]
    subprocess.run([HOLDOUT, "run", "./base", *options, "-n", "2", "-o", f"many-{n}", "--quiet", "--no-report"], check=True, stdout=subprocess.DEVNULL)
    return f"many-{n}"


def a_base_of_many_what_ifs_has_room_for_what_fits():
    with another(run_of_many_what_ifs(16), "--scenario", "./base"):
        status, answer = post({"mechanism.air": False}, n=2)
        assert status == 400 and "the base has 16 what-ifs" in answer["error"], answer
        status, answer = post(None, ["short"], n=2)
        assert status == 400 and "no room" in answer["error"], answer
        assert get("/api/info")["base"] == "r0"
    with another(run_of_many_what_ifs(15), "--scenario", "./base"):
        assert post(None, ["short"], n=2)[0] == 400
        assert wait(start({"mechanism.air": False}, n=2))["state"] == "done"
    with another(run_of_many_what_ifs(9), "--scenario", "./base"):
        assert wait(start({"mechanism.air": False}, ["short"], n=2))["state"] == "done"


# --- what is refused ---


def other_hosts_and_pages_are_refused():
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1", f"127.0.0.1:{server.port + 1}", f"127.0.0.1.evil.example:{server.port}", "", "[::1]"):
        answer = raw(head("GET /api/info HTTP/1.1", host=host))
        assert status_of(answer) in (400, 403), (host, answer[:80])
        assert b"two-bloc" not in answer
    assert status_of(raw(b"GET /api/info HTTP/1.1\r\nConnection: close\r\n\r\n")) in (400, 403)
    assert status_of(raw(head("GET /api/info HTTP/1.1", f"Host: 127.0.0.1:{server.port}"))) in (400, 403)
    assert status_of(raw(b"GET /api/info HTTP/1.0\r\n\r\n")) == 403
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{server.port}", f"http://127.0.0.1:{server.port}.evil.example"):
        assert ask("GET", "/api/info", headers={"Origin": origin})[0] == 403, origin
        assert ask("POST", "/api/jobs", {"levers": {}}, {"Origin": origin})[0] == 403, origin
    assert ask("GET", "/api/info", headers={"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert ask("GET", "/api/info", headers={"Origin": f"http://127.0.0.1:{server.port}"})[0] == 200
    assert ask("GET", "/api/info", headers={"Host": f"localhost:{server.port}"})[0] == 200


def a_click_elsewhere_opens_the_page_and_nothing_else():
    click = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ask("GET", "/", headers=click)[0] == 200 and ask("GET", "/", headers={**click, "Sec-Fetch-Site": "same-site"})[0] == 200
    for path in ("/api/info", "/app.js", "/api/runs/r0/data"):
        assert ask("GET", path, headers=click)[0] == 403, path
    assert ask("POST", "/api/jobs", {"levers": {"mechanism.air": False}}, click)[0] == 403
    for other in ({"Sec-Fetch-Mode": "no-cors"}, {"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Dest": "embed"}, {"Origin": "null"},
                  {"Origin": "http://evil.example"}, {"Host": f"evil.example:{server.port}"}):
        assert ask("GET", "/", headers={**click, **other})[0] == 403, other
    assert ask("GET", "/", headers={"Sec-Fetch-Site": "cross-site"})[0] == 403


def other_methods_are_refused():
    for method, path, allow in (("POST", "/api/info", "GET"), ("PUT", "/api/jobs", "POST"), ("GET", "/api/jobs", "POST"), ("DELETE", "/", "GET"),
                                ("PATCH", "/api/jobs/j1", "GET, DELETE"), ("OPTIONS", "/api/jobs", "POST"), ("BREW", "/api/levers", "GET"),
                                ("HEAD", "/api/info", "GET")):
        status, answer, _ = ask(method, path)
        assert status == 405 and answer.headers["Allow"] == allow, (method, path, status)


def paths_never_reach_files():
    for path in ("/../../../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/api/runs/../data", "/api/runs/r0/../../data",
                 "/api/runs/..%2f..%2f/data", "/api/runs/r0%00/data", "/api/runs//data", "/api/runs/r0/data/", "/api/runs/R0/data", "/api/runs/r/data",
                 "/api/runs/r00000000000000000000/data", "/api/runs/r-1/data", "/api/runs/r0/districts/-1", "/api/runs/r0/districts/1e3",
                 "/api/runs/r0/districts/01", "/api/runs/r0/districts/99999999999999999999", "/api/runs/runs%2ftwo-bloc/data", "/runs/two-bloc/run.sqlite",
                 "/app.js/", "/app.js%00", "/assets/app.js", "/index.html", "//", "/.", "/~root", "/api/jobs/j1/../../../etc/passwd", "/\\..\\..\\etc"):
        answer = raw(head(f"GET {path} HTTP/1.1"))
        assert status_of(answer) in (400, 404), (path, answer[:60])
        assert b"root:" not in answer and b"SQLite" not in answer
    for path in ("/api/info?x=1", "/api/compare", "/api/compare?a=r0", "/api/compare?a=r0&b=r0&c=r0", "/api/compare?a=r0&a=r0&b=r0",
                 "/api/compare?a=../r0&b=r0", "/api/compare?a=&b=", "/api/compare?a&b"):
        assert ask("GET", path)[0] == 400, path
    assert ask("GET", "/api/compare?a=r0&b=r9")[0] == 404


def huge_requests_are_refused():
    assert ask("POST", "/api/jobs", b"x" * 65537)[0] == 413
    for answer in (raw(head("GET /" + "a" * 100000 + " HTTP/1.1")), raw(head("GET / HTTP/1.1", "X-Long: " + "a" * 100000)),
                   raw(head("GET / HTTP/1.1", *[f"X-{k}: {k}" for k in range(20000)]))):
        assert status_of(answer) in (0, 400, 413, 414, 431), answer[:60]
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = raw(head("POST /api/jobs HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked") + 3 * chunk + b"0\r\n\r\n")
    assert status_of(answer) == 413, answer[:60]
    for length in ("65537", "999999999999", "18446744073709551616", "-1", "1, 1", "0x10", "1e3", ""):
        answer = raw(head("POST /api/jobs HTTP/1.1", "Content-Type: application/json", f"Content-Length: {length}") + b"{}")
        assert status_of(answer) in (0, 400, 413), (length, answer[:60])
    answer = raw(head("GET /api/info HTTP/1.1", "Content-Length: 2") + b"{}")
    assert status_of(answer) == 400, answer[:60]


def bad_bodies_get_a_sentence_for_each_problem():
    levers = {lever["id"]: lever for lever in get("/api/levers")["levers"]}
    number = next(lever for lever in levers.values() if lever["kind"] == "number")
    date = next(lever for lever in levers.values() if lever["kind"] == "date")
    for body, words in ((b"", "no JSON"), (b"{", "no JSON"), (b"nul", "no JSON"), (b'{"levers": {}, "levers": {}}', "no JSON"), (b"\xff\xfe", "no JSON"),
                        (b'{"levers": {"a": NaN}}', "no JSON"), (b"[" * 60000, "no JSON"), (b'{"a":' * 9000, "no JSON"), (b"\0", "no JSON"),
                        (b"[]", "needs to be an object"), (b"{}", "nothing is changed"), (b'{"levers": []}', "levers needs to be an object"),
                        (b'{"what_ifs": "short"}', "list of names"), (b'{"what_ifs": ["../short"]}', "none of the scenario's"),
                        (b'{"what_ifs": ["/etc/passwd"]}', "none of the scenario's"), (b'{"what_ifs": ["short", "short"]}', "there twice"),
                        (b'{"n_replicate": 0}', "n_replicate"), (b'{"n_replicate": 2001}', "n_replicate"), (b'{"n_replicate": 1e2}', "n_replicate"),
                        (b'{"n_replicate": "9"}', "n_replicate"), (b'{"seed": 1}', 'no key "seed"'), (b'{"levers": {"no.such": 1}}', "no lever"),
                        (b'{"levers": {"mechanism.air": 0}}', "true or false")):
        status, _, text = ask("POST", "/api/jobs", body)
        answer = json.loads(text)
        assert status == 400 and words in answer["error"] and set(answer) == {"error"}, (body[:40], status, answer)
    status, answer = post({number["id"]: number["max"] * 2 + 1, date["id"]: "2030-02-30", "mechanism.air": "off", "no\nsuch": 1})
    assert status == 400 and len(answer["problems"]) == 4 and answer["error"] == "the request has 4 problems.", answer
    status, answer = post({date["id"]: "1999-01-01", "x" * 500: 1})
    assert status == 400 and "need " in answer["problems"][0] and len(answer["problems"]) == 2
    assert ask("POST", "/api/jobs", b'{"levers": {}}', {"Content-Type": "text/plain"})[0] == 400


# --- hostility, with others at work ---


def garbage(rng):
    """Bytes that a parser should not like."""
    kind = rng.randrange(8)
    if kind == 0:
        return bytes(rng.randrange(256) for _ in range(rng.randrange(1, 400)))
    if kind == 1:  # pipelined garbage behind a good request
        return head("GET /api/info HTTP/1.1").replace(b"Connection: close\r\n", b"") + bytes(rng.randrange(256) for _ in range(200))
    if kind == 2:
        return b"GET / HTTP/9.9\r\n\r\n" * 5
    if kind == 3:
        good = bytearray(head("POST /api/jobs HTTP/1.1", "Content-Type: application/json", "Content-Length: 12") + b'{"levers":1}')
        for _ in range(rng.randrange(1, 6)):
            good[rng.randrange(len(good))] = rng.randrange(256)
        return bytes(good)
    if kind == 4:
        return head("POST /api/jobs HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked") + b"ffffffffffffffff\r\nx\r\n0\r\n\r\n"
    if kind == 5:
        return head("GET /api/info HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n"
    if kind == 6:
        return b"\r\n" * 50 + b"GET /api/info HTTP/1.1\nHost: x\n\n"
    return head("GET /api/runs/r0/" + "".join(rng.choice("%./\\;:@&=+$,?#[]\"<>{}|^`~") for _ in range(40)) + " HTTP/1.1")


def others_are_answered_meanwhile():
    stop, slowest, answered, failures = threading.Event(), [0.0], [0], []
    reference = wait(start({"mechanism.talks": False}, n=400))["digest"]

    def honest():
        while not stop.is_set():
            began = time.monotonic()
            try:
                assert ask("GET", "/api/info", timeout=SLACK_S)[0] == 200
            except Exception as why:  # noqa: BLE001: whatever it is, it is a failure of the server
                failures.append(repr(why))
            slowest[0] = max(slowest[0], time.monotonic() - began)
            answered[0] += 1
            time.sleep(0.02)

    def hostile(seed):
        rng = random.Random(seed)
        for k in range(500):
            with contextlib.suppress(OSError):
                raw(garbage(rng), read=k % 3 == 0, timeout=0.5)

    def slow():  # a byte now and then, as many as a server should not wait for
        with contextlib.suppress(OSError):
            raw(head("GET /api/info HTTP/1.1"), pieces=60, pause_s=0.25)

    def half_open(list_of):
        for _ in range(150):
            with contextlib.suppress(OSError):
                s = socket.create_connection(("127.0.0.1", server.port), timeout=SLACK_S)
                s.sendall(b"GET /api/in")
                list_of.append(s)

    open_sockets = []
    threads = [threading.Thread(target=honest) for _ in range(2)]
    attackers = [threading.Thread(target=hostile, args=(seed,)) for seed in range(6)] + [threading.Thread(target=slow) for _ in range(20)]
    attackers.append(threading.Thread(target=half_open, args=(open_sockets,)))
    job = start({"mechanism.talks": False}, n=400)
    for thread in threads + attackers:
        thread.start()
    for thread in attackers:
        thread.join()
    found = wait(job)
    stop.set()
    for thread in threads:
        thread.join()
    for s in open_sockets:
        s.close()
    assert not failures, failures[:3]
    assert slowest[0] < SLACK_S and answered[0] > 20, (slowest, answered)
    assert found["state"] == "done" and found["digest"] == reference
    assert len(get("/api/info")["runs"]) >= 3


def many_requests_are_answered():
    def client(seed):
        rng = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        for _ in range(500):
            connection.request("GET", rng.choice(("/", "/api/info", "/api/levers", "/app.js", "/api/jobs/j1", "/api/nothing")))
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 404):
                wrong.append(answer.status)
        connection.close()

    wrong = []
    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:5]


def half_a_request_is_hung_up_on():
    began = time.monotonic()
    answer = raw(head("POST /api/jobs HTTP/1.1", "Content-Type: application/json", "Content-Length: 100") + b"{", timeout=40)
    assert time.monotonic() - began < 30 and status_of(answer) in (0, 400, 408), answer[:60]
    began = time.monotonic()
    raw(head("GET /api/info HTTP/1.1"), pieces=80, pause_s=0.3)
    assert time.monotonic() - began < 60


def old_what_ifs_go_and_the_newest_stay():
    jobs = [wait(start({"mechanism.talks": False}, n=1 + k))["id"] for k in range(18)]
    assert ask("GET", f"/api/jobs/{jobs[0]}")[0] == 404 and ask("GET", f"/api/jobs/{jobs[-1]}")[0] == 200
    assert get(f"/api/jobs/{jobs[-1]}")["state"] == "done"
    assert sum(run["from_job"] is not None for run in get("/api/info")["runs"]) <= 17


# --- beginning and end ---


def a_taken_port_is_said():
    made = subprocess.run([HOLDOUT, "serve", "two-bloc", "--scenario", "./base", "--no-browser", "--port", str(server.port)], capture_output=True, text=True)
    assert made.returncode == 1 and f"127.0.0.1:{server.port}: cannot listen there" in made.stderr, made.stderr


def temporary_folders():
    return {name for name in os.listdir("/tmp") if name.startswith("holdout-viewer-")}


def it_ends_cleanly_with_a_job_running():
    global server
    before = temporary_folders()
    other = Server("two-bloc", "--scenario", "./base")
    ours, server = server, other
    try:
        start({"mechanism.talks": False}, n=2000)
        stream = socket.create_connection(("127.0.0.1", other.port))
        stream.sendall(head("GET /api/jobs/j1/events HTTP/1.1"))
        stream.recv(100)
        time.sleep(0.3)
        code = other.stop()
        stream.close()
    finally:
        server = ours
    assert code == 0, code
    assert temporary_folders() <= before, "its folder is still there"


def what_a_killed_server_left_is_removed():
    killed = Server("two-bloc", "--scenario", "./base")
    files = [os.readlink(fd) for fd in glob.glob(f"/proc/{killed.process.pid}/fd/*") if os.path.exists(fd)]
    left = next(os.path.dirname(file) for file in files if file.endswith("/.lock"))
    assert os.path.basename(left) in temporary_folders(), left
    killed.process.kill()
    killed.process.wait(PATIENCE_S)
    killed.process.stdout.close()
    os.mkdir(f"{left}/j1.run")
    for file in ("j1.run/run.sqlite", "j1.yml"):
        open(f"{left}/{file}", "w").close()
    others = [f"/tmp/holdout-viewer-{os.getpid()}-not-one", f"/tmp/holdout-viewer-{os.getpid() % 1000000:06d}"]
    for path in others:
        os.mkdir(path)
    open(f"{others[0]}/.lock", "w").close()
    try:
        with another("two-bloc", "--scenario", "./base"):
            assert not os.path.exists(left), left
            assert all(os.path.isdir(path) for path in others), "a folder that no server made has gone"
    finally:
        for path in others:
            shutil.rmtree(path)
    assert wait(start({"mechanism.talks": False}, n=2))["state"] == "done", "the folder of a server that lives has gone"


def a_run_is_made_where_there_is_none():
    os.makedirs("empty/scenarios", exist_ok=True)
    os.system("cp -r base empty/scenarios/two-bloc")
    process = subprocess.Popen([os.path.abspath(HOLDOUT), "serve", "--no-browser", "--scenario", "two-bloc", "-n", "3"], cwd="empty", stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    address = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0 and address.startswith("http://127.0.0.1:") and os.path.exists("empty/runs/two-bloc/run.sqlite")
    process.stdout.close()


def runs_are_in_the_order_of_their_names():
    copies = [f"runs/{name}" for name in ("zz", "aa", "mm", "b-1", "b")]
    for copy in copies:
        shutil.copytree("runs/two-bloc", copy)
    try:
        with another("two-bloc", "--scenario", "./base"):
            runs = get("/api/info")["runs"]
    finally:
        for copy in copies:
            shutil.rmtree(copy)
    names = [run["name"] for run in runs]
    assert names[0] == "two-bloc" and set(names) > {"aa", "mm", "zz"} and names[1:] == sorted(names[1:]), names
    assert [run["id"] for run in runs] == [f"r{k}" for k in range(len(runs))]


def what_is_no_run_is_said():
    made = subprocess.run([HOLDOUT, "serve", "nothing"], capture_output=True, text=True)
    assert made.returncode == 2 and "nothing: no run there, nor in runs/nothing" in made.stderr
    for command in ("serve", "brief", "score"):
        made = subprocess.run([HOLDOUT, command, "/no/where"], capture_output=True, text=True)
        assert made.returncode == 2 and made.stderr == "holdout: /no/where: no run there\n", made.stderr
    made = subprocess.run([HOLDOUT, "serve", "two-bloc", "--settings", "x.yml"], capture_output=True, text=True)
    assert made.returncode == 2 and "need --flee" in made.stderr


CLAIMS = [
    listens_on_loopback_only, page_is_served_with_its_headers, large_answers_are_gzip_where_taken, info_has_its_shape, data_is_that_of_the_report,
    fields_have_their_shape, flows_have_their_shape, districts_have_their_shape, control_of_the_first_replicates_is_that_of_their_changes,
    replicates_are_those_of_the_run, scores_are_those_of_the_command, flee_has_its_shape, levers_have_their_shape, other_hosts_and_pages_are_refused,
    a_click_elsewhere_opens_the_page_and_nothing_else, other_methods_are_refused, paths_never_reach_files, huge_requests_are_refused,
    bad_bodies_get_a_sentence_for_each_problem, digest_is_that_of_the_command, named_what_ifs_come_first, what_is_removed_cannot_be_moved,
    a_base_of_many_what_ifs_has_room_for_what_fits, levers_at_their_own_value_change_nothing, events_tell_the_progress_and_the_end,
    jobs_wait_for_each_other, jobs_are_stopped, only_so_many_wait, every_lever_makes_a_what_if, others_are_answered_meanwhile,
    many_requests_are_answered, half_a_request_is_hung_up_on, old_what_ifs_go_and_the_newest_stay, a_taken_port_is_said,
    it_ends_cleanly_with_a_job_running, what_a_killed_server_left_is_removed, a_run_is_made_where_there_is_none, runs_are_in_the_order_of_their_names,
    what_is_no_run_is_said,
]


def main():
    global server
    subprocess.run([HOLDOUT, "run", "./base", "-n", str(N), "--quiet"], check=True, stdout=subprocess.DEVNULL)
    server = Server("two-bloc", "--scenario", "./base", "--flee", "case")
    chosen = [claim for claim in CLAIMS if len(sys.argv) < 3 or claim.__name__ in sys.argv[2:]]
    failed = 0
    for claim in chosen:
        began = time.monotonic()
        try:
            claim()
        except Exception as why:  # noqa: BLE001: a claim that fails is counted
            failed += 1
            print(f"FAILED {claim.__name__}: {type(why).__name__}: {why}")
        if os.environ.get("SERVE_TIMES"):
            print(f"{claim.__name__} {time.monotonic() - began:.1f} s", flush=True)
    code = server.stop()
    if code != 0:
        failed += 1
        print(f"FAILED the server ended with {code}")
        print(open("serve.err").read()[-4000:])
    print(f"{len(chosen) + 1 - failed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
