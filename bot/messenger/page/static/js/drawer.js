// A sheet at the right side for what is not a chat: opened from the bar at the top, beside the chats, which go on.

import { h, icon } from "./dom.js";

export class Drawer {
  /** `seen()` is what the drawer shows, as values; `draw()` draws it anew when that has changed, and only then, so that
   * what somebody is typing there stays. */
  constructor({ store, name, title, note, shape, seen, draw }) {
    Object.assign(this, { seen, draw, drawn: null });
    this.toggle = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": title,
        title,
        "aria-expanded": "false",
        "data-testid": name,
        onclick: () => this.show(!this.element.open),
      },
      icon(shape),
    );
    this.content = h("div", { class: "drawer-content" });
    const close = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "关上",
        "data-testid": `${name}-close`,
        onclick: () => this.show(false),
      },
      icon("close"),
    );
    this.element = h(
      "dialog",
      {
        class: "drawer",
        "aria-label": title,
        "data-testid": `${name}-drawer`,
        onkeydown: (event) => event.key === "Escape" && this.show(false),
        onclose: () => this.toggle.setAttribute("aria-expanded", "false"),
      },
      h("header", { class: "drawer-head" }, h("div", {}, h("h2", {}, title), h("p", {}, note)), close),
      this.content,
    );
    store.subscribe(() => this.refresh());
  }

  show(open) {
    for (const each of document.querySelectorAll("dialog.drawer[open]")) if (!open || each !== this.element) each.close();
    if (!open) return this.toggle.focus();
    this.element.show();
    this.toggle.setAttribute("aria-expanded", "true");
    return this.refresh();
  }

  refresh() {
    const seen = JSON.stringify(this.seen());
    if (!this.element.open || seen === this.drawn) return;
    this.drawn = seen;
    this.content.replaceChildren(...this.draw());
  }
}

/**
 * A small form. A field is [name, label, value, more]: `more.options` makes it a list of [value, text], `more.box` a box
 * to tick, anything else goes to the input. `done(values)` resolves to whether it was taken; then the form is cleared.
 */
export function form(name, fields, label, done) {
  const inputs = fields.map(([key, title, value, more = {}]) => [key, input(key, title, value, more), more, title]);
  const send = h("button", { type: "submit", class: "card-button style-1" }, label);
  const element = h(
    "form",
    {
      class: "drawer-form",
      "data-testid": name,
      onsubmit: async (event) => {
        event.preventDefault();
        send.disabled = true;
        const values = inputs.map(([key, each, more]) => [key, more.box ? each.checked : each.value.trim()]);
        if (await done(Object.fromEntries(values))) element.reset();
        send.disabled = false;
      },
    },
    inputs.map(([, each, more, title]) => h("label", { class: more.box ? "drawer-box" : "" }, each, more.box && title)),
    send,
  );
  return element;
}

function input(name, title, value, { options, box, ...more }) {
  const shared = { name, "aria-label": title };
  if (box) return h("input", { type: "checkbox", checked: Boolean(value), ...shared });
  const typed = { type: "text", placeholder: title, value: value ?? "", maxlength: "64" };
  if (!options) return h("input", { ...typed, ...shared, ...more });
  const chosen = String(value ?? "");
  return h(
    "select",
    shared,
    options.map(([id, text]) => h("option", { value: id, selected: String(id) === chosen }, text)),
  );
}

/** A small button of a row. */
export function act(name, label, onclick, style = "3") {
  const look = `card-button drawer-act style-${style}`;
  return h("button", { type: "button", class: look, "data-testid": name, onclick }, label);
}
