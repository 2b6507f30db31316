// Switches for what goes wrong between the app and WeCom; each spoils one of every three calls while it is on.

import { h, icon } from "./dom.js";

const SWITCHES = [
  ["EXPIRED", "令牌过期"],
  ["LIMITED", "频率超限"],
  ["BROKEN", "服务出错"],
  ["SLOW", "响应变慢"],
  ["CUT", "连接中断"],
  ["RETRIED", "回调重发"],
];

export class FaultSwitches {
  /** `turn(name, on)` asks the server. */
  constructor({ turn }) {
    this.boxes = new Map();
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
    for (const [name, label] of SWITCHES) {
      const box = h("input", {
        type: "checkbox",
        "data-testid": `fault-${name}`,
        onchange: () => turn(name, box.checked),
      });
      this.boxes.set(name, box);
      this.panel.append(h("label", {}, box, label));
    }
    this.element = h("div", { class: "faults" }, this.toggle, this.panel);
    document.addEventListener("pointerdown", (event) => this.element.contains(event.target) || this.show(false));
  }

  show(open) {
    this.panel.hidden = !open;
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  /** Which are on, as the server says. */
  set(names) {
    for (const [name, box] of this.boxes) box.checked = names.includes(name);
    this.element.toggleAttribute("data-on", names.length > 0);
  }
}
