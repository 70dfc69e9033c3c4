"""Script and page for firms (独立核验程序) recompute the draw without our code and find what was changed, 二(五)."""

import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.rewrite import bundles
from tests.rules.test_proofs import mutations

STATIC = Path(__file__).parents[2] / "bot" / "web" / "static"
SCRIPT = STATIC / "verify_draw.py"
VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "draw.json"
BUNDLES = bundles()
PUBLIC = ("frame.txt", "seed.txt", "result.txt")
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node isn't installed, so the page's script can't run here")


def write(folder, texts):
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    return folder


def run_script(*arguments):
    command = [sys.executable, "-I", "-X", "utf8", str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=20, check=False)


def run_page(tasks):
    """Run verify.js over many bundles in one node; each task is (texts, announced values)."""
    program = f"""
      const {{verify}} = require({json.dumps(str(STATIC / "verify.js"))});
      const tasks = JSON.parse(require("fs").readFileSync(0, "utf8"));
      process.stdout.write(JSON.stringify(tasks.map(([texts, announced]) => verify(texts, announced))));
    """
    ran = subprocess.run([NODE, "-e", program], input=json.dumps(tasks), capture_output=True, encoding="utf-8", timeout=60, check=True)
    return json.loads(ran.stdout)


def vector_bundles():
    names = {"frame.txt": "frame", "seed.txt": "seed_text", "result.txt": "result", "inspectors.txt": "inspectors", "teams.txt": "teams"}
    cases = json.loads(VECTORS.read_text(encoding="utf-8"))
    return [{name: case[key] for name, key in names.items() if key in case} for case in cases]


@pytest.mark.parametrize("name", BUNDLES)
def test_the_script_agrees_with_every_golden_draw(name, tmp_path):
    """A witness with nothing but Python gets the same targets, teams and replacements."""
    ran = run_script(write(tmp_path, BUNDLES[name]))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "全部一致" in ran.stdout
    assert not ran.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("result.txt", "A\t1\t", "A\t9\t", "result.txt 第 2 行"),
        ("frame.txt", "已注销", "已吊销", "另一份名单"),
        ("seed.txt", "玉溪 2026", "玉溪 2027", "result.txt 第 2 行"),
        ("inspectors.txt", "成品油", "预付卡", "inspectors.txt"),
        ("teams.txt", "\t5304", "\t5305", "teams.txt 第 2 行"),
        ("frame.txt", "\n", "\r\n", "frame.txt"),
    ],
)
def test_the_script_names_the_first_thing_that_differs(file, old, new, named, tmp_path):
    """A changed bundle ends with exit code 1 and a sentence that says where."""
    texts = BUNDLES["两人一组"]
    assert old in texts[file]
    ran = run_script(write(tmp_path, {**texts, file: texts[file].replace(old, new)}))
    assert ran.returncode == 1
    assert named in ran.stdout
    assert "全部一致" not in ran.stdout
    assert not ran.stderr


def test_the_script_refuses_what_is_no_bundle(tmp_path):
    """An empty folder, a file that isn't UTF-8 and a wrong call end with a sentence, never with a traceback."""
    assert "三个文件" in run_script(tmp_path).stdout
    write(tmp_path, BUNDLES["两人一组"])
    (tmp_path / "result.txt").write_bytes(b"\xff\xfe\n")
    ran = run_script(tmp_path)
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "UTF-8" in ran.stdout
    assert run_script().returncode == 1


def test_the_script_compares_with_what_was_announced(tmp_path):
    """Row 56: a bundle of another attempt agrees with itself, but not with the announced fingerprint and commitment."""
    folder = write(tmp_path, BUNDLES["两人一组"])
    fields = dict(line.split("\t")[:2] for line in BUNDLES["两人一组"]["seed.txt"].splitlines() if "\t" in line)
    assert run_script(folder, fields["frame"], fields["commitment"]).returncode == 0
    assert "名单指纹" in run_script(folder, "0" * 64).stdout.splitlines()[-1]
    assert "承诺值" in run_script(folder, fields["frame"], "0" * 64).stdout.splitlines()[-1]


@pytest.mark.parametrize("name", ["frame.txt", "seed.txt", "result.txt", "inspectors.txt", "teams.txt"])
def test_the_script_finds_a_change_of_any_line(name, tmp_path, capsys):
    """Dropped, doubled, moved or altered lines are all found (run within this process, for speed)."""
    verify = runpy.run_path(str(SCRIPT))["main"]
    texts = BUNDLES["两人一组"]
    write(tmp_path, texts)
    for lines in mutations(texts[name]):
        changed = "".join(line + "\n" for line in lines)
        if changed != texts[name]:
            write(tmp_path, {name: changed})
            assert verify([str(tmp_path)]) == 1, changed
    assert "[不一致]" in capsys.readouterr().out


