// Package player plays stories: what people do with olbot and what they see of
// it, as text that anybody can read. Each story is a file, scenarios/*.txtar,
// played by the real program over the wire on two simulators, of Slack and of
// OneLogin.
//
// A story has up to four parts:
//
//	What the story promises, in a sentence or two, with the invariants it shows.
//	-- settings --
//	OLBOT_DELIVERY=claim
//	-- people --
//	ana is locked in OneLogin
//	-- story --
//	joe runs /tempotp @ana 300 reusable lost her phone
//	joe reads Looking up
//	maria presses Approve
//	joe sees code 1
//	the request is issued
//
// settings are those that differ from the ones in cast.go. people are sentences that
// are true before olbot starts. In the story each line is something that somebody
// does or something that can be observed. An observation waits until it is so, and
// fails when it has not become so within a generous deadline. A line that is
// indented follows the one before in the same breath: in the runs that restart
// olbot between two lines, none goes there.
//
// {user carol}, {group helpdesk} and {channel audit} stand for Slack ids, {id of ana}
// for a OneLogin id, {request} and {request 2} for the id of the last and of the
// second request, {restriction} for that of the last block of an account or pause, {key one} for a key of the trail (a new one
// for each name), {folder} for the directory of the database's file, {server} for the URL of another, empty database, {anchor}
// for the last one that #audit shows, {600 times x} for a long word, \n and \u202e for what cannot be
// typed into a line. What is read is compared without regard to case and to how
// lines are broken; " … " between two pieces says that more may stand there.
//
// A story is played on SQLite and on PostgreSQL. One whose people begin with "olbot's database is a file" is played on
// SQLite alone, as one that lets time pass and starts olbot after it has to be: a server's clock cannot be put forward. Two olbots
// at once need "olbot's database is on a server".
//
// Everybody of the cast is there in every story: joe and bob are agents
// (@helpdesk), ana is the owner, maria her manager, carol the fallback approver,
// audrey reads #audit, gus is a guest and sam is of another organisation.
//
// At the end of each story these are checked without being asked for: no code
// stands anywhere but in an ephemeral message to an agent (invariant 5), no secret
// is in the log, the trail or the database, Slack found nothing to complain about,
// the trail's chain holds and every event of it reached the feed in order
// (invariant 6), OneLogin made no code without an intent stored before (invariant
// 4), and every request of the trail stands in the state that the story names.
//
// The files: story.go reads stories, play.go plays one, stage.go and cast.go set the
// stage, sentence.go and the say_*.go files are the language, check_*.go the end.
package player
