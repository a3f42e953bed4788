// Package onelogin is a small client for the OneLogin API: it finds users and makes temporary MFA tokens.
//
// A tour:
//
//   - [New] takes a [Config] (host, credential pair) and gives a [Client], which may be shared by goroutines. There is no
//     global connection and nothing is read from the environment.
//   - [Client.CheckCredentials] tells at start whether host and credentials are right.
//   - [Client.FindUser] and [Client.User] read users. Finding is strict: exactly one match, read again by id.
//   - [Client.GenerateMFAToken] makes a temporary MFA token. OneLogin has no idempotency key and never shows a token
//     twice, so the call is made once, and an error says which of two things happened: [ErrNotIssued] or [ErrUnknown].
//   - [Secret] holds what must not be seen. Only [Secret.Reveal] gives it out.
//   - [Error] carries what OneLogin said; [errors.Is] with one of the Err values says what to do about it.
//
// # Access tokens
//
// The client asks for an access token when it needs one, keeps it in memory until a minute before it ends, and lets
// concurrent calls share one request for it. OneLogin gives the same token to everybody who asks with the same pair
// (https://developers.onelogin.com/api-docs/2/oauth20-tokens/generate-tokens-2), so the client never revokes it: that would
// log out every other process with the same credentials. A 401 makes the client ask once for a new access token and send a
// new request with it. A 401 that says "Insufficient Permission", a second 401 and a token that did not change are
// [ErrCredentials]: OneLogin uses 401 both for a stale token and for a missing scope.
//
// # Connections
//
// No redirect is ever followed. Everything that brings back a secret goes over a connection of its own that carries
// nothing else, so an idle connection closed by the other side cannot make an outcome unknown.
package onelogin
