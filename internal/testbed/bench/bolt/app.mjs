// A bot of Slack's official Bolt framework that stores nothing and only acknowledges, with an
// answer such as olbot's: Slack has as much to do with it. BOLT_DIR is where npm ci installed @slack/bolt.
import { createRequire } from "node:module";

const { App, LogLevel } = createRequire(`${process.env.BOLT_DIR}/`)("@slack/bolt");

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

app.command("/tempotp", async ({ ack }) => {
  const say = (text) => ({ type: "text", text });
  await ack({
    response_type: "ephemeral",
    replace_original: false,
    text: "OTP-0000-0000: looking people up.",
    blocks: [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [
      say("Looking up "), { type: "user", user_id: "U0ANA" },
      say(". Your request is OTP-0000-0000; olbot tells you in your direct messages how it goes on."),
    ] }] }],
  });
});

process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});

await app.start();
