// Command olbot guards OneLogin's temporary MFA codes with a second person, in
// Slack. See the README for what it does; olbot help lists its commands.
//
// Read command.go first: what a command is, and how it ends. run.go is olbot run,
// from dependencies.go (the database, Slack and OneLogin) over checks.go (what has to be
// so before it works, tried with the patience of retry.go) to wiring.go (everything that
// runs, put together). explain.go has what the operator reads when something fails. The
// other commands have a file each.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
)

func main() {
	if err := forbidCoreDumps(); err != nil {
		fmt.Fprintf(os.Stderr, "olbot: core dumps could not be forbidden (%v); should olbot die, its secrets may be written to a disk\n", err)
	}
	explainProxies(http.DefaultTransport)
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	// The first signal asks for a graceful stop. Without a handler the second one ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}
