// The marks within a line that a message may have, and what becomes of them. Which of them count is for each dialect
// to say; everything else is shown as it stands.

import { h } from "./dom.js";

/** Patterns, each with named groups that say what was found. */
export const MARKS = {
  link: String.raw`<a\s+href=["'](?<href>[^"']+)["'][^>]*>(?<label>[\s\S]*?)</a>`,
  bare: String.raw`(?<bare>https?://[^\s<>"'，。；、）】」]+)`,
  mention: String.raw`<@(?<who>[^>\s]+)>`,
  strong: String.raw`\*\*(?<strong>[^*\n]+?)\*\*`,
  slanted: String.raw`\*(?<slanted>[^*\n]+?)\*`,
  picture: String.raw`!\[(?<alt>[^\]\n]*)\]\((?<shows>[^)\s]+)\)`,
  named: String.raw`\[(?<name>[^\]\n]+)\]\((?<to>[^)\s]+)\)`,
  code: "`(?<code>[^`\\n]+)`",
  font: String.raw`<font\s+color=["']?(?<colour>info|comment|warning)["']?>(?<tinted>[\s\S]*?)</font>`,
};

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
  return inline(text, [MARKS.link, MARKS.mention, MARKS.bare].join("|"), nameOf);
}

/**
 * A line that begins with the mark of a heading or of a quote, put behind `blocks`; false for one that does not. `marked`
 * makes nodes of the rest of it.
 */
export function begun(blocks, line, marked) {
  const heading = /^(#{1,6}) +(.+)$/.exec(line);
  const quote = /^> ?(.*)$/.exec(line);
  if (heading) blocks.push(h("p", { class: `md-h md-h${heading[1].length}` }, ...marked(heading[2])));
  if (quote) addQuoted(blocks, marked(quote[1]));
  return Boolean(heading || quote);
}

/** In the quote that stands last, else in a new one. */
function addQuoted(blocks, nodes) {
  const last = blocks.at(-1);
  const quote = last?.tagName === "BLOCKQUOTE" ? last : h("blockquote");
  if (quote !== last) blocks.push(quote);
  quote.append(h("p", {}, ...nodes));
}

/** Nodes of one line: what `marks` find in it, and the words between. */
export function inline(text, marks, nameOf) {
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

/** Where a file lies that was sent over a messenger. */
export function mediaAddress(mediaId) {
  return `media/${encodeURIComponent(mediaId)}`;
}

/** A picture by its address, or by its media id, which begins with an @. */
function shownPicture({ shows, alt }) {
  const src = shows.startsWith("@") ? mediaAddress(shows) : safeLink(shows);
  return src && h("img", { class: "md-picture", src, alt });
}

function node(is, marks, nameOf) {
  if (is.shows) return shownPicture(is);
  if (is.href) return anchor(is.href, {}, is.label);
  if (is.to) return anchor(is.to, {}, is.name);
  if (is.bare) return anchor(is.bare, {}, is.bare);
  if (is.who)
    return h("span", { class: "mention" }, `@${is.who === "all" || is.who === "@all" ? "所有人" : nameOf(is.who)}`);
  if (is.strong) return h("strong", {}, ...inline(is.strong, marks, nameOf));
  if (is.slanted) return h("em", {}, ...inline(is.slanted, marks, nameOf));
  if (is.code) return h("code", {}, is.code);
  return h("span", { class: `md-${is.colour}` }, ...inline(is.tinted, marks, nameOf));
}
