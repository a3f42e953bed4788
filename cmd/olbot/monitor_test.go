package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"olbot/internal/testbed/oneloginsim"
	"olbot/internal/testbed/slacksim"
)

// What happens can be read from /metrics, and nothing secret with it (invariant 5).
func TestMetricsTellWhatHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	joe, ana, maria := w.people()
	b := w.start()
	b.wait("olbot is ready", func() bool { code, _ := b.page("/readyz"); return code == http.StatusOK })
	maria.Runs("/tempotp " + ana.Mention()) // she may not ask
	code := b.issues(joe, ana, maria)

	var text string
	for _, line := range []string{
		`olbot_commands_accepted_total 1`,
		`olbot_commands_refused_total{code="not_a_requester"} 1`,
		`olbot_decisions_total{verdict="approved"} 1`,
		`olbot_decisions_total{verdict="denied"} 0`,
		`olbot_code_attempts_total{outcome="issued"} 1`,
		`olbot_code_attempts_total{outcome="unknown"} 0`,
		`olbot_code_messages_total{outcome="shown"} 1`,
		`olbot_requests{state="issued"} 1`,
		`olbot_requests{state="pending"} 0`,
		`olbot_ack_duration_seconds_count{type="slash_commands"} 2`,
		`olbot_ack_duration_seconds_count{type="interactive"} 1`,
		`olbot_job_lag_seconds_count{kind="issue"} 1`,
		`olbot_socket_connections 2`,
		`olbot_socket_connects_total 2`,
		`olbot_socket_events_total{event="dropped"} 0`,
		`olbot_slack_calls_total{method="apps.connections.open",outcome="ok"} 2`,
		`olbot_slack_calls_total{method="chat.postEphemeral",outcome="ok"} 1`,
		`olbot_onelogin_calls_total{call="generate_mfa_token",outcome="ok"} 1`,
		`olbot_feed_untold_events 0`,
		`olbot_database_readable 1`,
	} {
		b.wait(line, func() bool {
			_, text = b.page("/metrics")
			return strings.Contains("\n"+text, "\n"+line+"\n")
		})
	}
	for _, expected := range []string{`olbot_slack_calls_total{method="users.info",outcome="ok"} `, "go_goroutines ", "process_cpu_seconds_total "} {
		if !strings.Contains(text, "\n"+expected) {
			t.Errorf("%s is missing", expected)
		}
	}
	if strings.Contains(text, `method="other"`) {
		t.Error("a call of Slack's Web API is counted without its name")
	}
	w.keepsSecrets(text)
	private := regexp.MustCompile(regexp.QuoteMeta(code) + `|(?i)joe|ana@|maria|phone|OTP-|` + joe.ID() + `|` + w.channel.ID())
	if found := private.FindString(text); found != "" {
		t.Errorf("%q stands in /metrics", found)
	}
}

// An outage of Slack is no reason to restart olbot, and one not to send it work.
func TestAnOutageOfSlackMakesOlbotUnreadyAndNotUnhealthy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, slacksim.Options{})
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	b := w.start()
	answers := func(path string, code int, body string) func() bool {
		return func() bool { c, text := b.page(path); return c == code && text == body }
	}
	counts := func(line string) func() bool {
		return func() bool { _, text := b.page("/metrics"); return strings.Contains(text, "\n"+line) }
	}
	b.wait("olbot is ready", answers("/readyz", http.StatusOK, "ok\n"))
	b.wait("both connections are there", counts("olbot_socket_connections 2\n"))
	w.slack.Fail(slacksim.Fault{Status: http.StatusServiceUnavailable})
	w.slack.Cut()
	b.wait("the outage is noticed", answers("/readyz", http.StatusServiceUnavailable, "not connected to Slack\n"))
	if !answers("/healthz", http.StatusOK, "ok\n")() {
		t.Error("an outage of Slack makes olbot unhealthy")
	}
	b.wait("the losses are counted", counts(`olbot_socket_events_total{event="dropped"} 2`+"\n"))
	b.wait("the refused connections are counted", counts(`olbot_slack_calls_total{method="apps.connections.open",outcome="failed"} `))
	w.slack.ClearFaults()
	b.wait("the end of the outage is noticed", answers("/readyz", http.StatusOK, "ok\n"))
}

// stopWhileIssuing stops olbot while OneLogin is asked for a code, and returns the kinds of the trail's last events.
func stopWhileIssuing(t *testing.T, meanwhile func(*world)) (joe *slacksim.Person, w *world, trail string) {
	w = newWorld(t, slacksim.Options{AckTimeout: time.Minute})
	joe, ana, maria := w.people()
	w.vars["LOG_LEVEL"] = "info"
	b := w.start()
	w.onelogin.FailNext(oneloginsim.CallMFAToken, oneloginsim.Hang())
	b.asks(joe, ana)
	b.approves(maria)
	b.wait("OneLogin is asked", func() bool { return w.onelogin.Count(oneloginsim.CallMFAToken) == 1 })
	b.stop()
	b.wait("olbot stops", func() bool { return strings.Contains(b.log.String(), "olbot stops") })
	meanwhile(w)
	if code := <-b.code; code != exitDone { // it is another one if the time to stop was over
		t.Errorf("exit code %d\n%s", code, b.log.String())
	}
	_, stdout, _ := w.run("audit", "export")
	for _, kind := range regexp.MustCompile(`"kind":"(\w+)"`).FindAllStringSubmatch(stdout, -1) {
		trail += kind[1] + " "
	}
	return joe, w, trail
}

func TestACodeUnderWayIsShownBeforeOlbotStops(t *testing.T) {
	t.Parallel()
	joe, w, trail := stopWhileIssuing(t, func(w *world) {
		w.until("the call that hangs is let go", func() bool { w.onelogin.Release(); return len(w.onelogin.Codes()) == 1 })
	})
	if codes := w.onelogin.Codes(); len(codes) != 1 {
		t.Fatalf("%d codes were made", len(codes))
	}
	if _, ok := joe.Finds(w.onelogin.Codes()[0].Value); !ok || !strings.HasSuffix(trail, "issuing issued shown shut_down ") {
		t.Errorf("Joe has the code: %t; the trail is %s", ok, trail)
	}
}

// OneLogin has 8 s; then the attempt is told as unknown, and olbot is gone within 10 s (invariant 4).
func TestACodeThatTakesTooLongIsUnknownWhenOlbotStops(t *testing.T) {
	t.Parallel()
	_, w, trail := stopWhileIssuing(t, func(*world) {})
	if n := w.onelogin.Count(oneloginsim.CallMFAToken); n != 1 || !strings.HasSuffix(trail, "issuing unknown shut_down ") {
		t.Errorf("OneLogin was asked %d times; the trail is %s", n, trail)
	}
	w.vars["OLBOT_HTTP_ADDR"] = nobody(t)
	b := w.start()
	b.wait("the next start alerts for it, though it has counted nothing", func() bool {
		_, text := b.page("/metrics")
		return strings.Contains(text, `olbot_recent_alarms{alarm="code_unknown"} 1`+"\n") && strings.Contains(text, `olbot_code_attempts_total{outcome="unknown"} 0`+"\n")
	})
}
