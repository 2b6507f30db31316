// The published Node packages, driven by lines of JSON: {id, do, ...} comes in on standard input, and out go
// {id, answer} or {id, error}, and {event, frame} for whatever a client of the smart robot hears.

import { createInterface } from "node:readline";
import crypto from "@wecom/crypto";
import { WSClient } from "@wecom/aibot-node-sdk";

const HEARD = ["message.text", "message.voice", "message.mixed", "event.enter_chat", "event.template_card_event"];
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
let robot;

const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

function connect({ options }) {
  robot = new WSClient({ ...options, logger: quiet });
  for (const event of HEARD) robot.on(event, (frame) => tell({ event, frame }));
  robot.on("authenticated", () => tell({ event: "authenticated" }));
  robot.on("disconnected", (reason) => tell({ event: "disconnected", frame: String(reason) }));
  robot.on("error", (error) => tell({ event: "error", frame: String(error.message) }));
  robot.connect();
}

const deeds = {
  sign: ({ token, timestamp, nonce, sealed }) => crypto.getSignature(token, timestamp, nonce, sealed),
  seal: ({ key, message, receiver }) => crypto.encrypt(key, message, receiver),
  open: ({ key, sealed }) => crypto.decrypt(key, sealed),
  connect,
  disconnect: () => robot.disconnect(),
  stream: ({ frame, stream, content, finish }) => robot.replyStream(frame, stream, content, finish),
  welcome: ({ frame, body }) => robot.replyWelcome(frame, body),
  card: ({ frame, card }) => robot.replyTemplateCard(frame, card),
  update: ({ frame, card }) => robot.updateTemplateCard(frame, card),
  send: ({ to, body }) => robot.sendMessage(to, body),
  upload: async ({ data, type, filename }) =>
    await robot.uploadMedia(Buffer.from(data, "base64"), { type, filename }),
  media: ({ to, type, media }) => robot.sendMediaMessage(to, type, media),
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  Promise.resolve()
    .then(() => deeds[asked.do](asked))
    .then((answer) => tell({ id: asked.id, answer: answer ?? null }))
    .catch((error) => tell({ id: asked.id, error: JSON.stringify(error.errcode ?? error.message ?? error) + " " + error }));
}
process.exit(0);
