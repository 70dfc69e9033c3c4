// Play phones side by side (模拟器): each shows one person's chat, live; see docs/simulator.md for the protocol.

const QUICK = {  // chips above the text box; one that ends with … only fills the box with the words beside it
  all: ["帮助", "待办", "进度"],
  officer: [["抽查…", "抽查 成品油零售 5% 红塔区"], "公示", ["线索…", "线索 "]],
  chief: ["审批", ["抽查…", "抽查 成品油零售 5% 红塔区"], "逾期", "统计"],
  legal: ["审批", "计划", "清单"],
  leader: ["审批", "计划", "统计"],
  inspector: ["录入", ["请假…", "请假 "], ["指引…", "指引 "]],
  witness: [["验证…", "验证 "]],
  stranger: [["绑定…", "绑定 "]],
};
const PRIMARY = /^(同意|提交|接受|通过|确认|参与|开始|完成|保存|继续|是$)/;
const DANGER = /^(退回|取消|申请回避|回避|申请不予|有异议|删除|放弃|作废)/;
const PICTURE = /\.(jpe?g|png|webp|gif)$/i;
const UPLOAD_LIMIT = 29 * 1024 * 1024;
const PAUSE = 5 * 60 * 1000;  // after so long the next bubble tells its time
const TYPING = 8000;
const HOUR = 3600 * 1000;

const $ = (id) => document.getElementById(id);
const stored = (name, otherwise) => { try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; } };
const keep = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* a private window forgets */ } };
const phones = new Map();  // person → Phone, in the order of the screen
const read = stored("simulator.read", {});
let people = [];

function make(tag, facts = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...inside.filter((part) => part != null && part !== ""));
  return element;
}

function toast(sentence, button) {
  const line = make("p", { class: "toast" }, sentence, button);
  $("toasts").append(line);
  setTimeout(() => line.remove(), 6000);
}

// ——— the server ———

async function ask(path, facts = {}) {
  const answer = await fetch(path, { ...facts, headers: { "X-Simulator": "1", "Content-Type": "application/json" } });
  if (answer.ok) return answer;
  if (answer.status === 401) toast("页面已过期。", make("button", { type: "button", onclick: () => location.reload() }, "刷新"));
  throw new Error((await answer.json().catch(() => ({}))).error ?? `服务器回答 ${answer.status}`);
}

const feed = async (person, after) => (await ask(`/simulator/phones/${encodeURIComponent(person)}/feed?after=${after}`)).json();

// ——— the live line ———

const line = { socket: null, wait: 500 };

