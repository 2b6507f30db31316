// Where people type. Enter sends, Shift+Enter makes a new line; the sentences to begin with stand above until one was
// said.

import { h, icon } from "./dom.js";

const SAMPLES = [
  "今天下午拜访了华星精工的张总，聊了ERP二期，预算大概80万，担心实施周期太长，下周三之前给方案",
  "今天先跟谁",
  "华星精工",
  "周五上午十点提醒我给张总打电话",
  "华星ERP二期申请85折",
];
const SAMPLES_OF_A_LEADER = [
  "待我审批",
  "华星精工",
  "让林越周五前给华星发合同",
  "把恒力机械转给李明",
  "公海有哪些客户",
];
const TALLEST = 132; // five lines

export class Composer {
  /**
   * `send(text)` resolves to whether the words left this page; if not they come back into the box. `extras` is what
   * else can be sent.
   */
  constructor({ send, extras }) {
    Object.assign(this, { send, extras });
    this.box = h("textarea", {
      rows: "1",
      maxlength: "4000",
      placeholder: "说一句…",
      "aria-label": "消息",
      "data-testid": "composer",
      enterkeyhint: "send",
      oninput: () => this.fit(),
      onkeydown: (event) => this.key(event),
    });
    this.button = h(
      "button",
      { type: "submit", class: "send", "aria-label": "发送", "data-testid": "send", disabled: true },
      icon("send"),
    );
    this.bulb = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "可以这样说",
        title: "可以这样说",
        "aria-expanded": "false",
        "data-testid": "samples-toggle",
        onclick: () => this.showSamples(this.samples.hidden),
      },
      icon("bulb"),
    );
    this.samples = h(
      "div",
      { class: "samples", "data-testid": "samples", hidden: true, "aria-label": "可以这样说" },
    );
    const form = h(
      "form",
      {
        class: "composer",
        onsubmit: (event) => {
          event.preventDefault();
          this.submit();
        },
      },
      this.bulb,
      this.extras.toggle,
      this.box,
      this.button,
    );
    this.element = h("div", { class: "composer-area" }, this.samples, this.extras.element, form);
  }

  /** The samples belong to the app's chat, those of a leader to who `leads`; `offered` opens them by themselves while
   * nothing was said there. */
  offer({ app, leads, offered, name, extras }) {
    this.samples.replaceChildren(...(leads ? SAMPLES_OF_A_LEADER : SAMPLES).map((text) => this.sample(text)));
    this.bulb.hidden = this.extras.toggle.hidden = !app;
    this.extras.offer(extras);
    this.extras.show(false);
    this.box.placeholder = app ? "说一句，或问一句…" : `发给 ${name}`;
    this.showSamples(app && offered);
  }

  sample(text) {
    const fill = () => this.fill(text);
    return h("button", { type: "button", class: "sample", "data-testid": "sample", onclick: fill }, text);
  }

  showSamples(shown) {
    this.samples.hidden = !shown;
    this.bulb.setAttribute("aria-expanded", String(shown));
  }

  /** Put words into the box. */
  set(text) {
    this.box.value = text;
    this.fit();
  }

  /** The words in the box, which is empty afterwards. */
  take() {
    const text = this.box.value.trim();
    this.set("");
    return text;
  }

  fill(text) {
    this.set(text);
    this.box.focus();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  async submit() {
    const text = this.take();
    if (!text) return;
    this.box.focus();
    this.showSamples(false);
    if (!(await this.send(text)) && !this.box.value) this.fill(text);
  }

  fit() {
    this.button.disabled = !this.box.value.trim();
    this.box.style.height = "auto";
    const border = this.box.offsetHeight - this.box.clientHeight;
    this.box.style.height = `${Math.min(this.box.scrollHeight + border, TALLEST)}px`;
  }
}
