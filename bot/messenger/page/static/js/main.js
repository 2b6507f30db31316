// The page: put the parts together, then follow the server.

import { Activity } from "./activity.js";
import { ClockFace } from "./clock.js";
import { h } from "./dom.js";
import { FaultSwitches } from "./faults.js";
import { ListsDrawer } from "./lists.js";
import { OutsideDrawer } from "./outside.js";
import { Socket } from "./socket.js";
import { StaffDrawer } from "./staff.js";
import { Store } from "./store.js";
import { WallClock } from "./time.js";
import { Toasts } from "./toast.js";
import { tools } from "./tools.js";
import { ReadMarks } from "./unread.js";
import { Workspace } from "./workspace.js";

const store = new Store();
const marks = new ReadMarks(localStorage);
const toasts = new Toasts();
const lost = h("p", { class: "lost", role: "status", "data-testid": "lost", hidden: true }, "连接断了，正在重连…");
const services = { store, marks, wall: null };
const clock = new ClockFace({ shift: (by) => services.activity.shift(by), minute: () => store.touch() });
services.clock = clock;
const faults = new FaultSwitches({ turn: (...asked) => services.activity.fault(...asked) });

const ask = (action) => services.activity.around(action);
const outside = new OutsideDrawer({ store, ask });
const staff = new StaffDrawer({ store, ask });
const lists = new ListsDrawer({ store, ask, say: (moment) => services.wall.day(moment) });

function furnish(frame) {
  store.furnish(frame);
  faults.set(frame.faults);
}

const FRAMES = {
  snapshot(frame) {
    services.wall = new WallClock(frame.zone);
    clock.sync(frame.now, services.wall);
    marks.open(frame.epoch);
    store.restore(frame);
    furnish(frame);
    workspace.begin();
  },
  resumed(frame) {
    clock.sync(frame.now);
    furnish(frame);
  },
  furniture: furnish,
  change: (frame) => store.apply(frame) && services.activity.noticed(frame),
  beat: (frame) => clock.sync(frame.now),
  clock(frame) {
    clock.sync(frame.now);
    const { weekday, time } = services.wall.read(frame.now);
    toasts.tell(`时间到了 ${weekday} ${time}`);
  },
};

const socket = new Socket(new URL("ws", location.href.replace(/^http/, "ws").replace(/[?#].*$/, "")), {
  hello: () => ({ type: "hello", epoch: store.epoch, after: store.lastId }),
  onFrame: (frame) => FRAMES[frame.type]?.(frame),
  onState: (up) => {
    lost.hidden = up;
  },
});
services.activity = new Activity(store, socket, (text) => toasts.tell(text));
const workspace = new Workspace(services, localStorage);

document.body.append(
  h(
    "header",
    { class: "topbar" },
    h(
      "div",
      { class: "brand" },
      h("img", { src: "static/mark.svg", alt: "" }),
      h("strong", {}, "跟进"),
      h("span", {}, "消息"),
    ),
    clock.element,
    h(
      "div",
      { class: "topbar-end" },
      tools(lists.drawer.toggle, outside.drawer.toggle, staff.drawer.toggle),
      faults.element,
      workspace.control,
    ),
  ),
  lost,
  workspace.element,
  outside.drawer.element,
  staff.drawer.element,
  lists.drawer.element,
  toasts.element,
);
