// Messages that are no words: pictures, recordings, films, files, places and links, in either direction.

import { h, icon } from "./dom.js";
import { mediaAddress } from "./inline.js";

const LABELS = { image: "图片", voice: "语音", video: "视频", file: "文件", location: "位置", link: "链接", richText: "图文" };

/** The message in one line, for the list. */
export function partSummary(message) {
  const bare = message.kind === "image" || message.kind === "voice";
  const words = message.text.replace(/^\[(.*)\]$/, "$1");
  return bare || !words ? `[${LABELS[message.kind]}]` : `[${LABELS[message.kind]}] ${words}`;
}

/** What stands in the chat; null for a message that is no part. */
export function partElement(message) {
  if (!message.part) return null;
  const make = { image: picture, location: place, link: page, richText: rich }[message.kind] ?? download;
  return make(message, message.part);
}

function picture(message, part) {
  return h(
    "a",
    { class: "part part-image", href: mediaAddress(part.media_id), target: "_blank", "data-testid": "part" },
    h("img", { src: mediaAddress(part.media_id), alt: message.text }),
  );
}

/** Words and pictures as one message. */
function rich(message, { parts }) {
  return h(
    "div",
    { class: "bubble part-rich", "data-testid": "part" },
    parts.map(({ text, downloadCode }) =>
      text ? h("p", {}, text) : h("img", { src: mediaAddress(downloadCode), alt: "图片" }),
    ),
  );
}

function download(message, part) {
  return h(
    "a",
    { class: `part part-${message.kind}`, href: mediaAddress(part.media_id), download: "", "data-testid": "part" },
    icon(message.kind === "voice" ? "voice" : "file"),
    h("span", {}, message.kind === "voice" ? "语音" : message.text.replace(/^\[(.*)\]$/, "$1")),
  );
}

function place(message) {
  return h("div", { class: "part", "data-testid": "part" }, icon("place"), h("span", {}, message.text));
}

function page(message, part) {
  const safe = /^https?:\/\//i.test(part.url);
  return h(
    "a",
    {
      class: "part",
      href: safe ? part.url : null,
      target: "_blank",
      rel: "noopener noreferrer",
      "data-testid": "part",
    },
    icon("link"),
    h("span", {}, message.headline ? `${message.headline}：${message.text}` : message.text),
  );
}
