// What the app may write: plain text with links, and WeCom's markdown of app messages (headings, bold, links, inline
// code, quotes, three font colours). Everything else is shown as it stands, as the real client does.

import { h } from "./dom.js";

const LINK = String.raw`<a\s+href=["'](?<href>[^"']+)["'][^>]*>(?<label>[\s\S]*?)</a>`;
const BARE = String.raw`(?<bare>https?://[^\s<>"'，。；、）】」]+)`;
const MENTION = String.raw`<@(?<who>[^>\s]+)>`;
const STRONG = String.raw`\*\*(?<strong>[^*\n]+?)\*\*`;
const NAMED = String.raw`\[(?<name>[^\]\n]+)\]\((?<to>[^)\s]+)\)`;
const CODE = "`(?<code>[^`\\n]+)`";
const FONT = String.raw`<font\s+color=["']?(?<colour>info|comment|warning)["']?>(?<tinted>[\s\S]*?)</font>`;

const IN_TEXT = [LINK, MENTION, BARE].join("|");
const IN_MARKDOWN = [STRONG, NAMED, CODE, FONT, MENTION, BARE].join("|");

/** A link that may be followed: https anywhere, plain http only to this machine, where the demo's pages are. */
export function safeLink(address) {
  try {
    const url = new URL(address);
    const here = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    return url.protocol === "https:" || (url.protocol === "http:" && here) ? url.href : null;
  } catch {
    return null;
  }
}

export function anchor(address, props, ...children) {
  const href = safeLink(address);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer", ...props }, ...children) : null;
}

/** Nodes of a text message; `nameOf` turns a userid into the name to show. */
export function textNodes(text, nameOf) {
  return inline(text, IN_TEXT, nameOf);
}

/** Nodes of a markdown message. */
export function markdownNodes(source, nameOf) {
  const blocks = [];
  for (const line of source.replace(/\r\n?/g, "\n").split("\n")) {
    const heading = /^(#{1,6}) +(.+)$/.exec(line);
    const quote = /^> ?(.*)$/.exec(line);
    if (heading) blocks.push(h("p", { class: `md-h md-h${heading[1].length}` }, ...marked(heading[2], nameOf)));
    else if (quote) addQuoted(blocks, marked(quote[1], nameOf));
    else blocks.push(h("p", {}, ...marked(line, nameOf)));
  }
  return blocks;
}

/** The same without any marks: one line for a list or a screen reader. */
export function plain(source, nameOf) {
  const holder = h("div", {}, ...markdownNodes(source, nameOf));
  return [...holder.querySelectorAll("p")]
    .map((line) => line.textContent)
    .join(" ")
    .trim();
}

function addQuoted(blocks, nodes) {
  const last = blocks.at(-1);
  const quote = last?.tagName === "BLOCKQUOTE" ? last : h("blockquote");
  if (quote !== last) blocks.push(quote);
  quote.append(h("p", {}, ...nodes));
}

function marked(text, nameOf) {
  return inline(text, IN_MARKDOWN, nameOf);
}

function inline(text, marks, nameOf) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(new RegExp(marks, "g"))) {
    if (found.index > done) nodes.push(text.slice(done, found.index));
    nodes.push(node(found.groups, marks, nameOf) ?? found[0]);
    done = found.index + found[0].length;
  }
  if (done < text.length) nodes.push(text.slice(done));
  return nodes;
}

function node(is, marks, nameOf) {
  if (is.href) return anchor(is.href, {}, is.label);
  if (is.to) return anchor(is.to, {}, is.name);
  if (is.bare) return anchor(is.bare, {}, is.bare);
  if (is.who)
    return h("span", { class: "mention" }, `@${is.who === "all" || is.who === "@all" ? "所有人" : nameOf(is.who)}`);
  if (is.strong) return h("strong", {}, ...inline(is.strong, marks, nameOf));
  if (is.code) return h("code", {}, is.code);
  return h("span", { class: `md-${is.colour}` }, ...inline(is.tinted, marks, nameOf));
}
