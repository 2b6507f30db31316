// Faces: a person's avatar, the app's mark, a group's mosaic; and the picker that says whose messenger this is.

import { h, icon } from "./dom.js";
import { FACES, faceOf } from "./faces.js";

/** The end of the name on the person's colour, as long as their messenger has it. */
export function avatar(person, size = "m") {
  return h(
    "span",
    {
      class: `avatar avatar-${size}`,
      "data-messenger": person.messenger,
      style: { "--tone": person.colour },
      "aria-hidden": "true",
    },
    [...person.name].slice(-faceOf(person).letters).join("") || "?",
  );
}

/** Says that an account is not on WeCom, where both are in one list. */
export function messengerTag(person) {
  const face = faceOf(person);
  return face !== FACES.wecom && h("span", { class: "tag", "data-messenger": person.messenger }, face.name);
}

export function appAvatar(size = "m") {
  return h(
    "span",
    { class: `avatar avatar-app avatar-${size}`, "aria-hidden": "true" },
    h("img", { src: "static/mark.svg", alt: "", draggable: "false" }),
  );
}

/** Up to nine members in a mosaic; who is alone there talks to the robot. */
export function groupAvatar(members, size = "m") {
  if (members.length === 1) return appAvatar(size);
  const shown = members.slice(0, members.length > 4 ? 9 : 4);
  return h(
    "span",
    { class: `avatar avatar-group avatar-${size}`, "data-across": shown.length > 4 ? 3 : 2, "aria-hidden": "true" },
    shown.map((person) =>
      h("span", { class: "tile", style: { "--tone": person.colour } }, [...person.name].at(-1) ?? "?"),
    ),
  );
}

/** A red number; nothing at all for none. */
export function badge(count) {
  if (!count) return null;
  return h(
    "span",
    { class: "badge", "data-testid": "unread", "aria-label": `${count}条未读` },
    count > 99 ? "99+" : String(count),
  );
}

/** The button with the person's name, and the panel under it to choose somebody else. */
export class PersonPicker {
  constructor({ store, unreadOf, taken, choose }) {
    Object.assign(this, { store, unreadOf, taken, choose });
    this.face = h("span", { class: "who" });
    this.button = h(
      "button",
      {
        type: "button",
        class: "who-button",
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        "data-testid": "person-picker",
        onclick: () => this.toggle(),
      },
      this.face,
      icon("chevron"),
    );
    this.element = h(
      "div",
      { class: "picker", onkeydown: (event) => event.key === "Escape" && this.close(true) },
      this.button,
    );
    this.outside = (event) => this.element.contains(event.target) || this.close();
  }

  show(person) {
    this.person = person;
    this.button.setAttribute("aria-label", `当前是${person.name}，换一个人`);
    this.face.replaceChildren(
      avatar(person, "s"),
      h(
        "span",
        { class: "who-words" },
        h("span", { class: "who-name" }, person.name),
        h("span", { class: "who-title" }, [person.title, person.department].filter(Boolean).join(" · ")),
      ),
    );
  }

  toggle() {
    if (this.panel) this.close(true);
    else this.open();
  }

  open() {
    this.search = h("input", {
      type: "search",
      placeholder: "找人：姓名、职务、部门",
      "aria-label": "找人",
      "data-testid": "person-search",
      oninput: () => this.fill(),
      onkeydown: (event) => this.fromSearch(event),
    });
    this.list = h("div", { class: "picker-list" });
    this.panel = h(
      "div",
      { class: "picker-panel", role: "dialog", "aria-label": "换一个人" },
      h("label", { class: "picker-search" }, icon("search"), this.search),
      this.list,
    );
    this.element.append(this.panel);
    this.button.setAttribute("aria-expanded", "true");
    this.fill();
    this.search.focus();
    document.addEventListener("pointerdown", this.outside);
  }

  close(back = false) {
    this.panel?.remove();
    this.panel = null;
    this.button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", this.outside);
    if (back) this.button.focus();
  }

  fromSearch(event) {
    const first = this.list.querySelector("button");
    if (event.key === "ArrowDown" && first) first.focus();
    if (event.key === "Enter" && first) first.click();
  }

  fill() {
    const wanted = this.search.value.trim();
    const people = [...this.store.people.values()].filter((person) =>
      `${person.name}${person.title}${person.department}${person.id}`.includes(wanted),
    );
    const departments = new Map();
    for (const person of people)
      departments.set(person.department, [...(departments.get(person.department) ?? []), person]);
    this.list.replaceChildren(...[...departments].map(([name, members]) => this.section(name, members)));
    if (!people.length) this.list.append(h("p", { class: "picker-none" }, "没有这个人"));
  }

  section(name, members) {
    return h(
      "section",
      {},
      h("h3", {}, name || "其他"),
      members.map((person) => this.row(person)),
    );
  }

  row(person) {
    const current = person.id === this.person.id;
    const elsewhere = !current && this.taken(person.id);
    return h(
      "button",
      {
        type: "button",
        class: "picker-row",
        "data-testid": `person-${person.id}`,
        "aria-current": current && "true",
        onkeydown: (event) => this.walk(event),
        onclick: () => this.pick(person.id),
      },
      avatar(person, "s"),
      h(
        "span",
        { class: "who-words" },
        h("span", { class: "who-name" }, person.name),
        h("span", { class: "who-title" }, person.title),
      ),
      messengerTag(person),
      elsewhere && h("span", { class: "picker-note" }, "已并排"),
      badge(this.unreadOf(person.id)),
      current && icon("check"),
    );
  }

  walk(event) {
    const rows = [...this.list.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    (rows[rows.indexOf(event.currentTarget) + step] ?? this.search).focus();
  }

  pick(userid) {
    this.close(true);
    this.choose(userid);
  }
}
