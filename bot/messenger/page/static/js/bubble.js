// One message in a chat: the face beside it, the bubble or card, and what is to be said about its fate.

import { h, icon } from "./dom.js";
import { faceOf } from "./faces.js";
import { textNodes } from "./inline.js";
import { plain } from "./markdown.js";
import { partElement, partSummary } from "./part.js";
import { appAvatar, avatar } from "./people.js";
import { APP } from "./store.js";

/** The message as one line, for the list and for screen readers. */
export function summary(message, nameOf) {
  if (message.recalled) return "撤回了一条消息";
  if (message.headline) return message.headline;
  if (message.kind === "card") return message.card.main_title?.title || message.card.sub_title_text || "[卡片]";
  if (message.part) return partSummary(message);
  if (message.kind === "markdown") return plain(message.text, nameOf);
  return textLine(message.text, nameOf);
}

function textLine(text, nameOf) {
  return h("p", {}, ...textNodes(text, nameOf))
    .textContent.replace(/\s+/g, " ")
    .trim();
}

/**
 * Build the row. `view` says whose chat it is: `viewer`, `group` (whether names stand above), `store`, `failed`,
 * `again()` and the card's context.
 */
export function messageElement(message, view) {
  if (message.recalled)
    return h(
      "p",
      { class: "notice", "data-testid": "recalled" },
      `${view.store.nameOf(message.sender)}撤回了一条消息`,
    );
  const mine = message.sender === view.viewer;
  const beside = message.sender === APP ? appAvatar("m") : avatar(view.store.person(message.sender), "m");
  return h(
    "div",
    {
      class: `message ${mine ? "mine" : "theirs"}`,
      "data-testid": "message",
      "data-id": message.id,
      "data-sender": message.sender,
      "data-kind": message.kind,
    },
    beside,
    h(
      "div",
      { class: "message-main" },
      view.group && !mine && h("span", { class: "message-name" }, view.store.nameOf(message.sender)),
      h("div", { class: "message-line" }, view.failed && failedMark(view), content(message, view)),
    ),
  );
}

function content(message, view) {
  const { card, markdown } = faceOf(view.store.person(view.viewer));
  if (message.card) return card(message, view.card);
  if (message.part) return partElement(message);
  const make = message.kind === "markdown" ? markdown : textNodes;
  const nodes = make(message.text, view.store.nameOf);
  return h("div", { class: `bubble bubble-${message.kind}`, "data-testid": "bubble" }, ...nodes);
}

function failedMark(view) {
  return h(
    "span",
    { class: "failed", "data-testid": "failed" },
    h("span", {}, "没送到"),
    h("button", { type: "button", "data-testid": "resend", onclick: view.again }, icon("retry"), "重发"),
  );
}

/** What stands in the app's chat before the first word. */
export function helloElement(store) {
  return h(
    "div",
    { class: "hello", "data-testid": "hello" },
    h("img", { src: "static/mark.svg", alt: "" }),
    h("h3", {}, store.app.name),
    h("p", {}, "像跟同事说话那样说就行，客户、待办、提醒由我记着"),
  );
}

/** Three dots while the app is about to answer. */
export function typingElement(store) {
  return h(
    "div",
    {
      class: "message theirs typing",
      "data-testid": "typing",
      role: "status",
      "aria-label": `${store.app.name}正在输入`,
    },
    appAvatar("m"),
    h("div", { class: "message-main" }, h("div", { class: "bubble" }, h("i"), h("i"), h("i"))),
  );
}
