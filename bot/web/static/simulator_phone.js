// One phone (手机): a person's chat, what it sends and what it hears.

import { day, make, mine, theirs, toast, wallClock } from "/static/simulator_bubbles.js";
import { ask } from "/static/simulator_server.js";

const QUICK = {  // chips above the text box; one that ends with … only fills the box with the words beside it
  all: ["帮助", "待办", "进度"],
  officer: [["抽查…", "抽查 成品油零售 5% 红塔区"], "公示", "处置"],
  chief: ["审批", ["抽查…", "抽查 成品油零售 5% 红塔区"], "逾期", "验证"],
  legal: ["审批", "逾期", "清单"],
  leader: ["审批", "逾期", "验证"],
  inspector: ["录入", ["请假…", "请假 "], ["指引…", "指引 "]],
  witness: [["验证…", "验证 "]],
  stranger: [["绑定…", "绑定 "]],
};
const UPLOAD_LIMIT = 29 * 1024 * 1024;
const PAUSE = 5 * 60 * 1000;  // after so long the next bubble tells its time
const TYPING = 8000;

export class Phone {
  // `house` gives what lies around the phones: who people are, what was read, and the dialogs.
  constructor(person, house) {
    this.house = house;
    this.person = person;
    this.last = 0;
    this.unread = 0;
    this.cards = new Map();
    this.pending = new Map();
    this.missed = [];
    this.isFollowed = this.isAskedAgain = false;
    this.isInView = true;
    this.element = document.getElementById("phone-template").content.firstElementChild.cloneNode(true);
    this.element.dataset.person = person;
    this.part = (name) => this.element.querySelector(`.${name}`);
    this.log = this.part("log");
    this.box = this.element.querySelector("textarea");
    this.typing = make("div", { class: "bubble theirs typing", "aria-label": "正在输入", "data-testid": "typing" }, make("i"), make("i"), make("i"));
    this.tab = make("button", { type: "button", class: "tab", "data-testid": "tab", onclick: () => this.show() });
    this.listen();
    this.introduce();
  }

  get owner() {
    const stranger = { name: this.person, roles: ["stranger"], labels: ["未绑定"], bureau_name: "", section: "" };
    return this.house.people().find((phone) => phone.person === this.person) ?? stranger;
  }

  introduce() {
    const { name, roles, labels, bureau_name: bureau, section } = this.owner;
    const where = [labels.join("、"), bureau, section].filter(Boolean).join(" · ");
    this.element.setAttribute("aria-label", `${name}的手机`);
    this.part("avatar").textContent = roles[0] === "stranger" ? "?" : name.slice(-2);
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
    this.part("locate").addEventListener("click", () => { this.attachments(false); this.house.askPlace(this); });
    this.part("close").addEventListener("click", () => this.house.close(this.person));
    this.part("identity").addEventListener("click", () => this.house.pick(this.person));
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

  // Asked each time the line stands anew: an answer that was on its way before knows nothing of what came while the line was broken.
  async catchUp() {
    this.isFollowed = false;
    this.isAskedAgain = this.isFetching;
    if (this.isFetching) return;
    this.isFetching = true;
    const isFirst = this.last === 0;
    try {
      const answer = await ask(`/simulator/phones/${encodeURIComponent(this.person)}/feed?after=${this.last}`);
      const fetched = await answer.json();
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
    if (this.isAskedAgain) this.catchUp();
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
    const element = isMine ? mine(message) : theirs(message, (tap) => this.send({ tap }));
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
    if (!(at - this.at < PAUSE)) this.log.append(make("div", { class: "when" }, `${day(at)} ${wallClock(at).slice(11, 16)}`));
    this.at = at;
    this.typing.remove();
    this.log.append(element);
  }

  count(message, earlier) {
    if (message.seq > this.house.read(this.person) && !earlier) this.unread += 1;
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
    if (isSeen) this.house.remember(this.person, this.last);
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
