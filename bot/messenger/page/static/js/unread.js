// How far each person has read each conversation, kept in this browser. Marks belong to one run of the server (its
// epoch): change ids begin again with the next.

const KEY = "genjin.read";

export class ReadMarks {
  constructor(storage) {
    this.storage = storage;
    this.epoch = null;
    this.marks = {};
  }

  /** Take up the marks of this run, or begin with none. */
  open(epoch) {
    const kept = parse(this.storage.getItem(KEY));
    this.epoch = epoch;
    this.marks = kept?.epoch === epoch ? kept.marks : {};
  }

  /** `userid` has seen everything up to the change `seq`. Returns whether that is news. */
  mark(userid, key, seq) {
    const name = `${userid} ${key}`;
    if ((this.marks[name] ?? 0) >= seq) return false;
    this.marks[name] = seq;
    this.storage.setItem(KEY, JSON.stringify({ epoch: this.epoch, marks: this.marks }));
    return true;
  }

  /** How many messages of others stand in the conversation that `userid` has not seen. */
  count(userid, conversation) {
    const read = this.marks[`${userid} ${conversation.key}`] ?? 0;
    return conversation.messages.filter((each) => each.seq > read && each.sender !== userid && !each.recalled).length;
  }
}

function parse(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
