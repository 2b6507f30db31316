// What people do here and what is still under way: messages on their way, cards being tapped,
// the app about to answer.

import { APP } from "./store.js";

const TYPING = 20_000; // an app that said nothing by then will not
const TAPPING = 8_000; // a card that did not change by then stands as it is
const ANSWERED = 500; // after an answer in words the card may still change, but soon

export class Activity {
  /** `tell(sentence)` shows a passing notice. */
  constructor(store, socket, tell) {
    Object.assign(this, { store, socket, tell });
    this.typing = new Map(); // userid -> timer
    this.taps = new Map(); // userid and message id -> { key, timer }
    this.failed = new Map(); // message id -> what to say again
  }

  /** A new frame: the app's word ends its typing, a card that changed is no longer being tapped. */
  noticed(change) {
    if (change.chat && change.kind === "update" && change.shown && !change.shown.choice) this.endTaps(change.shown.id);
    if (!change.shown || change.chat) return;
    if (change.shown.sender === APP && change.kind === "message") {
      this.stopTyping(change.user);
      this.letGo(change.user);
    }
    if (change.kind === "update" && !change.shown.choice) this.endTap(change.user, change.shown.id);
  }

  /** Send what `userid` typed; resolves to whether it left this page. */
  async say(userid, key, text) {
    if (key === APP) this.startTyping(userid);
    const answer = await this.socket.request(
      key === APP ? { type: "say", as: userid, text } : { type: "group_say", as: userid, chat: key, text },
    );
    if (key !== APP) return this.sentOrTold(answer);
    if (!answer.ok || !answer.accepted) this.stopTyping(userid);
    if (answer.ok && !answer.accepted) this.fail(answer.message_id, { userid, key, text });
    return this.sentOrTold(answer);
  }

  /** Send a picture or a file as `userid`'s, with `words` beside it where the messenger has that. */
  async sendFile(userid, kind, file, words = "") {
    const query = new URLSearchParams({ as: userid, kind, name: file.name, words });
    this.startTyping(userid);
    let answer = { ok: false, error: "连接断了，等它恢复再试" };
    try {
      const sent = await fetch(`send?${query}`, { method: "POST", body: file });
      answer = sent.ok ? await sent.json() : { ok: false, error: "发不出去，刷新一下再试" };
    } catch {
      // The server is away; the answer above says so.
    }
    this.reached(userid, answer);
  }

  /** Send anything else to the app: what was said, a place, a link, an item of its menu. */
  async tellApp(userid, action) {
    this.startTyping(userid);
    this.reached(userid, await this.socket.request({ ...action, as: userid }));
  }

  reached(userid, answer) {
    if (answer.ok && answer.accepted) return;
    this.stopTyping(userid);
    this.tell(answer.ok ? "没送到，再发一次" : answer.error);
  }

  async fault(messenger, name, on) {
    this.sentOrTold(await this.socket.request({ type: "fault", messenger, name, on }));
  }

  /** Change something around the chats; resolves to whether it was done. A change that the app did not take is told. */
  async around(action) {
    const answer = await this.socket.request(action);
    if (answer.ok && !answer.accepted) this.tell("改好了，但应用没收到通知");
    return this.sentOrTold(answer);
  }

  sentOrTold(answer) {
    if (!answer.ok) this.tell(answer.error);
    return answer.ok;
  }

  fail(id, again) {
    this.failed.set(id, again);
    this.store.touch();
  }

  /** Say once more what did not arrive; the mark goes, the words appear again at the bottom. */
  async again(id) {
    const { userid, key, text } = this.failed.get(id);
    if (await this.say(userid, key, text)) {
      this.failed.delete(id);
      this.store.touch();
    }
  }

  async tap(userid, message, key, selections) {
    return this.press(userid, message, key, { type: "tap", selections });
  }

  async menu(userid, message, key) {
    return this.press(userid, message, key, { type: "menu" });
  }

  async press(userid, message, key, action) {
    const name = `${userid} ${message.id}`;
    if (this.taps.has(name)) return;
    const timer = setTimeout(() => this.endTap(userid, message.id), TAPPING);
    this.taps.set(name, { userid, id: message.id, key, timer });
    this.store.touch();
    const answer = await this.socket.request({ ...action, as: userid, id: message.id, key });
    if (answer.ok && answer.accepted) return;
    this.endTap(userid, message.id);
    this.tell(answer.ok ? "没送到，再点一次" : answer.error);
  }

  /** The app answered with a message of its own: what was tapped need not change any more. */
  letGo(userid) {
    for (const tap of this.taps.values()) {
      if (tap.userid !== userid) continue;
      clearTimeout(tap.timer);
      tap.timer = setTimeout(() => this.endTap(userid, tap.id), ANSWERED);
    }
  }

  tapped(userid, id) {
    return this.taps.get(`${userid} ${id}`)?.key ?? null;
  }

  endTap(userid, id) {
    const name = `${userid} ${id}`;
    clearTimeout(this.taps.get(name)?.timer);
    if (this.taps.delete(name)) this.store.touch();
  }

  /** The card changed for everybody who has it: the robot's. */
  endTaps(id) {
    for (const tap of [...this.taps.values()]) if (tap.id === id) this.endTap(tap.userid, id);
  }

  enter(userid) {
    return this.socket.request({ type: "enter", as: userid });
  }

  async shift(by) {
    this.sentOrTold(await this.socket.request({ type: "shift", by }));
  }

  startTyping(userid) {
    clearTimeout(this.typing.get(userid));
    this.typing.set(
      userid,
      setTimeout(() => this.stopTyping(userid), TYPING),
    );
    this.store.touch();
  }

  stopTyping(userid) {
    clearTimeout(this.typing.get(userid));
    if (this.typing.delete(userid)) this.store.touch();
  }
}
