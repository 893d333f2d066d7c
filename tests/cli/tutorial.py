#!/usr/bin/python3
"""Does what docs/tutorial.md says, in an empty folder, and holds what it shows against what comes.

usage: tutorial.py PROGRAM PAGE [--update]      (--update writes what came into the page)

Of the page's fenced blocks: `sh` is run; `diff` is applied; `text` is what the last `sh` shows, on stdout and, where it fails, on
stderr. Words behind `text` choose: from="REGEX" (the first line), lines=N, exit=N (the exit code, 0 if not given). A block with a
command or option that the program does not have is left out.
"""
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^```(sh|diff|text)([^\n]*)\n(.*?)^```$", re.M | re.S)


def known(program, script):
    """Does the program have the commands and what-ifs of a script?"""
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    commands = set(re.findall(r"^  ([a-z]+) ", text, re.M))
    for command in re.findall(r"^holdout ([a-z]+)", script, re.M):
        if command not in commands:
            return False
    help_of_run = subprocess.run([program, "run", "--help"], capture_output=True, text=True, check=True).stdout
    return all(option in help_of_run for option in re.findall(r"--what-if", script))


def run(script, folder, path):
    """Exit code and output of a script of the shell."""
    env = {"PATH": f"{path}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")


def apply(diff, folder):
    """Applies hunks without line numbers: each is a text to find, once, and a text in its place."""
    name = re.search(r"^\+\+\+ (\S+)$", diff, re.M).group(1)
    file = folder / name
    text = file.read_text(encoding="utf-8")
    for hunk in diff.split("\n@@\n")[1:]:
        lines = hunk.rstrip("\n").split("\n")
        old = "".join(line[1:] + "\n" for line in lines if line[0] in " -")
        new = "".join(line[1:] + "\n" for line in lines if line[0] in " +")
        if text.count(old) != 1:
            sys.exit(f"tutorial: a change does not fit {name}:\n{hunk}")
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def chosen(output, words):
    """The lines of an output that the page shows."""
    lines = output.splitlines()
    if "from" in words:
        lines = lines[next((k for k, line in enumerate(lines) if re.search(words["from"], line)), len(lines)):]
    return "".join(line.rstrip() + "\n" for line in lines[:int(words.get("lines", len(lines)))])


def texts_of(blocks, k):
    """The text blocks that show the output of block k, with the words of each."""
    for block in blocks[k + 1:]:
        if block.group(1) != "text":
            return
        yield block, dict(word.split("=", 1) for word in shlex.split(block.group(2)))


def walk(program, page, folder, path):
    """Runs all; yields (text block, what it should show, script) of each text block whose script was run."""
    blocks = list(FENCE.finditer(page))
    for k, block in enumerate(blocks):
        kind, _, body = block.groups()
        if kind == "diff":
            apply(body, folder)
        elif kind == "sh" and not known(program, body):
            print(f"left out: {body.strip()}")
        elif kind == "sh":
            texts = list(texts_of(blocks, k))
            wanted = int(texts[0][1].get("exit", 0)) if texts else 0
            code, output = run(body, folder, path)
            if code != wanted:
                sys.exit(f"tutorial: exit code {code}, not {wanted}, of\n{body}{output}")
            for text, words in texts:
                yield text, chosen(output, words), body


def main():
    """Check or update the page."""
    program, file = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    page = file.read_text(encoding="utf-8")
    bad, made, at = 0, "", 0
    with tempfile.TemporaryDirectory() as scratch:
        path, folder = Path(scratch) / "bin", Path(scratch) / "work"
        path.mkdir()
        folder.mkdir()
        (path / "holdout").symlink_to(program)
        for text, real, script in walk(program, page, folder, path):
            made, at = made + page[at:text.start(3)] + real, text.end(3)
            if text.group(3) != real:
                bad += 1
                print(f"of\n{script}is shown\n{text.group(3)}and came\n{real}")
    if sys.argv[3:] == ["--update"]:
        file.write_text(made + page[at:], encoding="utf-8")
    elif bad:
        sys.exit(f"{bad} outputs of {file} are not what came: tests/cli/tutorial.py PROGRAM {file} --update")


if __name__ == "__main__":
    main()
