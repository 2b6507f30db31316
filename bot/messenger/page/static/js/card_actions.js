// What can be chosen and tapped on a card: lists, boxes, buttons, the menu at the top right; and the grey word in
// their place once the card is done.

import { h, icon } from "./dom.js";
import { anchor } from "./inline.js";

let numbered = 0;

/** Choices and buttons of a message; `null` where the card has none. */
export function actions(message, context) {
  const done = message.state !== "";
  const choices = message.selections.map((each) => choice(each, done || each.disabled || context.tapped !== null));
  const open = choices.filter((_, at) => !message.selections[at].disabled);
  const buttons = done ? [doneButton(message.state)] : message.buttons.map((each) => button(each, open, context));
  if (!choices.length && !buttons.length) return null;
  return h(
    "footer",
    { class: "card-actions" },
    choices.map((each) => each.element),
    buttons.length > 0 && h("div", { class: "card-buttons", "data-across": across(message.buttons, done) }, buttons),
  );
}

function across(buttons, done) {
  if (done || buttons.length === 1) return 1;
  const long = buttons.some((each) => [...each.text].length > 5);
  if (buttons.length === 3 || buttons.length > 4) return long ? 2 : 3;
  return 2;
}

function doneButton(state) {
  return h(
    "button",
    { type: "button", class: "card-button card-done", disabled: true, "data-testid": "card-state" },
    state,
  );
}

function button(each, choices, context) {
  const style = `card-button style-${[1, 2, 3, 4].includes(each.style) ? each.style : 1}`;
  if (each.url) {
    const open = anchor(each.url, { class: style, "data-testid": "card-button" }, each.text);
    if (open) return open;
  }
  const under = context.tapped === each.key;
  return h(
    "button",
    {
      type: "button",
      class: style,
      "data-testid": "card-button",
      "data-key": each.key,
      "data-busy": under && "true",
      "aria-busy": under && "true",
      disabled: context.tapped !== null || each.url !== "",
      onclick: () => context.tap(each.key, Object.fromEntries(choices.map((one) => [one.key, one.read()]))),
    },
    each.text,
  );
}

function choice(selection, disabled) {
  return selection.boxes ? boxes(selection, disabled) : dropdown(selection, disabled);
}

function dropdown(selection, disabled) {
  const chosen = selection.selected[0];
  const select = h(
    "select",
    { disabled, "data-testid": "card-select", "aria-label": selection.title || "选一个" },
    selection.options.map(([id, text]) => h("option", { value: id, selected: id === chosen }, text)),
  );
  const element = h(
    "label",
    { class: "card-choice" },
    selection.title && h("span", { class: "card-choice-title" }, selection.title),
    h("span", { class: "card-select" }, select, icon("chevron")),
  );
  return { key: selection.key, element, read: () => [select.value] };
}

function boxes(selection, disabled) {
  const name = `choice-${++numbered}`;
  const inputs = selection.options.map(([id]) =>
    h("input", {
      type: selection.multiple ? "checkbox" : "radio",
      name,
      value: id,
      disabled,
      checked: selection.selected.includes(id),
    }),
  );
  const element = h(
    "fieldset",
    { class: "card-boxes", "aria-label": selection.title || "选择" },
    selection.options.map(([, text], at) =>
      h("label", { class: "card-box", "data-testid": "card-option" }, inputs[at], h("span", {}, text)),
    ),
  );
  return { key: selection.key, element, read: () => inputs.filter((each) => each.checked).map((each) => each.value) };
}

/** The ⋯ at the top right and the list under it. */
export function menuButton(message, context) {
  const holder = h("div", { class: "card-menu" });
  const outside = (event) => holder.contains(event.target) || close();
  const open = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      "aria-label": message.card?.action_menu?.desc || "更多",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-testid": "card-menu",
      disabled: context.tapped !== null,
      onclick: () => (holder.querySelector("[role=menu]") ? close() : show()),
    },
    icon("more"),
  );
  const close = () => {
    holder.querySelector("[role=menu]")?.remove();
    open.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
  };
  const show = () => {
    const pick = (key) => () => {
      close();
      context.menu(key);
    };
    holder.append(
      h(
        "div",
        { class: "menu", role: "menu" },
        message.menu.map((each) =>
          h(
            "button",
            {
              type: "button",
              role: "menuitem",
              "data-testid": "card-menu-item",
              "data-key": each.key,
              onclick: pick(each.key),
            },
            each.text,
          ),
        ),
      ),
    );
    open.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    holder.querySelector("[role=menuitem]").focus();
  };
  holder.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      open.focus();
    }
  });
  holder.append(open);
  return holder;
}