function connect() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/simulator/live`);
  line.socket = socket;
  socket.onopen = () => { line.wait = 500; watch(); };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    state("waiting", "重连中");
    for (const phone of phones.values()) phone.isFollowed = false;
    setTimeout(connect, line.wait);
    line.wait = Math.min(line.wait * 2, 10000);
    ask("/simulator/clock").catch(() => {});  // tells when the session is over
  };
}

function watch() {
  if (line.socket?.readyState === WebSocket.OPEN) line.socket.send(JSON.stringify({ persons: [...phones.keys()] }));
}

function hear(news) {
  if (news.clock) setClock(news.clock);
  if (news.message) phones.get(news.person)?.hear(news.message);
  if (news.watching) {
    state("live", "实时");
    for (const person of news.watching) phones.get(person)?.catchUp();
  }
}

function state(name, words) {
  $("connection").dataset.state = name;
  $("connection").textContent = words;
}

// ——— a phone ———

class Phone {
  constructor(person) {
    this.person = person;
    this.last = 0;
    this.unread = 0;
    this.cards = new Map();
    this.pending = new Map();
    this.missed = [];
    this.isFollowed = false;
    this.isInView = true;
    this.element = $("phone-template").content.firstElementChild.cloneNode(true);
    this.element.dataset.person = person;
    this.part = (name) => this.element.querySelector(`.${name}`);
    this.log = this.part("log");
    this.box = this.element.querySelector("textarea");
    this.typing = make("div", { class: "bubble theirs typing", "aria-label": "正在输入", "data-testid": "typing" }, make("i"), make("i"), make("i"));
    this.tab = make("button", { type: "button", class: "tab", "data-testid": "tab", onclick: () => this.show() });
    this.listen();
    this.introduce();
  }

  get card() { return people.find((phone) => phone.person === this.person) ?? { person: this.person, name: this.person, roles: ["stranger"], labels: ["未绑定"], bureau_name: "", section: "" }; }

  introduce() {
    const { name, roles, labels, bureau_name: bureau, section } = this.card;
    const where = [labels.join("、"), bureau, section].filter(Boolean).join(" · ");
    this.element.setAttribute("aria-label", `${name}的手机`);
    this.part("avatar").textContent = this.card.roles[0] === "stranger" ? "?" : name.slice(-2);
    this.part("avatar").dataset.role = roles[0] ?? "";
    this.part("name").textContent = name;
    this.part("place").textContent = where;
    this.part("identity").setAttribute("aria-label", `${name}，${where}，点按换一个人`);
    this.box.setAttribute("aria-label", `以${name}的身份输入消息`);
    this.tab.replaceChildren(make("span", { class: "dot", "data-role": roles[0] ?? "" }), make("b", {}, name), make("span", {}, labels[0] ?? ""), this.badge());
    const chips = [...new Map([...QUICK.all, ...roles.flatMap((role) => QUICK[role] ?? [])].map((chip) => [String(chip), chip])).values()];
    this.part("quick").replaceChildren(...chips.map((chip) => this.chip(chip)));
  }

  chip(chip) {
    const [label, fill] = Array.isArray(chip) ? chip : [chip, null];
    const act = () => fill === null ? this.send({ text: label }) : this.fill(fill);
    return make("button", { type: "button", class: "chip", "data-testid": "quick-reply", onclick: act }, label);
  }

  fill(words) {
    this.box.value = words;
    this.grow();
    this.box.focus();
  }

  badge() {
    return this.unread ? make("span", { class: "badge", "data-testid": "unread", "aria-label": `${this.unread} 条未读` }, String(this.unread)) : "";
  }

  listen() {
    const form = this.part("composer");
    form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.box.addEventListener("input", () => this.grow());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.submit(); }
    });
    this.box.addEventListener("paste", (event) => this.upload([...event.clipboardData.files], event));
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.element.addEventListener("drop", (event) => this.upload([...event.dataTransfer.files], event));
    this.part("plus").addEventListener("click", () => this.attachments(this.part("attachments").hidden));
    for (const field of form.querySelectorAll("input[type=file]")) {
      field.addEventListener("change", () => { this.upload([...field.files], null, field.accept ? "photo" : "file"); field.value = ""; });
    }
    this.part("locate").addEventListener("click", () => { this.attachments(false); askPlace(this); });
    this.part("close").addEventListener("click", () => close(this.person));
    this.part("identity").addEventListener("click", () => openPicker(this.person));
    this.part("newer").addEventListener("click", () => this.toBottom());
    this.log.addEventListener("scroll", () => this.notice());
    this.log.addEventListener("load", () => { if (this.isNear) this.toBottom(); }, true);
  }

  // — sending —

  submit() {
    const text = this.box.value.trim();
    if (!text) return;
    this.fill("");
    this.send({ text });
  }

  grow() {
    this.box.rows = Math.min(4, this.box.value.split("\n").length + Math.floor(this.box.value.length / 20));
  }

  attachments(isShown) {
    this.part("attachments").hidden = !isShown;
    this.part("plus").setAttribute("aria-expanded", String(isShown));
  }

  async upload(files, event = null, kind = "") {
    if (!files.length) return;
    event?.preventDefault();
    this.attachments(false);
    for (const file of files) {
      if (file.size > UPLOAD_LIMIT) { toast(`“${file.name}”太大，模拟器最多收 29 MB`); continue; }
      const base64 = await octets(file);
      const as = kind || (file.type.startsWith("image/") ? "photo" : "file");
      await this.send({ [as]: { name: file.name || "图片.png", base64 } });
    }
  }

  async send(what, id = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`) {
    const words = what.text ?? what.tap?.button ?? what.location?.label ?? (what.photo ?? what.file)?.name ?? "";
    const bubble = make("div", { class: "bubble mine pending" }, words);
    this.pending.get(id)?.remove();
    this.pending.set(id, bubble);
    this.log.append(bubble);
    this.toBottom();
    try {
      await ask("/simulator/say", { method: "POST", body: JSON.stringify({ id, person: this.person, ...what }) });
      if (this.pending.has(id)) this.showTyping();
    } catch (fault) {
      const again = () => { bubble.remove(); this.send(what, id); };
      bubble.classList.add("failed");
      bubble.append(make("button", { type: "button", onclick: again }, "没有送达，点此重发"));
      toast(fault.message);
    }
  }

  showTyping() {
    this.log.append(this.typing);
    this.toBottom();
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.typing.remove(), TYPING);
  }

  // — hearing —

  async catchUp() {
    if (this.isFollowed || this.isFetching) return;
    this.isFetching = true;
    const isFirst = this.last === 0;
    try {
      const fetched = await feed(this.person, this.last);
      for (const message of [...fetched, ...this.missed]) this.put(message, isFirst);
      this.isFollowed = true;
    } catch (fault) {
      toast(fault.message);
      setTimeout(() => this.catchUp(), 2000);
    }
    this.missed = [];
    this.isFetching = false;
    if (isFirst) this.toBottom();
    this.log.classList.toggle("blank", !this.last);
  }

  hear(message) {
    if (this.isFollowed) this.put(message);
    else this.missed.push(message);
  }

  put(message, isQuiet = false) {
    if (message.seq <= this.last) return;
    this.last = message.seq;
    this.log.classList.remove("blank");
    const wasNear = this.isNear;
    const isMine = message.kind === "mine";
    if (isMine) { this.pending.get(message.id)?.remove(); this.pending.delete(message.id); }
    const element = isMine ? mine(message) : theirs(message, this);
    const earlier = message.card && !isMine ? this.cards.get(message.card) : null;
    if (earlier?.isConnected) this.redraw(earlier, element, isQuiet);
    else this.add(element, message);
    if (message.card && !isMine) this.cards.set(message.card, element);
    if (!isMine) this.count(message, earlier);
    if (isMine && !isQuiet) this.showTyping();
    if (wasNear || isMine) this.toBottom();
  }

  redraw(earlier, element, isQuiet) {
    if (!isQuiet) element.classList.add("redrawn");
    earlier.replaceWith(element);
    this.typing.remove();
  }

  add(element, message) {
    const at = Date.parse(message.at);
    if (!(at - this.at < PAUSE)) this.log.append(make("div", { class: "when" }, when(message.at)));
    this.at = at;
    this.typing.remove();
    this.log.append(element);
  }

  count(message, earlier) {
    if (message.seq > (read[this.person] ?? 0) && !earlier) this.unread += 1;
    this.notice();
  }

  // — seeing —

  get isNear() { return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80; }

  toBottom() {
    this.log.scrollTop = this.log.scrollHeight;
    this.notice();
  }

  notice() {
    const isSeen = this.isNear && this.isInView && document.visibilityState === "visible";
    if (isSeen) this.unread = 0;
    if (isSeen && this.last > (read[this.person] ?? 0)) { read[this.person] = this.last; keep("simulator.read", read); }
    this.part("newer").hidden = this.isNear || !this.unread;
    this.part("newer").textContent = `↓ ${this.unread} 条新消息`;
    this.tab.querySelector(".badge")?.remove();
    if (this.unread) this.tab.append(this.badge());
  }

  show() {
    this.element.scrollIntoView({ inline: "center", block: "nearest", behavior: "smooth" });
    if (matchMedia("(pointer: fine)").matches) this.box.focus({ preventScroll: true });
  }
}

