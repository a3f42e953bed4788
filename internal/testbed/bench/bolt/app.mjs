// A bot of Slack's official Bolt framework that only acknowledges. Its ack carries an answer like
// olbot's, so that Slack has as much to do with it. With BOLT_DATABASE it stores first what olbot
// stores of a command, in one transaction. BOLT_DIR is where npm ci installed its packages.
import { createHash, randomInt } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.BOLT_DIR}/`);
const { App, LogLevel } = require("@slack/bolt");

// newStore returns a function that commits a command, on disk when it returns.
function newStore(file) {
  const db = new (require("better-sqlite3"))(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec(`
    CREATE TABLE IF NOT EXISTS requests (id TEXT PRIMARY KEY, version INTEGER, state TEXT, agent TEXT, created_at INTEGER, body TEXT) STRICT;
    CREATE INDEX IF NOT EXISTS requests_by_agent ON requests (agent, state);
    CREATE TABLE IF NOT EXISTS receipts (receipt TEXT PRIMARY KEY, request TEXT, at INTEGER) STRICT;
    CREATE TABLE IF NOT EXISTS events (number INTEGER PRIMARY KEY, at INTEGER, kind TEXT, request TEXT, body TEXT, prev TEXT, hash TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS jobs (kind TEXT, request TEXT, run_at INTEGER, PRIMARY KEY (kind, request)) STRICT;`);
  const open = db.prepare("SELECT COUNT(*) AS n FROM requests WHERE agent = ? AND state = 'received'");
  const head = db.prepare("SELECT number, hash FROM events ORDER BY number DESC LIMIT 1");
  const addRequest = db.prepare("INSERT INTO requests VALUES (?, 1, 'received', ?, ?, ?)");
  const addReceipt = db.prepare("INSERT INTO receipts VALUES (?, ?, ?)");
  const addEvent = db.prepare("INSERT INTO events VALUES (?, ?, 'requested', ?, ?, ?, ?)");
  const addJob = db.prepare("INSERT INTO jobs VALUES (?, ?, ?)");
  return db.transaction((command) => {
    const now = Date.now();
    const id = `OTP-${randomInt(1e4)}-${randomInt(1e9)}`;
    const body = JSON.stringify({ id, at: now, open: open.get(command.user_id).n, ...command });
    const last = head.get() ?? { number: 0, hash: "" };
    addRequest.run(id, command.user_id, now, body);
    addReceipt.run(command.trigger_id, id, now);
    addEvent.run(last.number + 1, now, id, body, last.hash, createHash("sha256").update(last.hash + body).digest("hex"));
    for (const job of ["resolve", "show", "expire"]) addJob.run(job, id, now);
  }).immediate;
}

const store = process.env.BOLT_DATABASE ? newStore(process.env.BOLT_DATABASE.replace(/^sqlite:/, "")) : () => {};

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

app.command("/tempotp", async ({ ack, command }) => {
  store(command);
  const text = (text) => ({ type: "text", text });
  await ack({
    response_type: "ephemeral",
    replace_original: false,
    text: "OTP-0000-0000: looking people up.",
    blocks: [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [
      text("Looking up "), { type: "user", user_id: "U0ANA" },
      text(". Your request is OTP-0000-0000; olbot tells you in your direct messages how it goes on."),
    ] }] }],
  });
});

process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});

await app.start();
