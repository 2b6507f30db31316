// The messengers whose looks and ways the page knows, and what differs between them. What is not here is the same.

import { cardElement } from "./card.js";
import { dingtalkCard } from "./dingtalk_card.js";
import { dingtalkNodes } from "./dingtalk_markdown.js";
import { markdownNodes } from "./markdown.js";

/**
 * By messenger: `name`; `tag` beside the app's name; `card(message, context)`
 * and `markdown(source, nameOf)`, which draw; `extras`, what can be sent beside words; `menu`, whether the app has one;
 * `together`, whether a picture goes with the words that were typed; how many `letters` of a name a face shows.
 */
export const FACES = {
  wecom: {
    name: "企业微信",
    tag: "应用",
    card: cardElement,
    markdown: markdownNodes,
    extras: ["image", "file", "video", "voice", "location", "link"],
    menu: true,
    together: false,
    letters: 1,
  },
  dingtalk: {
    name: "钉钉",
    tag: "机器人",
    card: dingtalkCard,
    markdown: dingtalkNodes,
    extras: ["image", "file", "video", "voice"],
    menu: false,
    together: true,
    letters: 2,
  },
};

/** The messenger that this person's account is on. */
export function faceOf(person) {
  return FACES[person.messenger] ?? FACES.wecom;
}
