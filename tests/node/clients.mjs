// The published Node packages, driven by lines of JSON: {id, do, ...} comes in on standard input, and out go
// {id, answer} or {id, error}, and {event, frame} for whatever a client of the smart robot or of the Stream hears.

import { createInterface } from "node:readline";
import crypto from "@wecom/crypto";
import { WSClient } from "@wecom/aibot-node-sdk";
import axios from "axios";
import DingTalkEncryptor from "dingtalk-encrypt";
import { DWClient, TOPIC_ROBOT } from "dingtalk-stream";

console.log = console.info = console.warn = console.debug = () => {}; // lines on standard output are ours alone

const HEARD = ["message.text", "message.voice", "message.mixed", "event.enter_chat", "event.template_card_event"];
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const TOPIC_CARD = "/v1.0/card/instances/callback";
let robot;
let stream;

const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

function connect({ options }) {
  robot = new WSClient({ ...options, logger: quiet });
  for (const event of HEARD) robot.on(event, (frame) => tell({ event, frame }));
  robot.on("authenticated", () => tell({ event: "authenticated" }));
  robot.on("disconnected", (reason) => tell({ event: "disconnected", frame: String(reason) }));
  robot.on("error", (error) => tell({ event: "error", frame: String(error.message) }));
  robot.connect();
}

// The client for the Stream asks DingTalk's own hosts, by the default instance of axios: here another answers for them.
async function streams({ base, options }) {
  axios.interceptors.request.use((c) => ({ ...c, url: c.url.replace(/^https:\/\/(o?api)\.dingtalk\.com/, base) }));
  stream = new DWClient(options);
  stream.registerCallbackListener(TOPIC_ROBOT, (frame) => tell({ event: "robot", frame }));
  stream.registerCallbackListener(TOPIC_CARD, (frame) => tell({ event: "tap", frame }));
  stream.registerAllEventListener((frame) => (tell({ event: "happened", frame }), { status: "SUCCESS" }));
  await stream.connect();
}

const ding = ({ token, key, app }) => new DingTalkEncryptor(token, key, app);

const deeds = {
  streams,
  acknowledge: ({ push, answer }) => stream.socketCallBackResponse(push, answer),
  leave: () => stream.disconnect(),
  dingSeal: ({ message, stamp, nonce, ...keys }) => ding(keys).getEncryptedMap(message, stamp, nonce),
  dingOpen: ({ signature, stamp, nonce, sealed, ...keys }) => ding(keys).getDecryptMsg(signature, stamp, nonce, sealed),
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
