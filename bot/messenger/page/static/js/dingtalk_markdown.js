// DingTalk's markdown: headings, bold, slanted, links, pictures, quotes and flat lists. A single line break is swallowed, a blank
// line ends a paragraph; tables and code are shown as they stand.

import { h } from "./dom.js";
import { begun, inline, MARKS } from "./inline.js";

const IN_LINE = [MARKS.picture, MARKS.strong, MARKS.slanted, MARKS.named, MARKS.bare].join("|");
const LISTS = { UL: /^\s*[-*+] +(.+)$/, OL: /^\s*\d+\. +(.+)$/ };

/** Nodes of a message, or of the body of a card. */
export function dingtalkNodes(source, nameOf) {
  const marked = (text) => inline(text, IN_LINE, nameOf);
  const blocks = [];
  let open = false; // whether a plain line goes on with the paragraph before it
  for (const line of source.replace(/\r\n?/g, "\n").split("\n")) {
    const plain = line.trim() !== "" && !begun(blocks, line, marked) && !listed(blocks, line, marked);
    if (plain && open) blocks.at(-1).append(" ", ...marked(line.trim()));
    else if (plain) blocks.push(h("p", {}, ...marked(line.trim())));
    open = plain;
  }
  return blocks;
}

/** A line of a list, put into the one that stands last, else into a new one; false for a line of none. */
function listed(blocks, line, marked) {
  for (const [tag, pattern] of Object.entries(LISTS)) {
    const item = pattern.exec(line);
    if (!item) continue;
    if (blocks.at(-1)?.tagName !== tag) blocks.push(h(tag, {}));
    blocks.at(-1).append(h("li", {}, ...marked(item[1])));
    return true;
  }
  return false;
}
