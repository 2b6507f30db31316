// What the server has told: people, chats, groups. Views subscribe and read; only frames of the server change it.

export const APP = "app";
const NOBODY = { messenger: "wecom", colour: "#7d8794", title: "", department: "" };
const SOON = 16; // one frame of the screen: a burst of changes is drawn once

export class Store {
  constructor() {
    this.epoch = null;
    this.lastId = null;
    this.app = { name: "跟进" };
    this.people = new Map();
    this.appChats = new Map(); // userid -> Map(message id -> message), oldest first
    this.appMenu = []; // the items of the app's menu, as WeCom has them
    this.home = ""; // where the app's own pages are: host and port
    this.outside = { follows: [], tags: [] }; // customers outside, and the tags that there are for them
    this.book = { departments: [], members: [] }; // the address book as its administrator sees it
    this.lists = {}; // userid -> { todos, events } in a list of the messenger's own
    this.groups = new Map(); // chatid -> { id, name, owner, members, messages: Map }
    this.listeners = new Set();
    this.dirty = false;
  }

  /** Call `listener` soon after anything changed, once for all that changed together; returns how to stop. */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  touch() {
    if (this.dirty) return;
    this.dirty = true;
    setTimeout(() => {
      this.dirty = false;
      for (const listener of [...this.listeners]) listener();
    }, SOON);
  }

  /** Start over from all that the server has. */
  restore(frame) {
    this.epoch = frame.epoch;
    this.lastId = frame.id;
    this.app = frame.app;
    this.appChats = new Map(Object.entries(frame.chats).map(([userid, messages]) => [userid, byId(messages)]));
    this.groups = new Map(frame.groups.map((group) => [group.id, { ...group, messages: byId(group.messages) }]));
    this.touch();
  }

  /** What stands around the chats. */
  furnish({ appMenu, home, outside, book, lists, people }) {
    Object.assign(this, { appMenu, home, outside, book, lists });
    this.people = new Map(people.map((person) => [person.id, person]));
    this.touch();
  }

  /** One change; a repeated one is passed over. Returns whether it was new. */
  apply(change) {
    if (this.lastId !== null && change.id <= this.lastId) return false;
    this.lastId = change.id;
    if (change.group) this.regroup(change.group);
    if (change.shown) this.put(change);
    this.touch();
    return true;
  }

  /** `choice` tells a card on which its reader only picked something from one that the app drew anew. */
  put({ kind, user, chat, shown }) {
    const messages = this.messages(user, chat);
    const before = messages?.get(shown.id);
    shown.recalled = kind === "recall";
    shown.choice = kind === "update" && shown.chosen && sameFace(before, shown);
    messages?.set(shown.id, shown);
  }

  regroup(group) {
    const known = this.groups.get(group.id);
    this.groups.set(group.id, { ...group, messages: known?.messages ?? new Map() });
  }

  messages(userid, chatid) {
    if (chatid) return this.groups.get(chatid)?.messages;
    if (!this.appChats.has(userid)) this.appChats.set(userid, new Map());
    return this.appChats.get(userid);
  }

  /** What `userid` has in the list: the app first, then their groups, the latest word first. */
  conversations(userid) {
    const app = { key: APP, name: this.app.name, messages: [...(this.appChats.get(userid)?.values() ?? [])] };
    const groups = [...this.groups.values()]
      .filter((group) => group.members.includes(userid))
      .map((group) => ({ ...group, key: group.id, messages: [...group.messages.values()] }));
    groups.sort((one, other) => (other.messages.at(-1)?.at ?? 0) - (one.messages.at(-1)?.at ?? 0));
    return [app, ...groups];
  }

  conversation(userid, key) {
    return this.conversations(userid).find((each) => each.key === key);
  }

  /** Whether somebody reports to this person. */
  leads(userid) {
    return [...this.people.values()].some((each) => each.leader === userid);
  }

  /** Whether there are two messengers at all. */
  get two() {
    return new Set([...this.people.values()].map((each) => each.messenger)).size > 1;
  }

  /** The same person's account on the other messenger. */
  twin(userid) {
    const { account, messenger } = this.person(userid);
    const same = (each) => each.account.toLowerCase() === account.toLowerCase();
    return [...this.people.values()].find((each) => each.messenger !== messenger && same(each));
  }

  person(userid) {
    const same = (each) => each.id.toLowerCase() === userid.toLowerCase();
    const known = this.people.get(userid) ?? [...this.people.values()].find(same);
    return known ?? { ...NOBODY, id: userid, account: userid, name: userid };
  }

  nameOf = (userid) => (userid === APP ? this.app.name : this.person(userid).name);
}

function sameFace(one, other) {
  return one?.state === other.state && JSON.stringify(one?.card) === JSON.stringify(other.card);
}

function byId(messages) {
  return new Map(messages.map((message) => [message.id, message]));
}
