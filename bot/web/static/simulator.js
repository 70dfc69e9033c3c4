// Play phones side by side (模拟器): who is on the screen, and what time it is; docs/simulator.md tells the protocol.

import { day, make, toast, wallClock } from "/static/simulator_bubbles.js";
import { Phone } from "/static/simulator_phone.js";
import { Line, ask } from "/static/simulator_server.js";

const HOUR = 3600 * 1000;

const $ = (id) => document.getElementById(id);
const stored = (name, otherwise) => { try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; } };
const keep = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a private window forgets */ } };
const phones = new Map();  // person → Phone
const seen = stored("simulator.read", {});
let people = [];

const house = {
  people: () => people,
  read: (person) => seen[person] ?? 0,
  remember(person, seq) { if (seq > house.read(person)) { seen[person] = seq; keep("simulator.read", seen); } },
  pick: (person) => openPicker(person),
  close: (person) => closePhone(person),
  askPlace: (phone) => askPlace(phone),
};

const line = new Line({
  persons: () => [...phones.keys()],
  hear(news) {
    if (news.clock) setClock(news.clock);
    if (news.message) phones.get(news.person)?.hear(news.message);
    if (news.watching) showConnection(true);
    for (const person of news.watching ?? []) phones.get(person)?.catchUp();
  },
  show(stands) {
    showConnection(stands);
    for (const phone of phones.values()) phone.isFollowed = false;
  },
});

function showConnection(stands) {
  $("connection").dataset.state = stands ? "live" : "waiting";
  $("connection").textContent = stands ? "实时" : "重连中";
}

// ——— the demonstration's clock, always Beijing time ———

const clock = { base: 0, since: 0 };
const now = () => clock.base + performance.now() - clock.since;

function setClock(iso) {
  clock.base = Date.parse(iso);
  clock.since = performance.now();
  $("clock-field").value = wallClock(clock.base).slice(0, 16);
  tick();
}

function tick() {
  $("clock-day").replaceChildren(make("span", { class: "year" }, `${wallClock(now()).slice(0, 4)}年`), day(now()));
  $("clock-time").textContent = wallClock(now()).slice(11, 16);
  $("clock-time").dateTime = `${wallClock(now()).slice(0, 19)}+08:00`;
}

async function moveClock(beijing) {
  $("clock-panel").classList.remove("open");
  $("clock-face").setAttribute("aria-expanded", "false");
  if (Date.parse(`${beijing}+08:00`) < now()) { toast("时钟只能向前拨"); return; }
  const buttons = $("clock-panel").querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    setClock((await (await ask("/simulator/clock", { method: "PUT", body: JSON.stringify({ now: `${beijing}+08:00` }) })).json()).now);
  } catch (fault) { toast(fault.message); }
  for (const button of buttons) button.disabled = false;
}

// ——— choosing people ———

async function loadPeople() {
  people = await (await ask("/simulator/phones")).json();
  for (const phone of phones.values()) phone.introduce();
}

function open(person, instead = null) {
  if (phones.has(person)) { phones.get(person).show(); return; }
  const phone = new Phone(person, house);
  const earlier = instead && phones.get(instead);
  phones.set(person, phone);
  $("row").append(phone.element);
  $("tabs").append(phone.tab);
  if (earlier) {
    earlier.element.after(phone.element);
    earlier.tab.after(phone.tab);
    closePhone(instead);
  }
  sight.observe(phone.element);
  arranged();
}

function closePhone(person) {
  const phone = phones.get(person);
  sight.unobserve(phone.element);
  phone.element.remove();
  phone.tab.remove();
  phones.delete(person);
  arranged();
}

function arranged() {
  keep("simulator.people", [...$("row").children].map((element) => element.dataset.person));
  $("empty").hidden = phones.size > 0;
  line.watch();
}

const sight = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    const phone = phones.get(target.dataset.person);
    if (!phone) continue;
    phone.isInView = isIntersecting;
    phone.tab.classList.toggle("shown", isIntersecting);
    phone.notice();
  }
}, { threshold: 0.6 });

function cast() {
  const holding = (role) => people.filter((phone) => phone.roles.includes(role));
  const home = holding("leader")[0]?.bureau;
  const athome = (role) => holding(role).sort((one, other) => (other.bureau === home) - (one.bureau === home));
  const inspectors = holding("inspector").filter((phone) => phone.bureau !== home);
  const pair = inspectors.filter((phone) => phone.bureau === inspectors[0].bureau).slice(0, 2);
  const chosen = [
    athome("chief").sort((one, other) => one.roles.length - other.roles.length)[0], athome("legal")[0], athome("witness")[0],
    ...(pair.length === 2 ? pair : holding("inspector").slice(0, 2)), holding("leader")[0],
  ];
  return [...new Set(chosen.filter(Boolean).map((phone) => phone.person))];
}

