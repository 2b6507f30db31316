// An interactive card of DingTalk as its template draws it, and a message with links under it (actionCard): a headline in
// the colour of its tone, the body in DingTalk's markdown, the form, the buttons.

import { actions, menuButton } from "./card_actions.js";
import { dingtalkNodes } from "./dingtalk_markdown.js";
import { h } from "./dom.js";

/** Build the card of a message; `context` is that of `cardElement`. */
export function dingtalkCard(message, context) {
  const { title, markdown, tone = "plain", source } = message.card;
  const menu = message.menu.length ? menuButton(message, context) : null;
  return h(
    "article",
    {
      class: "card ding-card",
      "aria-label": `卡片：${title || message.headline}`,
      "data-testid": "card",
      "data-tone": tone,
      "data-kind": message.kind,
    },
    title &&
      h(
        "header",
        { class: "ding-head" },
        h(
          "div",
          {},
          source && h("span", { class: "ding-source", "data-testid": "card-source" }, source),
          h("h4", { class: "card-title", "data-testid": "card-title" }, title),
        ),
        menu,
      ),
    h("div", { class: "ding-body", "data-testid": "card-body" }, ...dingtalkNodes(markdown, context.nameOf)),
    actions(message, context),
  );
}