async function octets(file) {
  const reader = new FileReader();
  const done = new Promise((resolve, reject) => { reader.onload = resolve; reader.onerror = reject; });
  reader.readAsDataURL(file);
  await done;
  return reader.result.slice(reader.result.indexOf(",") + 1);
}

// ——— bubbles and cards ———

function mine(message) {
  const facts = { class: `bubble mine ${message.heard}`, "data-testid": "message", "data-kind": "mine", "data-seq": message.seq };
  if (message.file) return make("div", { ...facts, class: `${facts.class} has-file` }, attachment(message.file));
  if (message.heard === "location") return make("div", facts, make("span", { "aria-hidden": "true" }, "📍 "), message.place);
  return make("div", facts, message.text || message.button);
}

function theirs(message, phone) {
  const facts = { "data-testid": "message", "data-kind": message.kind, "data-seq": message.seq };
  const isPlain = message.kind !== "card" && !message.buttons.length && !Object.keys(message.fields).length && !message.title;
  if (isPlain) {
    const kind = message.file && !message.text ? " has-file" : "";
    return make("div", { ...facts, class: `bubble theirs${kind}` }, ...linked(message.text), message.file && attachment(message.file));
  }
  const fields = Object.entries(message.fields);
  return make("section", { ...facts, class: `card${message.note ? " done" : ""}`, "data-card": message.card, "aria-label": message.title || "卡片" },
    message.title && make("h3", {}, message.title),
    message.text && make("p", { class: "words" }, ...linked(message.text)),
    fields.length ? make("dl", {}, ...fields.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, ...linked(value))))) : null,
    message.file && attachment(message.file),
    message.buttons.length ? make("div", { class: "buttons" }, ...message.buttons.map((button) => cardButton(button, message.card, phone))) : null,
    message.note && make("p", { class: "note", "data-testid": "note" }, message.note));
}

