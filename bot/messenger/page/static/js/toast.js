// Passing notices at the foot of the page, read out by screen readers.

import { h } from "./dom.js";

const STAYS = 3_500;

export class Toasts {
  constructor() {
    this.element = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
  }

  tell(text) {
    const toast = h("p", { class: "toast", "data-testid": "toast" }, text);
    this.element.replaceChildren(toast); // more than one would hide the messages under them
    setTimeout(() => toast.remove(), STAYS);
  }
}