let replaced = null;

async function openPicker(instead = null) {
  replaced = instead;
  $("picker-search").value = "";
  await loadPeople().catch((fault) => toast(fault.message));
  listPeople();
  $("picker").showModal();
  $("picker-search").focus();
}

function listPeople() {
  const sought = $("picker-search").value.trim().toLowerCase();
  const words = ({ name, person, labels, bureau_name: bureau, section }) => [name, person, bureau, section, ...labels].join(" ").toLowerCase();
  const found = people.filter((phone) => words(phone).includes(sought));
  const groups = new Map();
  const calling = found.filter((phone) => phone.last > house.read(phone.person) && !phones.has(phone.person));
  if (calling.length) groups.set("有新消息", calling);
  for (const phone of found) {
    const bureau = phone.bureau_name || phone.bureau;
    groups.set(bureau, [...(groups.get(bureau) ?? []), phone]);
  }
  $("people").replaceChildren(...[...groups].map(([bureau, members]) => make("section", {}, make("h3", {}, bureau), ...members.map(option))));
  if (!found.length) $("people").append(make("p", { class: "nobody" }, "没有找到。名单里是已绑定的人；也可以在下面打开一部未绑定的新手机。"));
}

function option(phone) {
  const choose = () => { $("picker").close(); open(phone.person, replaced); phones.get(phone.person)?.show(); };
  const isCalling = phone.last > house.read(phone.person) && !phones.has(phone.person);
  return make("button", { type: "button", class: "person", onclick: choose, "data-testid": "person-option", "data-person": phone.person },
    make("span", { class: "avatar", "data-role": phone.roles[0] ?? "", "aria-hidden": "true" }, phone.name.slice(-2)),
    make("span", { class: "identity" }, make("b", {}, phone.name), make("span", {}, [phone.labels.join("、"), phone.section].filter(Boolean).join(" · "))),
    isCalling ? make("span", { class: "badge", "aria-label": "有新消息" }, "新") : phones.has(phone.person) ? make("small", {}, "已打开") : null);
}

let sender = null;

function askPlace(phone) {
  sender = phone;
  $("place").showModal();
}

// ——— beginning ———

$("add-phone").addEventListener("click", () => openPicker());
$("picker-search").addEventListener("input", listPeople);
$("stranger").addEventListener("submit", (event) => {
  event.preventDefault();
  $("picker").close();
  open($("stranger-name").value.trim(), replaced);
  event.target.reset();
});
$("place-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { label, lat, lng } = Object.fromEntries(new FormData(event.target));
  $("place").close();
  sender.send({ location: { lat: Number(lat), lng: Number(lng), label } });
});
$("preset").addEventListener("click", async () => {
  await loadPeople().catch((fault) => toast(fault.message));
  const chosen = cast();
  for (const person of [...phones.keys()]) if (!chosen.includes(person)) closePhone(person);
  for (const person of chosen) if (!phones.has(person)) open(person);
  for (const person of chosen) { $("row").append(phones.get(person).element); $("tabs").append(phones.get(person).tab); }
  arranged();
  $("row").scrollTo({ left: 0, behavior: "smooth" });
});
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}
$("clock-face").addEventListener("click", () => {
  const isOpen = $("clock-panel").classList.toggle("open");
  $("clock-face").setAttribute("aria-expanded", String(isOpen));
});
$("clock-hour").addEventListener("click", () => moveClock(wallClock(now() + HOUR).slice(0, 19)));
$("clock-morning").addEventListener("click", () => moveClock(`${wallClock(now() + 24 * HOUR).slice(0, 10)}T08:30:00`));
$("clock-form").addEventListener("submit", (event) => { event.preventDefault(); moveClock(`${$("clock-field").value}:00`); });
document.addEventListener("visibilitychange", () => { for (const phone of phones.values()) phone.notice(); });

setClock(document.body.dataset.now);
setInterval(tick, 1000);
await loadPeople().catch((fault) => toast(fault.message));
const last = stored("simulator.people", []);
for (const person of last.length ? last : cast()) open(person);
$("empty").hidden = phones.size > 0;
line.connect();
