// The app's menu below its chat: up to three items, of which each may hold more.

import { h } from "./dom.js";

export class MenuBar {
  /** `click(key)` is an item that calls the app; one with an address opens it. */
  constructor({ click }) {
    Object.assign(this, { click, drawn: "" });
    this.element = h("div", { class: "menubar", hidden: true, "data-testid": "menubar" });
    document.addEventListener("pointerdown", (event) => this.element.contains(event.target) || this.close());
  }

  draw(buttons, shown) {
    this.element.hidden = !shown || !buttons.length;
    const said = JSON.stringify(buttons);
    if (said === this.drawn) return;
    this.drawn = said;
    this.element.replaceChildren(...buttons.map((button) => this.top(button)));
  }

  top(button) {
    if (!button.sub_button?.length) return this.item(button);
    const below = h("div", { class: "menubar-more", hidden: true }, button.sub_button.map((each) => this.item(each)));
    return h(
      "div",
      { class: "menubar-group" },
      h(
        "button",
        {
          type: "button",
          class: "menubar-item",
          "data-testid": "menubar-open",
          onclick: () => {
            const open = below.hidden;
            this.close();
            below.hidden = !open;
          },
        },
        button.name,
      ),
      below,
    );
  }

  item(button) {
    if (button.type === "view")
      return h("a", { class: "menubar-item", href: button.url, target: "_blank", rel: "noopener" }, button.name);
    return h(
      "button",
      {
        type: "button",
        class: "menubar-item",
        "data-testid": "menubar-item",
        onclick: () => {
          this.close();
          this.click(button.key);
        },
      },
      button.name,
    );
  }

  close() {
    for (const below of this.element.querySelectorAll(".menubar-more")) below.hidden = true;
  }
}
