// The company's address book (通讯录): what an administrator does there to people and departments.

import { h } from "./dom.js";
import { act, Drawer, form } from "./drawer.js";

export class StaffDrawer {
  /** `ask(action)` asks the server and resolves to whether it was done. */
  constructor({ store, ask }) {
    Object.assign(this, { store, ask: (did, more) => ask({ type: "staff", did, ...more }) });
    this.drawer = new Drawer({
      store,
      name: "staff",
      title: "通讯录",
      note: "管理员在后台加人、调部门、停用，应用会收到通知",
      shape: "book",
      seen: () => [store.book, this.open],
      draw: () => this.draw(),
    });
    this.open = null; // whose form is open: an account, or a department's number
  }

  draw() {
    const { departments } = this.store.book;
    const fields = [["name", "新部门的名字", "", { required: true }], this.place("在哪个部门下", departments[0]?.id)];
    const founding = form("staff-found", fields, "建部门", (values) => this.ask("found", values));
    return [this.hiring(), ...departments.map((unit) => this.unit(unit)), founding];
  }

  hiring() {
    const account = ["member", "账号", "", { required: true }];
    const fields = [account, ...this.person({ department: this.store.book.departments[0]?.id })];
    return form("staff-hire", fields, "入职", (values) => this.ask("hire", values));
  }

  /** The fields of somebody. */
  person({ name = "", title = "", department, leader = "" }) {
    const all = this.store.book.members.map((each) => [each.id, `上级 ${each.name}`]);
    return [
      ["name", "姓名", name, { required: true }],
      ["title", "职务", title],
      this.place("部门", department),
      ["leader", "直接上级", leader ?? "", { options: [["", "没有直接上级"], ...all] }],
    ];
  }

  place(label, chosen) {
    return ["department", label, chosen, { options: this.store.book.departments.map((each) => [each.id, each.name]) }];
  }

  unit(unit) {
    const members = this.store.book.members.filter((each) => each.department === unit.id);
    const about = { department: unit.id };
    return h(
      "section",
      { class: "drawer-unit", "data-testid": `unit-${unit.id}` },
      h(
        "h3",
        {},
        unit.name,
        act("unit-rename", "改名", () => this.turn(unit.id)),
        unit.parent !== 0 && act("unit-dissolve", "解散", () => this.ask("dissolve", about), "4"),
      ),
      this.open === unit.id &&
        form("unit-form", [["name", "部门的名字", unit.name]], "存", (values) =>
          this.done("rename", { ...about, ...values }),
        ),
      members.map((member) => this.member(member)),
    );
  }

  member(member) {
    const about = { member: member.id };
    const turned = { ...about, on: !member.seen };
    const marks = [member.title, member.disabled && "已停用", !member.seen && "应用看不见"].filter(Boolean);
    return h(
      "article",
      { class: "drawer-row", "data-testid": `member-${member.id}` },
      h("strong", {}, member.name),
      h("span", {}, marks.join(" · ")),
      h(
        "div",
        { class: "drawer-acts" },
        act("staff-change", "改", () => this.turn(member.id)),
        act("staff-show", member.seen ? "移出可见范围" : "加进可见范围", () => this.ask("show", turned)),
        act("staff-dismiss", "离职", () => this.ask("dismiss", about), "4"),
      ),
      this.open === member.id && this.changing(member),
    );
  }

  changing(member) {
    const fields = [
      ...this.person(member),
      ["account", "账号", member.id],
      ["disabled", "停用", member.disabled, { box: true }],
    ];
    return form("staff-form", fields, "存", (values) => this.done("change", { member: member.id, ...values }));
  }

  async done(did, more) {
    const done = await this.ask(did, more);
    if (done) this.turn(null);
    return done;
  }

  turn(key) {
    this.open = this.open === key ? null : key;
    this.drawer.refresh();
  }
}
