// One WebSocket that comes back by itself. What the server says goes to `onFrame`; what is asked of it is a promise.

const SILENCE = 45_000; // the server beats every 15 seconds; three missed beats are a dead line
const ANSWER = 60_000; // a callback is tried three times, five seconds each, before the messenger gives up
const FIRST_WAIT = 300;
const LONGEST_WAIT = 8_000;

export class Socket {
  /** `hello()` gives the first frame of each connection: what is known already, so that only the rest is sent. */
  constructor(url, { hello, onFrame, onState }) {
    Object.assign(this, { url, hello, onFrame, onState, asked: new Map(), number: 0, wait: FIRST_WAIT });
    this.connect();
  }

  connect() {
    const line = new WebSocket(this.url);
    this.line = line;
    line.addEventListener("open", () => line.send(JSON.stringify(this.hello())));
    line.addEventListener("message", (event) => this.heard(JSON.parse(event.data)));
    line.addEventListener("close", () => this.lost());
    this.watch();
  }

  heard(frame) {
    this.watch();
    if (frame.type === "done") return this.settle(frame);
    if (frame.type === "snapshot" || frame.type === "resumed") {
      this.wait = FIRST_WAIT;
      this.onState(true);
    }
    return this.onFrame(frame);
  }

  settle(frame) {
    const waiting = this.asked.get(frame.ref);
    this.asked.delete(frame.ref);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.resolve(frame);
  }

  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.line.close(), SILENCE);
  }

  lost() {
    clearTimeout(this.silence);
    this.onState(false);
    for (const ref of [...this.asked.keys()]) this.settle({ ref, ok: false, error: "连接断了，等它恢复再试" });
    setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  /** Ask for something; the answer has `ok`, and `error` in Chinese where it could not be done. */
  request(action) {
    if (this.line.readyState !== WebSocket.OPEN)
      return Promise.resolve({ ok: false, error: "连接断了，等它恢复再试" });
    const ref = ++this.number;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.settle({ ref, ok: false, error: "等太久了，再试一次" }), ANSWER);
      this.asked.set(ref, { resolve, timer });
      this.line.send(JSON.stringify({ ...action, ref }));
    });
  }
}
