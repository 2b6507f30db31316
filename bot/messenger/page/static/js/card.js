// One template card: what all five types have in common, top to bottom in WeCom's order. Choices and buttons are in
// card_actions.js.

import { h, icon } from "./dom.js";
import { actions, menuButton } from "./card_actions.js";
import { anchor, safeLink } from "./inline.js";

const SOURCE_TONES = { 0: "grey", 1: "black", 2: "red", 3: "green" };

/**
 * Build the card of a message. `context` has `tapped` (the key under way or null), `tap(key, selections)`,
 * `menu(key)` and `member(userid)`, which opens a person's details.
 */
export function cardElement(message, context) {
  const card = message.card;
  const title = card.main_title?.title || card.sub_title_text || "卡片";
  return h(
    "article",
    {
      class: "card",
      "aria-label": `卡片：${title}`,
      "data-testid": "card",
      "data-card-type": card.card_type,
      "data-done": message.state !== "" && "true",
    },
    h(
      "div",
      { class: "card-body" },
      top(message, context),
      heading(card),
      picture(card),
      quote(card.quote_area),
      emphasis(card.emphasis_content),
      subtitle(card),
      verticals(card.vertical_content_list),
      facts(card.horizontal_content_list, context),
    ),
    actions(message, context),
    jumps(card.jump_list),
    openLink(card),
  );
}

function top(message, context) {
  const source = message.card.source;
  const menu = message.menu.length ? menuButton(message, context) : null;
  if (!source?.desc && !menu) return null;
  const icons = source?.icon_url && safeLink(source.icon_url);
  return h(
    "header",
    { class: "card-top" },
    h(
      "span",
      { class: `card-source tone-${SOURCE_TONES[source?.desc_color ?? 0] ?? "grey"}`, "data-testid": "card-source" },
      icons && h("img", { src: icons, alt: "", onerror: drop }),
      source?.desc ?? "",
    ),
    menu,
  );
}

function heading(card) {
  const { title, desc } = card.main_title ?? {};
  if (!title && !desc) return null;
  return h(
    "div",
    { class: "card-heading" },
    title && h("h4", { class: "card-title", "data-testid": "card-title" }, title),
    desc && h("p", { class: "card-desc", "data-testid": "card-note" }, desc),
  );
}

function picture(card) {
  const image = card.card_image?.url && safeLink(card.card_image.url);
  const beside = card.image_text_area;
  const ratio = Math.min(2.25, Math.max(1.3, card.card_image?.aspect_ratio ?? 1.3));
  return [
    image &&
      h("img", { class: "card-image", src: image, alt: "", style: { "aspect-ratio": String(ratio) }, onerror: drop }),
    beside &&
      linked(
        beside,
        { class: "card-beside" },
        safeLink(beside.image_url) && h("img", { src: safeLink(beside.image_url), alt: "", onerror: drop }),
        h("span", {}, h("strong", {}, beside.title ?? ""), h("span", {}, beside.desc ?? "")),
      ),
  ];
}

/** A picture that cannot be had leaves no hole. */
function drop(event) {
  event.currentTarget.remove();
}

function quote(area) {
  if (!area?.quote_text && !area?.title) return null;
  return linked(
    area,
    { class: "card-quote", "data-testid": "card-quote" },
    area.title && h("span", { class: "card-quote-title" }, area.title),
    h("span", { class: "card-quote-text" }, area.quote_text ?? ""),
  );
}

function emphasis(content) {
  if (!content?.title && !content?.desc) return null;
  return h(
    "div",
    { class: "card-emphasis" },
    h("strong", {}, content.title ?? ""),
    h("span", {}, content.desc ?? ""),
  );
}

function subtitle(card) {
  return card.sub_title_text ? h("p", { class: "card-sub", "data-testid": "card-lines" }, card.sub_title_text) : null;
}

function verticals(list) {
  if (!list?.length) return null;
  return h(
    "ul",
    { class: "card-verticals" },
    list.map((each) => h("li", {}, h("strong", {}, each.title), each.desc && h("span", {}, each.desc))),
  );
}

function facts(list, context) {
  if (!list?.length) return null;
  return h(
    "dl",
    { class: "card-facts" },
    list.map((each) =>
      h(
        "div",
        { class: "card-fact", "data-testid": "card-fact" },
        h("dt", {}, each.keyname),
        h("dd", {}, value(each, context)),
      ),
    ),
  );
}

function value(fact, context) {
  const text = fact.value ?? "";
  if (fact.type === 1) return anchor(fact.url, {}, text || "查看") ?? text;
  if (fact.type === 2) return h("span", { class: "card-file" }, icon("file"), text);
  if (fact.type !== 3) return text;
  return h(
    "button",
    { type: "button", class: "card-member", onclick: () => context.member(fact.userid) },
    icon("member"),
    text,
  );
}

function jumps(list) {
  if (!list?.length) return null;
  return h(
    "nav",
    { class: "card-jumps" },
    list.map((each) =>
      linked(each, { class: "card-jump" }, h("span", {}, each.title), safeLink(each.url ?? "") && icon("next")),
    ),
  );
}

function openLink(card) {
  if (card.card_action?.type !== 1) return null;
  return anchor(
    card.card_action.url,
    { class: "card-open", "data-testid": "card-open" },
    h("span", {}, "查看详情"),
    icon("next"),
  );
}

/** A link where the part has a page, else a plain block. */
function linked(part, props, ...children) {
  return (part.type === 1 && anchor(part.url, props, ...children)) || h("div", props, ...children);
}
