// The list of a person's conversations: who, the last words, when, and how many are unread.

import { summary } from "./bubble.js";
import { arrange, h } from "./dom.js";
import { faceOf } from "./faces.js";
import { appAvatar, badge, groupAvatar } from "./people.js";
import { APP } from "./store.js";

export class Conversations {
  constructor({ store, clock, wall, marks }, open) {
    Object.assign(this, { store, clock, wall, marks, open });
    this.rows = new Map();
    this.list = h("ul", { class: "conversations" });
    this.element = h(
      "nav",
      { class: "sidebar", "aria-label": "会话", "data-testid": "conversations" },
      h("h2", { class: "sidebar-head" }, "消息"),
      this.list,
    );
  }

  show(viewer, active) {
    const conversations = this.store.conversations(viewer);
    arrange(
      this.list,
      conversations.map((each) => this.row(viewer, each, each.key === active)),
    );
  }

  row(viewer, conversation, active) {
    const kept = this.rows.get(conversation.key) ?? this.make(conversation.key);
    const button = kept.firstElementChild;
    const unread = this.marks.count(viewer, conversation);
    const said = this.parts(viewer, conversation, unread);
    const print = JSON.stringify([
      viewer,
      active,
      unread,
      said.words,
      said.time,
      conversation.name,
      conversation.members,
    ]);
    if (button.dataset.print === print) return kept;
    button.dataset.print = print;
    button.toggleAttribute("aria-current", active);
    button.setAttribute("aria-label", `${conversation.name}${unread ? `，${unread}条未读` : ""}，${said.words}`);
    button.replaceChildren(
      said.face,
      h(
        "span",
        { class: "row-main" },
        h(
          "span",
          { class: "row-top" },
          h("span", { class: "row-name" }, conversation.name),
          conversation.key === APP && h("span", { class: "tag" }, faceOf(this.store.person(viewer)).tag),
          h("time", {}, said.time),
        ),
        h(
          "span",
          { class: "row-bottom" },
          h("span", { class: "row-last", "data-testid": "preview" }, said.words),
          badge(unread),
        ),
      ),
    );
    return kept;
  }

  make(key) {
    const button = h("button", {
      type: "button",
      class: "conversation",
      "data-testid": `conversation-${key}`,
      onclick: () => this.open(key),
    });
    const item = h("li", {}, button);
    this.rows.set(key, item);
    return item;
  }

  parts(viewer, conversation, unread) {
    const app = conversation.key === APP;
    const members = (conversation.members ?? []).map((userid) => this.store.person(userid));
    const last = conversation.messages.at(-1);
    return {
      face: app ? appAvatar("l") : groupAvatar(members, "l"),
      time: last ? this.wall.short(last.at, this.clock.now()) : "",
      words: last ? this.words(viewer, conversation, last, unread) : app ? "发一句话，就是一条记录" : "还没有消息",
    };
  }

  words(viewer, conversation, last, unread) {
    const line = summary(last, this.store.nameOf);
    if (conversation.key === APP || last.sender === viewer || last.recalled) return line;
    const called = unread && (last.mentions.includes(viewer) || last.mentions.includes("@all"));
    return `${called ? "[有人@我] " : ""}${this.store.nameOf(last.sender)}：${line}`;
  }
}
