// Customers outside (客户联系): who in the company has whom, and what happens between them on their phones.

import { h } from "./dom.js";
import { act, Drawer, form } from "./drawer.js";

export class OutsideDrawer {
  /** `ask(action)` asks the server and resolves to whether it was done. */
  constructor({ store, ask }) {
    Object.assign(this, { store, ask: (did, more) => ask({ type: "outside", did, ...more }) });
    this.drawer = new Drawer({
      store,
      name: "outside",
      title: "外面的客户",
      note: "客户和同事在手机上加微信、改备注、删好友，应用会收到通知",
      shape: "outside",
      seen: () => [store.outside, this.editing, [...store.people.keys()]],
      draw: () => this.draw(),
    });
    this.editing = null; // the member and the customer whose form is open
  }

  draw() {
    const rows = [...this.store.outside.follows].reverse().map((each) => this.row(each));
    return [this.adding(), ...(rows.length ? rows : [h("p", { class: "picker-none" }, "还没有人加过客户")])];
  }

  adding() {
    const here = [...this.store.people.values()].filter((person) => person.messenger === "wecom");
    const colleagues = here.map((person) => [person.id, person.name]);
    const fields = [
      ["member", "谁加的", colleagues[0]?.[0], { options: colleagues }],
      ["name", "客户的微信名", "", { required: true }],
      ["remark", "备注", ""],
      ["mobiles", "备注里的手机", ""],
      ["company", "企业（企业微信客户才有）", ""],
      ["state", "渠道（活码的 state）", ""],
      ["half", "客户先加的，同事还没通过", false, { box: true }],
    ];
    return form("outside-add", fields, "加为好友", (values) => this.ask("add", values));
  }

  row(follow) {
    const about = { member: follow.member, external: follow.external };
    const key = `${follow.member} ${follow.external}`;
    const tags = this.store.outside.tags.filter((tag) => follow.tags.includes(tag.id));
    const noted = [follow.remark && `备注 ${follow.remark}`, follow.mobiles];
    const details = [...noted, follow.company, follow.state && `渠道 ${follow.state}`];
    return h(
      "article",
      { class: "drawer-row", "data-testid": "outside-row" },
      h("strong", {}, follow.name),
      h("span", {}, `${this.store.nameOf(follow.member)}的客户`),
      h("p", {}, details.filter(Boolean).join(" · ")),
      tags.length > 0 && h("p", { class: "drawer-tags" }, tags.map((tag) => h("span", {}, tag.name))),
      follow.welcomed.map((text) => h("p", { class: "drawer-said" }, `收到：${text}`)),
      follow.passed && h("p", { class: "drawer-said" }, `正转给${this.store.nameOf(follow.passed)}，24小时后生效`),
      h("div", { class: "drawer-acts" }, follow.passed ? this.passing(about) : this.acts(about, key)),
      this.editing === key && this.edit(follow, about),
    );
  }

  acts(about, key) {
    return [
      act("outside-edit", "改备注", () => this.turn(this.editing === key ? null : key)),
      act("outside-leave", "客户删了同事", () => this.ask("leave", about)),
      act("outside-drop", "同事删了客户", () => this.ask("drop", about), "4"),
    ];
  }

  passing(about) {
    return [
      act("outside-arrive", "24小时到了", () => this.ask("arrive", about)),
      act("outside-refuse", "客户不同意", () => this.ask("refuse", about), "4"),
    ];
  }

  edit(follow, about) {
    const tags = this.store.outside.tags;
    const fields = [
      ["remark", "备注", follow.remark],
      ["mobiles", "手机", follow.mobiles],
      ...tags.map((tag) => [tag.id, `${tag.group} ${tag.name}`, follow.tags.includes(tag.id), { box: true }]),
    ];
    return form("outside-form", fields, "存", async ({ remark, mobiles, ...boxes }) => {
      const chosen = Object.keys(boxes).filter((tag) => boxes[tag]);
      const done = await this.ask("edit", { ...about, remark, mobiles, tags: chosen });
      if (done) this.turn(null);
      return done;
    });
  }

  turn(key) {
    this.editing = key;
    this.drawer.refresh();
  }
}
