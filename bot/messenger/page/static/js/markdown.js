// WeCom's markdown of app messages: headings, bold, links, inline code, quotes, three font colours. Everything else is
// shown as it stands, as the real client does.

import { h } from "./dom.js";
import { begun, inline, MARKS } from "./inline.js";

const IN_LINE = [MARKS.strong, MARKS.named, MARKS.code, MARKS.font, MARKS.mention, MARKS.bare].join("|");

/** Nodes of a markdown message. */
export function markdownNodes(source, nameOf) {
  const marked = (text) => inline(text, IN_LINE, nameOf);
  const blocks = [];
  for (const line of source.replace(/\r\n?/g, "\n").split("\n"))
    if (!begun(blocks, line, marked)) blocks.push(h("p", {}, ...marked(line)));
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
