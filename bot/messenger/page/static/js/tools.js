// What is beside the clock: buttons in a row, and on a phone behind one button.

import { h, icon } from "./dom.js";

export function tools(...buttons) {
  const row = h("div", { class: "tools-row", onclick: () => show(false) }, buttons);
  const toggle = h(
    "button",
    {
      type: "button",
      class: "icon-button tools-toggle",
      "aria-label": "更多",
      "aria-expanded": "false",
      "data-testid": "tools",
      onclick: () => show(toggle.getAttribute("aria-expanded") !== "true"),
    },
    icon("more"),
  );
  const show = (open) => {
    element.toggleAttribute("data-open", open);
    toggle.setAttribute("aria-expanded", String(open));
  };
  const element = h("div", { class: "tools" }, toggle, row);
  document.addEventListener("pointerdown", (event) => element.contains(event.target) || show(false));
  return element;
}
