// A bot of Slack's official Bolt framework that stores nothing and only acknowledges, with the
// same text that olbot answers. BOLT_DIR is where npm ci installed @slack/bolt.
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
  await ack("Looking up who may approve this.");
});

process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});

await app.start();
