// The messenger's clock: what time it is there, and the buttons that move it forward.

import { h, icon } from "./dom.js";

const SHIFTS = [
  ["10m", "+10分钟"],
  ["1h", "+1小时"],
  ["tomorrow", "明早9点"],
  ["1d", "+1天"],
];

export class ClockFace {
  /** `shift(by)` asks the server to move the clock; `minute()` is called as each minute begins. */
  constructor({ shift, minute }) {
    Object.assign(this, { minute, offset: 0, wall: null });
    this.date = h("span", { class: "clock-date" });
    this.time = h("span", { class: "clock-time", "data-testid": "clock-time" });
    this.seconds = h("span", { class: "clock-seconds", "aria-hidden": "true" });
    this.toggle = h(
      "button",
      {
        type: "button",
        class: "clock-face",
        "aria-expanded": "false",
        "aria-label": "消息里的时间，可以往前拨",
        "data-testid": "clock",
        onclick: () => this.show(!this.element.hasAttribute("data-open")),
      },
      icon("clock"),
      this.date,
      this.time,
      this.seconds,
    );
    this.shifts = h(
      "div",
      { class: "clock-shifts", role: "group", "aria-label": "把时间往前拨" },
      SHIFTS.map(([by, label]) =>
        h(
          "button",
          {
            type: "button",
            "data-testid": `clock-${by}`,
            onclick: () => {
              this.show(false);
              shift(by);
            },
          },
          label,
        ),
      ),
    );
    this.element = h("div", { class: "clock" }, this.toggle, this.shifts);
    document.addEventListener("pointerdown", (event) => this.element.contains(event.target) || this.show(false));
    setInterval(() => this.tick(), 1000);
  }

  /** The server's time is `now`; shown in the words of `wall`. */
  sync(now, wall = this.wall) {
    this.wall = wall;
    this.offset = now - Date.now();
    this.tick();
  }

  now() {
    return Date.now() + this.offset;
  }

  show(open) {
    this.element.toggleAttribute("data-open", open);
    this.toggle.setAttribute("aria-expanded", String(open));
  }

  tick() {
    if (!this.wall) return;
    const now = this.wall.read(this.now());
    const turned = this.time.textContent !== `${now.weekday} ${now.time}`;
    this.date.textContent = `${now.month}月${now.date}日`;
    this.time.textContent = `${now.weekday} ${now.time}`;
    this.shifts.dataset.date = `${now.month}月${now.date}日 ${now.weekday}`;
    this.seconds.textContent = `:${now.seconds}`;
    if (turned) this.minute();
  }
}
