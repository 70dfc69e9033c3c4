"use strict";
/* Recompute a draw in the browser (核验抽取结果), without any network and without crypto.subtle, which plain http doesn't offer.
   Under node the same functions are exported, so that the tests run what firms run. */

const ROUND_CONSTANTS = new Uint32Array(64);
const FIRST_STATE = new Uint32Array(8);

/* The constants of SHA-256 are the first 32 fractional bits of cube and square roots of the first primes: computed, not typed. */
(function fillConstants() {
  const root = (prime, power) => {
    const wanted = BigInt(prime) << BigInt(32 * power);
    let low = 0n;
    let high = 1n << 40n;
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** BigInt(power) <= wanted) low = middle;
      else high = middle;
    }
    return Number(low & 0xffffffffn);
  };
  let found = 0;
  for (let number = 2; found < 64; number += 1) {
    let isPrime = true;
    for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) isPrime = false;
    if (!isPrime) continue;
    if (found < 8) FIRST_STATE[found] = root(number, 2);
    ROUND_CONSTANTS[found] = root(number, 3);
    found += 1;
  }
})();

const turn = (word, by) => (word >>> by) | (word << (32 - by));

function compress(state, view, offset, words) {
  for (let n = 0; n < 16; n += 1) words[n] = view.getUint32(offset + 4 * n);
  for (let n = 16; n < 64; n += 1) {
    const early = words[n - 15];
    const late = words[n - 2];
    const first = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const second = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    words[n] = (words[n - 16] + first + words[n - 7] + second) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let n = 0; n < 64; n += 1) {
    const high = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const chosen = (e & f) ^ (~e & g);
    const add = (h + high + chosen + ROUND_CONSTANTS[n] + words[n]) | 0;
    const low = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    h = g;
    g = f;
    f = e;
    e = (d + add) | 0;
    d = c;
    c = b;
    b = a;
    a = (add + low + majority) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, n) => { state[n] = (state[n] + word) | 0; });
}

