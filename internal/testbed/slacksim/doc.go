// Package slacksim is Slack on this machine: a workspace with people, channels and
// direct messages, the part of the Web API that a bot needs, and Socket Mode.
//
// A bot talks to it over the wire (Server.URL, Server.BotToken, Server.AppToken) and
// cannot tell it from Slack. A test, a demo or a fault laboratory drives it from the
// other side, with what people do: joe.Runs("/tempotp @ana 300"), maria.Presses("Approve"),
// joe.Sees("denied"). The package knows nothing about any bot and imports none of its
// code, so that the two sides cannot share a mistake.
//
// It is deliberately awkward wherever Slack is: ids are random, mentions come with and
// without a label, every payload goes to any one connection, an acknowledgement after three
// seconds is too late, an ephemeral message to somebody who is away is answered with ok
// and never seen. What an app does sloppily without being refused is kept in
// Server.Findings; a test of a well-behaved app asserts that it is empty.
//
// Where things are:
//
//   - people and places: user.go, person.go, channel.go, usergroup.go, presence.go
//   - what they do: command.go, press.go, forge.go, form.go, enter.go, shortcut.go, event.go
//   - what they see: message.go, screen.go, words.go, mrkdwn.go, richtext.go, dates.go,
//     notification.go
//   - Socket Mode: envelope.go, deliver.go, ack.go, socket.go, wire.go, disconnect.go, event.go
//   - the Web API: api.go, request.go, method.go, and one file per family (chat.go, users.go,
//     conversations.go, views.go, ...); hook.go is the response_url
//   - Block Kit: blocks.go (validation), shape.go, blocktypes.go, elements.go, limits.go
//   - trouble: fault.go, distort.go, ratelimit.go; and the record: call.go, finding.go
//
// Sources: docs.slack.dev (Socket Mode, slash commands, handling interactions, rate limits,
// Block Kit, the method pages). What Slack does not document is marked where it is decided.
package slacksim
