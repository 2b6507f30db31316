// To-dos (待办) and calendars (日程) in the messengers' own lists: what stands there, and what their owners do with it.

import { h } from "./dom.js";
import { act, Drawer } from "./drawer.js";
import { faceOf } from "./faces.js";
import { anchor } from "./inline.js";

export class ListsDrawer {
  /** `ask(action)` asks the server and resolves to whether it was done; `say(moment)` puts it into words. */
  constructor({ store, ask, say }) {
    Object.assign(this, { store, ask, say });
    this.drawer = new Drawer({
      store,
      name: "lists",
      title: "待办和日程",
      note: "约好的事在钉钉里也有一份；在这里勾掉，跟进就知道",
      shape: "check",
      seen: () => [store.lists, [...store.people.keys()]],
      draw: () => this.draw(),
    });
    store.subscribe(() => {
      this.drawer.toggle.hidden = !Object.keys(store.lists).length;
    });
  }

  draw() {
    const filled = Object.entries(this.store.lists).filter(([, { todos, events }]) => todos.length + events.length);
    if (filled.length) return filled.map(([userid, lists]) => this.owner(userid, lists));
    return [h("p", { class: "picker-none" }, "还没有。答应客户一件事，这里就有了")];
  }

  owner(userid, { todos, events }) {
    const person = this.store.person(userid);
    const rows = [...todos.map((each) => this.todo(userid, each)), ...events.map((each) => this.event(userid, each))];
    return h(
      "section",
      { class: "drawer-unit", "data-testid": `lists-${userid}` },
      h("h3", {}, person.name, h("span", { class: "tag" }, faceOf(person).name)),
      rows,
    );
  }

  todo(userid, { id, subject, due, done, page }) {
    const when = [due && `${this.say(due)} 前`, done && "已完成"].filter(Boolean).join(" · ");
    return this.row("list-todo", `待办 · ${subject}`, when, [
      this.pageOf(userid, page),
      act("list-tick", done ? "取消完成" : "完成", () => this.do(userid, done ? "untick" : "tick", id)),
      act("list-remove", "删掉", () => this.do(userid, "remove", id), "4"),
    ]);
  }

  /** The page behind a to-do, opened as its owner's client opens it; nothing where it is none of the app's. */
  pageOf(userid, page) {
    if (!page || new URL(page).host !== this.store.home) return null;
    const look = { class: "card-button drawer-act style-3", "data-testid": "list-open" };
    return anchor(new URL(`open?${new URLSearchParams({ as: userid, url: page })}`, location.href).href, look, "打开");
  }

  event(userid, { id, subject, start }) {
    const acts = [act("list-cancel", "删掉", () => this.do(userid, "cancel", id), "4")];
    return this.row("list-event", `日程 · ${subject}`, this.say(start), acts);
  }

  row(name, title, when, acts) {
    return h(
      "article",
      { class: "drawer-row", "data-testid": name },
      h("strong", {}, title),
      h("p", {}, when),
      h("div", { class: "drawer-acts" }, acts.filter(Boolean)),
    );
  }

  do(userid, did, id) {
    return this.ask({ type: "list", as: userid, did, id });
  }
}
