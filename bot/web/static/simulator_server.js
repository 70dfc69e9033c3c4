// Talk with the assistant's server (连接): ask, and hear live; a broken line comes back by itself.

import { make, toast } from "/static/simulator_bubbles.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10000;

export async function ask(path, facts = {}) {
  const answer = await fetch(path, { ...facts, headers: { "X-Simulator": "1", "Content-Type": "application/json" } })
    .catch(() => { throw new Error("连不上服务器"); });
  if (answer.ok) return answer;
  if (answer.status === 401) toast("页面已过期。", make("button", { type: "button", onclick: () => location.reload() }, "刷新"));
  throw new Error((await answer.json().catch(() => ({}))).error ?? `服务器回答 ${answer.status}`);
}


export class Line {
  // `persons` tells whose phones are open, `hear` takes the news, `show` tells whether the line stands.
  constructor({ persons, hear, show }) {
    Object.assign(this, { persons, hear, show, wait: FIRST_WAIT });
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/simulator/live`);
    this.socket.onopen = () => { this.wait = FIRST_WAIT; this.watch(); };
    this.socket.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.socket.onclose = () => this.retry();
  }

  watch() {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ persons: this.persons() }));
  }

  retry() {
    this.show(false);
    setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    ask("/simulator/clock").catch(() => {});  // tells when the session is over
  }
}
