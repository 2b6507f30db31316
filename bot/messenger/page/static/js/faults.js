// Switches for what goes wrong between the app and each messenger; a switch spoils one of every three calls or frames
// while it is on.

import { h, icon } from "./dom.js";
import { FACES } from "./faces.js";

const LABELS = {
  EXPIRED: "令牌过期",
  LIMITED: "频率超限",
  BROKEN: "服务出错",
  SLOW: "响应变慢",
  CUT: "连接中断",
  RETRIED: "消息重发",
  DROPPED: "丢帧",
  DOUBLED: "重帧",
  NOTICE: "断线通知",
  GATEWAY: "网关变慢",
};

export class FaultSwitches {
  /** `turn(messenger, name, on)` asks the server. */
  constructor({ turn }) {
    Object.assign(this, { turn, boxes: new Map() });
    this.toggle = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "故障开关",
        title: "故障开关",
        "aria-expanded": "false",
        "data-testid": "faults",
        onclick: () => this.show(this.panel.hidden),
      },
      icon("fault"),
    );
    this.panel = h("div", { class: "faults-panel", hidden: true, role: "group", "aria-label": "故障开关" });
    this.element = h("div", { class: "faults" }, this.toggle, this.panel);
    document.addEventListener("pointerdown", (event) => this.element.contains(event.target) || this.show(false));
  }

  show(open) {
    this.panel.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  /** What there is and which are on, as the server says. */
  set(groups) {
    if (!this.boxes.size) this.panel.append(...groups.map((each) => this.group(each, groups.length > 1)));
    for (const { messenger, switches } of groups)
      for (const [name, on] of Object.entries(switches)) this.boxes.get(`${messenger} ${name}`).checked = on;
    this.element.toggleAttribute("data-on", [...this.boxes.values()].some((box) => box.checked));
  }

  group({ messenger, switches }, named) {
    const title = FACES[messenger].name;
    return h(
      "div",
      { class: "faults-group", role: "group", "aria-label": title },
      named && h("h3", {}, title),
      Object.keys(switches).map((name) => this.row(messenger, name)),
    );
  }

  row(messenger, name) {
    const box = h("input", {
      type: "checkbox",
      "data-testid": `fault-${messenger}-${name}`,
      onchange: () => this.turn(messenger, name, box.checked),
    });
    this.boxes.set(`${messenger} ${name}`, box);
    return h("label", {}, box, LABELS[name] ?? name);
  }
}
