// One open conversation: header, messages with the times between them, the composer below.

import { helloElement, messageElement, summary, typingElement } from "./bubble.js";
import { Composer } from "./composer.js";
import { arrange, h, icon } from "./dom.js";
import { Extras } from "./extras.js";
import { faceOf } from "./faces.js";
import { MenuBar } from "./menubar.js";
import { appAvatar, groupAvatar } from "./people.js";
import { APP } from "./store.js";

const PAUSE = 5 * 60_000; // silence after which the time is said again
const NEAR = 80; // pixels from the end that still count as reading the newest

export class Chat {
  /** `services`: store, activity, clock, wall; `back()` returns to the list; `member(userid)` shows who that is. */
  constructor(services, { back, member }) {
    Object.assign(this, services, { member, key: null, viewer: null });
    this.rows = new Map();
    this.drafts = new Map(); // what was typed and not sent, by viewer and conversation
    this.face = h("div", { class: "chat-face" });
    this.log = h("div", {
      class: "log",
      role: "log",
      "aria-live": "off",
      "aria-label": "消息",
      tabindex: "0",
      "data-testid": "log",
      onscroll: () => this.atEnd() && this.seenAll(),
      onclick: (event) => this.follow(event),
      onauxclick: (event) => this.follow(event),
    });
    this.fresh = h("button", {
      type: "button",
      class: "fresh",
      hidden: true,
      "data-testid": "fresh",
      onclick: () => this.toEnd(),
    });
    this.live = h("div", { class: "sr-only", "aria-live": "polite", "data-testid": "live" });
    const extras = new Extras({
      send: (kind, file) => this.sendFile(kind, file),
      tell: (action) => this.activity.tellApp(this.viewer, action),
    });
    this.composer = new Composer({ send: (text) => this.say(text), extras });
    this.menubar = new MenuBar({ click: (key) => this.activity.tellApp(this.viewer, { type: "click", key }) });
    const home = h(
      "button",
      {
        type: "button",
        class: "icon-button back",
        "aria-label": "返回会话列表",
        "data-testid": "back",
        onclick: back,
      },
      icon("back"),
    );
    this.open = h(
      "div",
      { class: "chat-open", hidden: true },
      h("header", { class: "chat-head" }, home, this.face),
      h("div", { class: "log-frame" }, this.log, this.fresh),
      h("div", {}, this.composer.element, this.menubar.element),
    );
    this.empty = h(
      "div",
      { class: "chat-none" },
      h("img", { src: "static/mark.svg", alt: "" }),
      h("p", {}, "选一个会话"),
    );
    this.element = h(
      "section",
      { class: "chat", "data-testid": "chat", "aria-label": "聊天" },
      this.empty,
      this.open,
      this.live,
    );
  }

  /** Show `conversation` as `viewer` sees it, or nothing. */
  show(viewer, conversation) {
    const turned = viewer !== this.viewer || (conversation?.key ?? null) !== this.key;
    this.open.hidden = !conversation;
    this.empty.hidden = Boolean(conversation);
    if (turned) this.turn(viewer, conversation);
    if (conversation) this.refresh(conversation, turned);
  }

  turn(viewer, conversation) {
    this.drafts.set(`${this.viewer} ${this.key}`, this.composer.box.value);
    Object.assign(this, { viewer, key: conversation?.key ?? null, known: conversation?.messages.length ?? 0 });
    this.rows.clear();
    this.log.replaceChildren();
    this.live.textContent = "";
    if (!conversation) return;
    const app = conversation.key === APP;
    const face = faceOf(this.store.person(viewer));
    this.composer.set(this.drafts.get(`${viewer} ${this.key}`) ?? "");
    this.composer.offer({
      app,
      leads: this.store.leads(viewer),
      extras: face.extras,
      name: conversation.name,
      offered: !conversation.messages.some((each) => each.sender === viewer),
    });
    this.element.dataset.conversation = this.key;
  }

  /** A page of the app is opened as the client of who looks at this chat: it says there who that is. */
  follow(event) {
    const link = event.target.closest("a[href]");
    if (!link || !this.store.home || new URL(link.href).host !== this.store.home) return;
    link.href = `open?${new URLSearchParams({ as: this.viewer, url: link.href })}`;
  }

  refresh(conversation, turned) {
    const atEnd = turned || this.atEnd();
    const added = conversation.messages.slice(this.known);
    this.known = conversation.messages.length;
    this.drawFace(conversation);
    this.menubar.draw(this.store.appMenu, conversation.key === APP && faceOf(this.store.person(this.viewer)).menu);
    arrange(this.log, this.lines(conversation));
    if (atEnd || added.some((each) => each.sender === this.viewer)) this.toEnd();
    else if (added.length) this.offerFresh(added.length);
    this.announce(added);
  }

