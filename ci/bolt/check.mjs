// A small Bolt app in Socket Mode. TestOfficialBoltClient starts it against the simulator and
// plays the people; this side fails, with exit code 1, on anything it did not expect.
import bolt from "@slack/bolt";

const { App, LogLevel } = bolt;

const app = new App({
  token: process.env.SLACK_BOT_TOKEN,
  appToken: process.env.SLACK_APP_TOKEN,
  socketMode: true,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL, retryConfig: { retries: 0 } },
});

const plain = (text) => ({ type: "plain_text", text });

const form = {
  type: "modal",
  callback_id: "request",
  private_metadata: "kept",
  title: plain("Request"),
  submit: plain("Ask"),
  close: plain("Cancel"),
  blocks: [
    {
      type: "input",
      block_id: "reason",
      label: plain("Reason"),
      element: { type: "plain_text_input", action_id: "text" },
    },
  ],
};

app.command("/tempotp", async ({ command, ack, respond, client }) => {
  await ack(`asked: ${command.text}`);
  await respond({ text: "more follows", response_type: "ephemeral" });
  await client.chat.postMessage({
    channel: command.user_id,
    text: "A request",
    blocks: [
      { type: "section", text: { type: "mrkdwn", text: `By <@${command.user_id}>` } },
      {
        type: "actions",
        block_id: "card",
        elements: [
          { type: "button", action_id: "approve", value: "OTP-1", style: "primary", text: plain("Approve") },
          { type: "button", action_id: "form", text: plain("Open form") },
        ],
      },
    ],
  });
});

app.action("approve", async ({ ack, action, body, client }) => {
  await ack();
  await client.chat.update({
    channel: body.channel.id,
    ts: body.message.ts,
    text: `Approved ${action.value} by <@${body.user.id}>`,
    blocks: [],
  });
});

app.action("form", async ({ ack, body, client }) => {
  await ack();
  await client.views.open({ trigger_id: body.trigger_id, view: form });
});

app.view("request", async ({ ack, view, body, client }) => {
  const reason = view.state.values.reason.text.value;
  if (reason.length < 4) {
    await ack({ response_action: "errors", errors: { reason: "Say more." } });
    return;
  }
  await ack();
  await client.chat.postMessage({ channel: body.user.id, text: `Noted: ${reason} (${view.private_metadata})` });
});

app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({
    user_id: event.user,
    view: { type: "home", blocks: [{ type: "section", text: plain("Nothing is waiting for you") }] },
  });
});

app.error(async (error) => {
  console.error(error.original ?? error);
  process.exit(1);
});

process.on("SIGTERM", async () => {
  await app.stop();
  process.exit(0);
});

await app.start();
console.log("ready");
