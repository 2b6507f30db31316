// Where somebody has an account on both messengers: which of the two this pane shows, and the way to the other.

import { FACES } from "./faces.js";
import { h } from "./dom.js";

export class MessengerSwitch {
  /** `turn(userid)` shows the account on the other messenger. */
  constructor({ store, turn }) {
    Object.assign(this, { store, turn });
    this.element = h("div", { class: "messengers", role: "group", "aria-label": "在哪个消息软件上" });
  }

  show(person) {
    const other = this.store.twin(person.id);
    const print = JSON.stringify([person.id, other?.id]);
    this.element.hidden = !this.store.two;
    if (this.element.dataset.print === print) return;
    this.element.dataset.print = print;
    const both = Object.keys(FACES)
      .map((messenger) => [person, other].find((each) => each?.messenger === messenger))
      .filter(Boolean);
    this.element.replaceChildren(...both.map((each) => this.button(each, each === person)));
  }

  button(account, here) {
    return h(
      "button",
      {
        type: "button",
        class: "messenger",
        "aria-pressed": String(here),
        "data-testid": `on-${account.messenger}`,
        onclick: () => here || this.turn(account.id),
      },
      FACES[account.messenger].name,
    );
  }
}