def test_the_script_finds_a_replacement_that_somebody_chose(tmp_path, capsys):
    """Row 52: the script recomputes the replacement after a recusal as well."""
    verify = runpy.run_path(str(SCRIPT))["main"]
    texts = BUNDLES["两人一组有替补"]
    *before, last = texts["teams.txt"].splitlines()
    fields = last.split("\t")
    for number in range(14):
        chosen = [*fields[:3], f"5304{number:03d}", fields[4]]
        write(tmp_path, {**texts, "teams.txt": "\n".join([*before, "\t".join(chosen)]) + "\n"})
        assert verify([str(tmp_path)]) == (0 if chosen == fields else 1)
    capsys.readouterr()


@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared vectors lie outside the repository and aren't here")
def test_the_script_agrees_with_the_shared_vectors(tmp_path, capsys):
    """A third implementation confirms the reference, teams included."""
    verify = runpy.run_path(str(SCRIPT))["main"]
    for n, texts in enumerate(vector_bundles()):
        folder = tmp_path / str(n)
        folder.mkdir()
        assert verify([str(write(folder, texts))]) == 0
    capsys.readouterr()


@needs_node
def test_the_page_agrees_with_every_golden_draw_and_finds_changes():
    """The browser's own recomputation accepts the honest bundles and refuses every changed line."""
    honest = [[{name: texts[name] for name in PUBLIC}, {}] for texts in BUNDLES.values()]
    texts = {name: BUNDLES["两人一组"][name] for name in PUBLIC}
    changed = [
        [{**texts, name: "".join(line + "\n" for line in lines)}, {}]
        for name in PUBLIC
        for lines in mutations(texts[name])
        if "".join(line + "\n" for line in lines) != texts[name]
    ]
    verdicts = run_page(honest + changed)
    assert all(check["ok"] for verdict in verdicts[: len(honest)] for check in verdict)
    assert all(not verdict[-1]["ok"] for verdict in verdicts[len(honest) :])
    assert len(changed) > 100


@needs_node
@pytest.mark.skipif(not VECTORS.is_file(), reason="the shared vectors lie outside the repository and aren't here")
def test_the_page_agrees_with_the_shared_vectors():
    """A fourth implementation confirms the targets of the reference."""
    assert all(check["ok"] for verdict in run_page([[texts, {}] for texts in vector_bundles()]) for check in verdict)


@needs_node
def test_the_page_compares_with_what_was_announced_and_explains_one_code():
    """A firm types the announced values and its own code and reads its own line."""
    texts = {name: BUNDLES["四类信用各有比例"][name] for name in PUBLIC}
    code = texts["result.txt"].splitlines()[1].split("\t")[2]
    verdicts = run_page([[texts, {"code": code}], [texts, {"fingerprint": "0" * 64}], [texts, {"commitment": "0" * 64}], [{}, {}]])
    assert "所以抽中" in verdicts[0][-1]["sentence"]
    assert [verdict[-1]["ok"] for verdict in verdicts] == [True, False, False, False]


@needs_node
def test_the_page_hashes_and_sorts_as_everybody_does():
    """Its own SHA-256 has the published test values over all block lengths, and rare characters sort by UTF-8 bytes."""
    program = f"""
      const {{sha256, compareCodePoints}} = require({json.dumps(str(STATIC / "verify.js"))});
      const crypto = require("crypto");
      const wrong = [];
      for (let length = 0; length < 300; length += 1) {{
        const text = "双a".repeat(length).slice(0, length);
        if (sha256(text) !== crypto.createHash("sha256").update(text, "utf8").digest("hex")) wrong.push(length);
      }}
      process.stdout.write(JSON.stringify([wrong, sha256("abc"), compareCodePoints("\\u{{1f3b2}}", "\\uff21") > 0]));
    """
    ran = subprocess.run([NODE, "-e", program], capture_output=True, encoding="utf-8", timeout=30, check=True)
    assert json.loads(ran.stdout) == [[], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", True]


def test_the_page_asks_nobody_and_fits_a_strict_policy():
    """No address outside, no inline script or style: it works under `default-src 'self'` and without any network."""
    page, script, style = ((STATIC / name).read_text(encoding="utf-8") for name in ("verify.html", "verify.js", "verify.css"))
    assert not re.search(r"https?://|//[a-z]+\.", page + script + style)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(|innerHTML|eval\(", script)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", page)
    assert re.findall(r'(?:src|href)="([^"]+)"', page) == ["verify.css", "verify.js"]
    assert "@import" not in style
    assert "url(" not in style


def test_the_script_shares_no_line_of_thought_with_the_product():
    """The stand-alone script imports the standard library only, so an error in our rules can't hide in it."""
    imported = re.findall(r"^(?:from|import) ([a-z]+)", SCRIPT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(imported) <= {"hashlib", "re", "sys", "unicodedata", "pathlib"}
