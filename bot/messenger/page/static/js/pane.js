// One person's messenger: who it is, their conversations, the open chat. Wide enough, list and chat stand side by
// side; else one at a time, as on a phone (the style sheet decides by the pane's width).

import { Chat } from "./chat.js";
import { Conversations } from "./conversations.js";
import { h, icon } from "./dom.js";
import { faceOf } from "./faces.js";
import { MessengerSwitch } from "./messengers.js";
import { PersonPicker } from "./people.js";
import { APP } from "./store.js";

export class Pane {
  /**
   * `services`: store, activity, clock, wall, marks. `on`: choose(pane, userid), close(pane), member(userid),
   * taken(userid).
   */
  constructor(services, userid, on) {
    Object.assign(this, services, { userid, active: null });
    this.picker = new PersonPicker({
      store: this.store,
      unreadOf: (person) => this.unread(person),
      taken: on.taken,
      choose: (person) => on.choose(this, person),
    });
    this.list = new Conversations(services, (key) => this.openChat(key));
    this.chat = new Chat(services, { back: () => this.back(), member: on.member });
    this.messengers = new MessengerSwitch({ store: this.store, turn: (person) => on.choose(this, person) });
    const close = h(
      "button",
      {
        type: "button",
        class: "icon-button pane-close",
        "aria-label": "收起这一栏",
        title: "收起这一栏",
        "data-testid": "pane-close",
        onclick: () => on.close(this),
      },
      icon("close"),
    );
    this.element = h(
      "section",
      { class: "pane", "data-testid": "pane", "data-view": "list" },
      h("header", { class: "pane-head" }, this.picker.element, close),
      this.messengers.element,
      h("div", { class: "pane-body" }, this.list.element, this.chat.element),
    );
  }

  /** Whose messenger this is from now on; on a wide page the app's chat stands open at once. */
  become(userid, { open }) {
    Object.assign(this, { userid, active: null });
    this.element.dataset.view = "list";
    if (open) this.openChat(APP);
    else this.refresh();
  }

  openChat(key) {
    this.active = key;
    this.element.dataset.view = "chat";
    if (key === APP) this.activity.enter(this.userid);
    this.refresh();
    if (matchMedia("(pointer: fine)").matches) this.chat.composer.box.focus({ preventScroll: true });
  }

  back() {
    this.active = null;
    this.element.dataset.view = "list";
    this.refresh();
  }

  refresh() {
    const person = this.store.person(this.userid);
    this.element.dataset.person = this.userid;
    this.element.dataset.messenger = person.messenger;
    this.element.setAttribute("aria-label", `${person.name}的${this.store.two ? faceOf(person).name : ""}消息`);
    const conversation = this.active === null ? null : this.store.conversation(this.userid, this.active);
    this.picker.show(person);
    this.messengers.show(person);
    this.chat.show(this.userid, conversation ?? null);
    if (conversation && this.visible())
      this.marks.mark(this.userid, this.active, conversation.messages.at(-1)?.seq ?? 0);
    this.list.show(this.userid, this.active);
  }

  visible() {
    return document.visibilityState === "visible" && this.chat.element.getClientRects().length > 0;
  }

  unread(userid) {
    return this.store.conversations(userid).reduce((sum, each) => sum + this.marks.count(userid, each), 0);
  }
}
