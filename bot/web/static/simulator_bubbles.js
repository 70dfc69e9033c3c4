// Build what a chat shows (气泡和卡片); everything that people wrote goes in as text, never as markup.

const PRIMARY = /^(同意|提交|接受|通过|确认|参与|开始|完成|保存|继续|是$)/;
const DANGER = /^(退回|取消|申请回避|回避|申请不予|有异议|删除|放弃|作废)/;
const PICTURE = /\.(jpe?g|png|webp|gif)$/i;
const DOUBLE_CLICK = 1500;
const HOUR = 3600 * 1000;

export const wallClock = (instant) => new Date(instant + 8 * HOUR).toISOString();  // digits of Beijing time; the Z doesn't count

export function day(instant) {
  const date = new Date(instant + 8 * HOUR);
  return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日 周${"日一二三四五六"[date.getUTCDay()]}`;
}

export function make(tag, facts = {}, ...inside) {
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

export function toast(sentence, button) {
  const line = make("p", { class: "toast" }, sentence, button);
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 6000);
}

export function mine(message) {
  const facts = { class: `bubble mine as-${message.heard}`, "data-testid": "message", "data-kind": "mine", "data-seq": message.seq };
  if (message.file) return make("div", { ...facts, class: `${facts.class} has-file` }, attachment(message.file));
  if (message.heard === "location") return make("div", facts, make("span", { class: "pin", "aria-label": "位置" }), message.place);
  return make("div", facts, message.text || message.button);
}

export function theirs(message, tap) {
  const facts = { "data-testid": "message", "data-kind": message.kind, "data-seq": message.seq };
  const isPlain = message.kind !== "card" && !message.buttons.length && !Object.keys(message.fields).length && !message.title;
  if (isPlain) {
    const kind = message.file && !message.text ? " has-file" : "";
    return make("div", { ...facts, class: `bubble theirs${kind}` }, ...linked(message.text), message.file && attachment(message.file), pageLink(message.page));
  }
  const fields = Object.entries(message.fields);
  return make("section", { ...facts, class: `card${message.note ? " done" : ""}`, "data-card": message.card, "aria-label": message.title || "卡片" },
    message.title && make("h3", {}, message.title),
    message.text && make("p", { class: "words" }, ...linked(message.text)),
    fields.length ? make("dl", {}, ...fields.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, ...linked(value))))) : null,
    message.file && attachment(message.file),
    pageLink(message.page),
    message.buttons.length ? make("div", { class: "buttons" }, ...message.buttons.map((button) => cardButton(button, message.card, tap))) : null,
    message.note && make("p", { class: "note", "data-testid": "note" }, message.note));
}

function pageLink(page) {
  return page && make("a", { class: "page-link", href: page.url, target: "_blank", rel: "noopener", "data-testid": "page-link" }, page.label);
}

function cardButton({ label, live }, card, tap) {
  const kind = PRIMARY.test(label) ? "primary" : DANGER.test(label) ? "danger" : "";
  const button = make("button", { type: "button", class: kind, disabled: !live, "data-testid": "card-button", "data-label": label }, label);
  button.addEventListener("click", () => {
    button.disabled = true;
    setTimeout(() => { button.disabled = !live; }, 1500);  // a double click is one tap
    tap({ card, button: label });
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