function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(((bytes.length + 8) >> 6 << 6) + 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  const state = FIRST_STATE.slice();
  const words = new Int32Array(64);
  for (let offset = 0; offset < padded.length; offset += 64) compress(state, view, offset, words);
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

class Differs extends Error {}

function demand(holds, otherwise) {
  if (!holds) throw new Differs(otherwise);
}

/* By UTF-8 bytes, which is by code points; JavaScript's own order is by UTF-16 units and differs for rare characters. */
function compareCodePoints(left, right) {
  const ours = Array.from(left);
  const theirs = Array.from(right);
  for (let n = 0; n < Math.min(ours.length, theirs.length); n += 1) {
    const gap = ours[n].codePointAt(0) - theirs[n].codePointAt(0);
    if (gap) return gap;
  }
  return ours.length - theirs.length;
}

// eslint-disable-next-line no-control-regex
const UNCLEAN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u; // with /u a whole emoji isn't two surrogates
const WHOLE = /^(0|[1-9][0-9]{0,8})$/;
const SHARE = /^(0|[1-9][0-9]{0,17})\/([1-9][0-9]{0,17})$/;
const HEX = /^[0-9a-f]{64}$/;

function table(name, text, layout) {
  demand(text.endsWith("\n"), `${name} 最后一行没有换行符, 文件不完整。`);
  demand(!UNCLEAN.test(text) && text.normalize("NFC") === text, `${name} 里有不允许的字符。`);
  const kinds = Object.keys(layout);
  const rows = Object.fromEntries(kinds.map((kind) => [kind, []]));
  let stage = 0;
  text.slice(0, -1).split("\n").forEach((line, n) => {
    const [kind, ...fields] = line.split("\t");
    const at = kinds.indexOf(kind);
    demand(at >= 0 && fields.length === layout[kind], `${name} 第 ${n + 1} 行不合格式: ${line}`);
    demand(at >= stage && (n > 0 || at === 0), `${name} 第 ${n + 1} 行的位置不对: ${line}`);
    stage = at;
    rows[kind].push(fields);
  });
  demand(rows[kinds[0]].length === 1, `${name} 的第一行应是 ${kinds[0]}。`);
  return rows;
}

function demandAscending(keys, what) {
  keys.forEach((key, n) => {
    demand(key !== "", `${what}里有空的编码。`);
    demand(n === 0 || compareCodePoints(keys[n - 1], key) < 0, `${what}没有排序, 或有重复: ${key}`);
  });
}

function demandOne(rows, kinds, name) {
  kinds.forEach((kind) => demand(rows[kind].length === 1, `${name} 应有一行 ${kind}。`));
}

function readFrame(text) {
  const later = { inspectors: 1, stratum: 4, c: 4, x: 3 };
  const head = { round: 1, attempt: 1, specialty: 1 };
  const isSecond = text.startsWith("double-random-frame-v2\n");
  const layout = isSecond
    ? { "double-random-frame-v2": 0, ...head, also: 1, ...later }
    : { "double-random-frame-v1": 0, ...head, ...later };
  const rows = table("frame.txt", text, layout);
  if (isSecond) {
    demand(rows.also.length > 0, "第 2 版的 frame.txt 没有一行 also。");
    demandAscending(rows.also.map((row) => row[0]), "还要求的专长");
    rows.also.forEach(([name]) => demand(name !== (rows.specialty[0] || [])[0], `专长“${name}”写了两次。`));
  }
  demandOne(rows, ["round", "attempt", "specialty", "inspectors"], "frame.txt");
  demand(rows.round[0][0] !== "", "frame.txt 没有写抽查任务编号。");
  demand(WHOLE.test(rows.attempt[0][0]) && rows.attempt[0][0] !== "0", "frame.txt 的次数不合格式。");
  demandAscending(rows.stratum.map((row) => row[0]), "分层");
  demandAscending(rows.c.map((row) => row[0]), "候选名单");
  demandAscending(rows.x.map((row) => row[0]), "排除名单");
  const candidates = new Set(rows.c.map((row) => row[0]));
  rows.x.forEach(([code]) => demand(!candidates.has(code), `${code} 既是候选又被排除。`));
  countStrata(rows);
  return rows;
}

function countStrata(rows) {
  const sizes = new Map();
  rows.c.forEach(([code, name, weight]) => {
    demand(WHOLE.test(weight) && weight !== "0", `${code} 的权重不合格式。`);
    sizes.set(name, (sizes.get(name) || 0) + 1);
  });
  rows.stratum.forEach(([name, size, share, quota]) => {
    const counted = BigInt(sizes.get(name) || 0);
    const parts = SHARE.exec(share);
    demand(parts !== null, `分层“${name}”的比例“${share}”不合格式。`);
    demand(WHOLE.test(size) && BigInt(size) === counted, `分层“${name}”写的是 ${size} 户, 名单里有 ${counted} 户。`);
    const up = (counted * BigInt(parts[1]) + BigInt(parts[2]) - 1n) / BigInt(parts[2]);
    const due = up < counted ? up : counted;
    demand(WHOLE.test(quota) && BigInt(quota) === due, `分层“${name}”按 ${share} 应抽 ${due} 户, 写的是 ${quota} 户。`);
    sizes.delete(name);
  });
  demand(sizes.size === 0, `名单里有没列出的分层: ${Array.from(sizes.keys()).join("、")}`);
}

function readSeed(text) {
  const rows = table("seed.txt", text, { "double-random-seed-v1": 0, frame: 1, commitment: 1, secret: 1, witness: 2, beacon: 3 });
  demandOne(rows, ["frame", "commitment", "secret"], "seed.txt");
  demand(rows.beacon.length <= 1, "seed.txt 只能有一个公共随机源。");
  return rows;
}

function ticket(seed, code, weight) {
  let best = sha256(`${seed}:${code}:1`);
  for (let k = 2; k <= weight; k += 1) {
    const next = sha256(`${seed}:${code}:${k}`);
    if (next < best) best = next;
  }
  return best;
}

function drawOrders(rows, seed) {
  const orders = new Map(rows.stratum.map(([name]) => [name, []]));
  rows.c.forEach(([code, name, weight]) => orders.get(name).push([ticket(seed, code, Number(weight)), code]));
  orders.forEach((order) => order.sort((left, right) => (left[0] < right[0] ? -1 : 1)));
  return orders;
}

function demandSame(name, expected, found) {
  const due = expected.split("\n");
  const stands = found.split("\n");
  for (let n = 0; n < Math.max(due.length, stands.length); n += 1) {
    const left = n < due.length ? due[n] : "（没有这一行）";
    const right = n < stands.length ? stands[n] : "（没有这一行）";
    demand(left === right, `${name} 第 ${n + 1} 行不一致。重新计算是“${left}”, 文件里是“${right}”。`);
  }
}

function explainCode(code, rows, orders) {
  for (const [name, , , quota] of rows.stratum) {
    const order = orders.get(name);
    const place = order.findIndex((row) => row[1] === code);
    if (place < 0) continue;
    const cutoff = Number(quota) > 0 ? order[Number(quota) - 1][0] : "（这一层不抽）";
    const verdict = place < Number(quota) ? "所以抽中" : "所以没有抽中";
    return `${code} 的号码是 ${order[place][0]}, 在“${name}”${order.length} 户里排第 ${place + 1} 位, 这一层抽 ${quota} 户, 入围线 ${cutoff}, ${verdict}。`;
  }
  const excluded = rows.x.find((row) => row[0] === code);
  return excluded ? `${code} 冻结名单时已排除, 原因: ${excluded[2]}。` : `${code} 不在这次冻结的名单里。`;
}

/* Yields [name, sentence] for what agrees; throws Differs at the first thing that doesn't. */
function* checks(texts, announced) {
  const names = ["frame.txt", "seed.txt", "result.txt"].filter((name) => !texts[name]);
  demand(names.length === 0, `还缺 ${names.join("、")}。`);
  const rows = readFrame(texts["frame.txt"]);
  const fingerprint = sha256(texts["frame.txt"]);
  yield ["候选名单", `${rows.c.length} 户候选, ${rows.x.length} 户排除, 户数、比例、名额相符。名单指纹 ${fingerprint}`];
  if (announced.fingerprint) {
    demand(announced.fingerprint === fingerprint, "名单指纹与您填的、事先公布的指纹不符。");
    yield ["名单指纹", "与您填的、事先公布的指纹相符。"];
  }
  const opening = readSeed(texts["seed.txt"]);
  demand(opening.frame[0][0] === fingerprint, "种子是给另一份名单用的, 或名单在冻结后被改过。");
  yield ["种子与名单", "种子用的就是这份名单。"];
  const secret = opening.secret[0][0];
  demand(HEX.test(secret), "seed.txt 的秘密数不是 64 位十六进制。");
  const sealed = sha256(`double-random-secret-v1\n${secret}\n`);
  demand(opening.commitment[0][0] === sealed, "公开的秘密数与承诺值不符。");
  yield ["承诺值", `公开的秘密数与承诺值相符。承诺值 ${sealed}`];
  if (announced.commitment) {
    demand(announced.commitment === sealed, "承诺值与您填的、事先公布的承诺值不符。");
    yield ["事先公布的承诺值", "与您填的相符。"];
  }
  const outside = opening.beacon.length ? `公共随机源 ${opening.beacon[0].join(" ")}` : "没有用公共随机源";
  yield ["外部随机", `${opening.witness.length} 位见证人报了内容, ${outside}。`];
  const seed = sha256(texts["seed.txt"]);
  const orders = drawOrders(rows, seed);
  let expected = "double-random-result-v1\n";
  let count = 0;
  rows.stratum.forEach(([name, , , quota]) => {
    orders.get(name).slice(0, Number(quota)).forEach(([number, code], n) => {
      expected += `${name}\t${n + 1}\t${code}\t${number}\n`;
      count += 1;
    });
  });
  demandSame("result.txt", expected, texts["result.txt"]);
  yield ["抽取结果", `种子 ${seed}。重新计算, 抽中的 ${count} 户及顺序完全一致。`];
  if (announced.code) yield ["这一户", explainCode(announced.code, rows, orders)];
}

function verify(texts, announced) {
  const passed = [];
  try {
    for (const check of checks(texts, announced || {})) passed.push({ name: check[0], ok: true, sentence: check[1] });
  } catch (difference) {
    if (!(difference instanceof Differs)) throw difference;
    passed.push({ name: "不一致", ok: false, sentence: difference.message });
  }
  return passed;
}

if (typeof document !== "undefined") {
  const chosen = {};
  const byId = (id) => document.getElementById(id);
  /* What is pasted loses its line ends on the way: the browser makes every line end LF, and the last one is easily left behind. */
  const pasted = (id) => {
    const text = byId(id).value;
    return text === "" || text.endsWith("\n") ? text : `${text}\n`;
  };

  byId("files").addEventListener("change", async (event) => {
    for (const file of event.target.files) {
      const name = ["frame.txt", "seed.txt", "result.txt"].find((known) => file.name.includes(known.slice(0, -4)));
      if (!name) continue;
      try {
        chosen[name] = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
      } catch {
        chosen[name] = "\u0000\n";  // not UTF-8: refused below as characters that may not stand here
      }
    }
    byId("verdict").textContent = `已选好: ${Object.keys(chosen).join("、") || "没有认出文件名"}。`;
  });

  byId("check").addEventListener("click", () => {
    const texts = {};
    ["frame", "seed", "result"].forEach((id) => { texts[`${id}.txt`] = pasted(id) || chosen[`${id}.txt`]; });
    const announced = {};
    ["fingerprint", "commitment", "code"].forEach((id) => { announced[id] = byId(id).value.trim(); });
    announced.fingerprint = announced.fingerprint.toLowerCase();
    announced.commitment = announced.commitment.toLowerCase();
    const found = verify(texts, announced);
    const agrees = found.every((check) => check.ok);
    byId("verdict").textContent = agrees ? "全部一致: 这次抽取没有被改动。" : "有不一致, 请看下面最后一条。";
    byId("verdict").className = agrees ? "good" : "bad";
    byId("checks").replaceChildren(...found.map((check) => {
      const row = document.createElement("li");
      const mark = document.createElement("span");
      mark.className = check.ok ? "good" : "bad";
      mark.textContent = `${check.ok ? "✓" : "✗"} ${check.name}: `;
      row.append(mark, check.sentence);
      return row;
    }));
  });
}

if (typeof module !== "undefined") module.exports = { sha256, verify, compareCodePoints };
