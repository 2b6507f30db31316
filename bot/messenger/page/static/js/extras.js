// What can be sent besides words, behind the plus beside the box: pictures, files, films, and by a small form what is
// said, where somebody is, and a page passed on.

import { h, icon } from "./dom.js";

const FILES = [
  ["image", "图片", "image/jpeg,image/png,image/gif", "picture"],
  ["file", "文件", "", "file"],
  ["video", "视频", "video/mp4", "film"],
];
const FORMS = [
  ["voice", "语音", "voice", [["text", "说的话", "今天下午拜访了华星精工的张总"]]],
  ["location", "位置", "place", [["label", "地点", "苏州工业园区星湖街8号"]]],
  [
    "link",
    "链接",
    "link",
    [
      ["title", "标题", "行业快讯"],
      ["url", "网址", "https://news.example.com/1"],
    ],
  ],
];
const SOMEWHERE = { latitude: 31.2989, longitude: 120.5853 };

export class Extras {
  /** `send(kind, file)` sends a file, `tell(action)` anything else; both belong to the open chat. */
  constructor({ send, tell }) {
    Object.assign(this, { send, tell });
    this.toggle = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "发别的",
        title: "发别的",
        "aria-expanded": "false",
        "data-testid": "extras-toggle",
        onclick: () => this.show(this.element.hidden),
      },
      icon("plus"),
    );
    this.form = h("div", { class: "extras-form" });
    this.kinds = new Map([
      ...FILES.map((each) => [each[0], this.picker(each)]),
      ...FORMS.map((each) => [each[0], this.opener(each)]),
    ]);
    this.element = h(
      "div",
      { class: "extras", hidden: true, "data-testid": "extras" },
      h("div", { class: "extras-row" }, [...this.kinds.values()]),
      this.form,
    );
  }

  /** What this messenger takes. */
  offer(kinds) {
    for (const [kind, button] of this.kinds) button.hidden = !kinds.includes(kind);
  }

  show(open) {
    this.element.hidden = !open;
    this.form.replaceChildren();
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  picker([kind, label, accept, shape]) {
    const input = h("input", {
      type: "file",
      accept,
      class: "sr-only",
      tabindex: "-1",
      "aria-label": label,
      "data-testid": `send-${kind}`,
      onchange: () => {
        const file = input.files[0];
        input.value = "";
        this.show(false);
        if (file) this.send(kind, file);
      },
    });
    return h("button", { type: "button", class: "extra", onclick: () => input.click() }, icon(shape), label, input);
  }

  opener([kind, label, shape, fields]) {
    return h(
      "button",
      { type: "button", class: "extra", "data-testid": `send-${kind}`, onclick: () => this.open(kind, fields) },
      icon(shape),
      label,
    );
  }

  open(kind, fields) {
    const inputs = fields.map(([name, label, example]) =>
      h("input", { type: "text", name, placeholder: label, "aria-label": label, value: example, maxlength: "1000" }),
    );
    const form = h(
      "form",
      {
        "data-testid": `form-${kind}`,
        onsubmit: (event) => {
          event.preventDefault();
          const values = Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]));
          this.show(false);
          this.tell({ type: kind, ...values, ...(kind === "location" ? SOMEWHERE : {}) });
        },
      },
      inputs,
      h("button", { type: "submit", class: "card-button style-1" }, "发送"),
    );
    this.form.replaceChildren(form);
    inputs[0].select();
  }
}