  drawFace(conversation) {
    const app = conversation.key === APP;
    const members = (conversation.members ?? []).map((userid) => this.store.person(userid));
    const said = JSON.stringify([this.viewer, conversation.key, conversation.name, conversation.members]);
    if (this.face.dataset.said === said) return;
    this.face.dataset.said = said;
    this.face.title = members.map((each) => each.name).join("、");
    const parts = [
      app ? appAvatar("s") : groupAvatar(members, "s"),
      h("h2", { "data-testid": "chat-name" }, conversation.name),
      app && h("span", { class: "tag" }, faceOf(this.store.person(this.viewer)).tag),
      members.length > 1 && h("span", { class: "chat-count" }, `${members.length}人`),
    ];
    this.face.replaceChildren(...parts.filter(Boolean));
  }

  lines(conversation) {
    const now = this.clock.now();
    const lines = [];
    let before = null;
    for (const message of conversation.messages) {
      if (before === null || message.at - before > PAUSE) lines.push(this.separator(message, now));
      before = message.at;
      lines.push(this.row(message, conversation));
    }
    if (conversation.key === APP && this.activity.typing.has(this.viewer))
      lines.push(this.fixed("typing", typingElement));
    if (conversation.key === APP && !lines.length) lines.push(this.fixed("hello", helloElement));
    return lines;
  }

  separator(message, now) {
    const text = this.wall.full(message.at, now);
    const name = `at ${message.id}`;
    const kept = this.rows.get(name);
    if (kept?.text === text) return kept.element;
    const element = h("p", { class: "separator" }, h("time", { datetime: new Date(message.at).toISOString() }, text));
    this.rows.set(name, { text, element });
    return element;
  }

  row(message, conversation) {
    const failed = this.activity.failed.has(message.id);
    const tapped = this.activity.tapped(this.viewer, message.id);
    const kept = this.rows.get(message.id);
    if (kept && kept.message === message && kept.failed === failed && kept.tapped === tapped) return kept.element;
    const picked = kept?.message === message ? kept.picked : null;
    const row = { message, failed, tapped, picked };
    row.element = messageElement(pickedIn(message, picked), {
      viewer: this.viewer,
      group: conversation.key !== APP,
      store: this.store,
      failed,
      again: () => this.activity.again(message.id),
      card: this.cardContext(message, row),
    });
    if (kept && kept.message !== message && !message.choice) row.element.classList.add("changed");
    if (!kept) row.element.classList.add("arrived");
    if (kept?.element.contains(document.activeElement)) this.log.focus({ preventScroll: true });
    this.rows.set(message.id, row);
    return row.element;
  }

  cardContext(message, row) {
    return {
      tapped: row.tapped,
      member: this.member,
      nameOf: this.store.nameOf,
      menu: (key) => this.activity.menu(this.viewer, message, key),
      tap: (key, selections) => {
        row.picked = selections;
        this.activity.tap(this.viewer, message, key, selections);
      },
    };
  }

  fixed(name, make) {
    const kept = this.rows.get(name) ?? { element: make(this.store) };
    this.rows.set(name, kept);
    return kept.element;
  }

  /** In DingTalk a picture goes with the words that stand in the box. */
  sendFile(kind, file) {
    const beside = kind === "image" && faceOf(this.store.person(this.viewer)).together;
    this.activity.sendFile(this.viewer, kind, file, beside ? this.composer.take() : "");
  }

  say(text) {
    return this.activity.say(this.viewer, this.key, text);
  }

  atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.seenAll();
  }

  seenAll() {
    this.fresh.hidden = true;
    this.waiting = 0;
  }

  offerFresh(count) {
    this.waiting = (this.waiting ?? 0) + count;
    this.fresh.replaceChildren(icon("down"), `${this.waiting}条新消息`);
    this.fresh.hidden = false;
  }

  announce(added) {
    const last = added.filter((each) => each.sender !== this.viewer).at(-1);
    if (last) this.live.textContent = `${this.store.nameOf(last.sender)}：${summary(last, this.store.nameOf)}`;
  }
}

/** The message with the choices as they stood when a button was tapped. */
function pickedIn(message, picked) {
  if (!picked) return message;
  return {
    ...message,
    selections: message.selections.map((each) => ({ ...each, selected: picked[each.key] ?? each.selected })),
  };
}