function cardButton({ label, live }, card, phone) {
  const kind = PRIMARY.test(label) ? "primary" : DANGER.test(label) ? "danger" : "";
  const button = make("button", { type: "button", class: kind, disabled: !live, "data-testid": "card-button", "data-label": label }, label);
  button.addEventListener("click", () => {
    button.disabled = true;
    setTimeout(() => { button.disabled = !live; }, 1500);  // a double click is one tap
    phone.send({ tap: { card, button: label } });
  });
  return button;
}

function attachment({ name, url }) {
  if (!url) return make("span", { class: "file" }, make("span", { class: "icon", "aria-hidden": "true" }, "⚠"), make("span", {}, name, make("small", {}, "太大，没有保存")));
  if (PICTURE.test(name)) return make("a", { class: "picture", href: url, target: "_blank", rel: "noopener" }, make("img", { src: url, alt: name, loading: "lazy" }));
  const icon = name.split(".").pop().slice(0, 4).toUpperCase();
  return make("a", { class: "file", href: url, download: name }, make("span", { class: "icon", "aria-hidden": "true" }, icon), make("span", {}, name, make("small", {}, "点按下载")));
}

function linked(text) {
  return String(text).split(/(https?:\/\/[^\s，。；、）)」”]+)/).map((part, place) =>
    place % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part);
}

// ——— the demonstration's clock, always Beijing time ———

const clock = { base: 0, since: 0 };
const now = () => clock.base + performance.now() - clock.since;
const wallClock = (instant) => new Date(instant + 8 * HOUR).toISOString();  // digits of Beijing time; the Z doesn't count
const when = (at) => `${day(Date.parse(at))} ${wallClock(Date.parse(at)).slice(11, 16)}`;

function day(instant) {
  const date = new Date(instant + 8 * HOUR);
  return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日 周${"日一二三四五六"[date.getUTCDay()]}`;
}

function setClock(iso) {
  clock.base = Date.parse(iso);
  clock.since = performance.now();
  tick();
}

function tick() {
  $("clock-day").textContent = `${wallClock(now()).slice(0, 4)}年${day(now())}`;
  $("clock-time").textContent = wallClock(now()).slice(11, 16);
  $("clock-time").dateTime = `${wallClock(now()).slice(0, 19)}+08:00`;
  if (document.activeElement !== $("clock-field")) $("clock-field").min = wallClock(now()).slice(0, 16);
}

async function moveClock(beijing) {
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
  const phone = new Phone(person);
  const earlier = instead && phones.get(instead);
  phones.set(person, phone);
  $("row").append(phone.element);
  $("tabs").append(phone.tab);
  if (earlier) {
    earlier.element.after(phone.element);
    earlier.tab.after(phone.tab);
    close(instead);
  }
  sight.observe(phone.element);
  arranged();
}

function close(person) {
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
  watch();
}

const sight = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) {
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
  const calling = found.filter((phone) => phone.last > (read[phone.person] ?? 0) && !phones.has(phone.person));
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
  const isCalling = phone.last > (read[phone.person] ?? 0) && !phones.has(phone.person);
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
  for (const person of [...phones.keys()]) if (!chosen.includes(person)) close(person);
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
connect();
