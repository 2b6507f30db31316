// One to three people's messengers side by side. Who stood there is remembered in this browser; `?as=lin.yue,zhou.bo`
// in the address says it outright.

import { h } from "./dom.js";
import { avatar } from "./people.js";
import { Pane } from "./pane.js";

const KEY = "genjin.panes";
const MOST = 3;
const PHONE = "(max-width: 700px)";

export class Workspace {
  constructor(services, storage) {
    Object.assign(this, { services, storage, store: services.store, panes: [] });
    this.element = h("main", { class: "panes" });
    this.counts = [1, 2, 3].map((count) =>
      h(
        "button",
        {
          type: "button",
          "data-testid": `panes-${count}`,
          "aria-pressed": "false",
          "aria-label": `并排${count}人`,
          onclick: () => this.setCount(count),
        },
        String(count),
      ),
    );
    this.control = h(
      "div",
      { class: "side-by-side", role: "group", "aria-label": "并排几个人" },
      h("span", {}, "并排"),
      this.counts,
    );
    this.store.subscribe(() => this.refresh());
    document.addEventListener("visibilitychange", () => this.refresh());
    matchMedia(PHONE).addEventListener("change", () => this.refresh());
  }

  /** Put the people in place; called once everybody is known. */
  begin() {
    if (this.panes.length) return this.panes.forEach((pane) => pane.active !== null && pane.openChat(pane.active));
    const known = this.wanted()
      .filter((userid) => this.store.people.has(userid))
      .slice(0, MOST);
    for (const userid of known.length ? known : this.firstPair()) this.add(userid);
    return this.refresh();
  }

  wanted() {
    const asked = new URLSearchParams(location.search).get("as");
    return (asked ?? this.storage.getItem(KEY) ?? "").split(",").filter(Boolean);
  }

  /** Somebody who is led and leads nobody, and their leader, who is on the other messenger if he can be: a request and
   * its approval are seen at once. */
  firstPair() {
    const people = [...this.store.people.values()];
    const led = people.find((person) => this.store.people.has(person.leader) && !this.store.leads(person.id)) ?? people[0];
    const leader = led?.leader && (this.store.twin(led.leader)?.id ?? led.leader);
    return [led?.id, leader].filter((userid) => this.store.people.has(userid));
  }

  setCount(count) {
    while (this.panes.length > count) this.remove(this.panes.at(-1));
    while (this.panes.length < count && this.next()) this.add(this.next());
    this.refresh();
  }

  /** Who comes beside those who are there: the leader of one of them, else the first that is free. */
  next() {
    const shown = new Set(this.panes.map((pane) => pane.userid));
    const leaders = [...shown].map((userid) => this.store.person(userid).leader);
    return [...leaders, ...this.store.people.keys()].find(
      (userid) => this.store.people.has(userid) && !shown.has(userid),
    );
  }

  add(userid) {
    const pane = new Pane(this.services, userid, {
      choose: (chosen, person) => this.choose(chosen, person),
      close: (closed) => {
        this.remove(closed);
        this.refresh();
      },
      taken: (person) => this.panes.some((each) => each.userid === person),
      member: (person) => this.introduce(person),
    });
    this.panes.push(pane);
    this.element.append(pane.element);
    pane.become(userid, { open: !matchMedia(PHONE).matches });
  }

  remove(pane) {
    this.panes = this.panes.filter((each) => each !== pane);
    pane.element.remove();
  }

  /** Switch a pane to somebody; whoever stood beside changes places with them. */
  choose(pane, userid) {
    const open = !matchMedia(PHONE).matches;
    const other = this.panes.find((each) => each !== pane && each.userid === userid);
    if (other) other.become(pane.userid, { open });
    pane.become(userid, { open });
    this.refresh();
  }

  refresh() {
    if (!this.panes.length) return;
    this.storage.setItem(KEY, this.panes.map((pane) => pane.userid).join(","));
    this.element.dataset.count = String(this.panes.length);
    this.counts.forEach((button, at) => button.setAttribute("aria-pressed", String(at + 1 === this.panes.length)));
    for (const pane of this.panes) pane.refresh();
    const waiting = this.panes.reduce((sum, pane) => sum + pane.unread(pane.userid), 0);
    document.title = waiting ? `(${waiting}) 跟进 · 消息` : "跟进 · 消息";
  }

  /** A small sheet that says who somebody is. */
  introduce(userid) {
    const person = this.store.person(userid);
    const leader = this.store.people.get(person.leader);
    const sheet = h(
      "dialog",
      {
        class: "sheet",
        "data-testid": "member",
        "aria-label": person.name,
        onclose: () => sheet.remove(),
        onclick: (event) => event.target === sheet && sheet.close(),
      },
      h(
        "div",
        { class: "sheet-body" },
        avatar(person, "xl"),
        h("h3", {}, person.name),
        h("p", {}, person.title),
        h(
          "dl",
          {},
          h("dt", {}, "部门"),
          h("dd", {}, person.department),
          leader && [h("dt", {}, "上级"), h("dd", {}, leader.name)],
        ),
        h("button", { type: "button", class: "card-button style-2", onclick: () => sheet.close() }, "好"),
      ),
    );
    document.body.append(sheet);
    sheet.showModal();
  }
}
