package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"olbot/internal/config"
	"olbot/internal/monitor"
	"olbot/internal/sqlstore"
)

// localChecks are what olbot needs of this machine. They change nothing: olbot run finds the same by
// opening the database and by listening.
func localChecks(c config.Config, p *program, offline bool) []series {
	examine := func(ctx context.Context) (finding, error) {
		x, err := sqlstore.Examine(ctx, sqlstore.Config{URL: c.DatabaseURL.Reveal(), Keys: c.Keys(), Now: p.now}, offline)
		return describeDatabase(x, offline), err
	}
	all := []series{
		{"", []check{
			{"configuration", func(context.Context) (finding, error) { return lookAtConfiguration(c), nil }},
			{"network", func(context.Context) (finding, error) {
				return lookAtNetwork(http.ProxyFromEnvironment, lookupIn(p.environ), string(c.SlackAPIURL), string(c.OneLoginAPIURL))
			}},
		}},
		{databaseSilent, []check{{"database", examine}}},
	}
	if !offline && c.HTTPAddr != "" {
		all = append(all, series{"", []check{{"http", func(ctx context.Context) (finding, error) { return lookAtHTTP(ctx, string(c.HTTPAddr)) }}}})
	}
	return all
}

// lookAtConfiguration says where settings came from, never what they are.
func lookAtConfiguration(c config.Config) finding {
	well := "all settings are from the environment"
	var files []string
	for _, f := range c.Files() {
		files = append(files, fmt.Sprintf("%s from %s", counted(len(f.Settings), "setting"), f.Path))
	}
	if len(files) > 0 {
		well = strings.Join(files, ", ")
	}
	return finding{well: well, warnings: c.Warnings()}
}

// littleRoom is what olbot check warns below, while there is still time to make more.
const littleRoom = 100 << 20

func describeDatabase(x sqlstore.Examination, offline bool) finding {
	f := finding{warnings: x.Warnings}
	switch {
	case x.New:
		f.well = x.Where + ", new: olbot run makes what it needs"
	case x.Upgrade:
		f.well = x.Where + ", whose schema olbot run brings up to date"
	case x.Schema > 0:
		f.well = fmt.Sprintf("%s, schema %d", x.Where, x.Schema)
	case offline:
		f.well = x.Where + ", which was not asked"
	}
	if x.Room.Known && x.Room.Bytes < littleRoom {
		f.warnings = append(f.warnings, fmt.Sprintf("the disk of the database has %d MB left; make room: olbot takes no command once it is full", x.Room.Bytes>>20))
	}
	if x.Newer {
		f.warnings = append(f.warnings, fmt.Sprintf("a newer olbot has changed the database's schema to version %d (this one makes %d); this olbot can still work with it", x.Schema, sqlstore.SchemaVersion()))
	}
	if x.InUse {
		text, _ := explain(&sqlstore.OpenError{Kind: sqlstore.InUse, Where: x.Where})
		f.warnings = append(f.warnings, text)
	}
	return f
}

// lookAtHTTP listens for a moment. If an olbot runs there it is asked how it is: it knows from its calls what no
// check can ask, such as that people cannot be written to.
func lookAtHTTP(ctx context.Context, addr string) (finding, error) {
	l, taken := monitor.Listen(ctx, addr)
	if taken == nil {
		return finding{well: addr}, l.Close()
	}
	status, says, err := askOlbot(ctx, addr, "/readyz")
	switch {
	case err == nil && status == http.StatusOK && says == "ok":
		return finding{well: "an olbot runs at " + addr + ", and is ready"}, nil
	case err == nil && status == http.StatusServiceUnavailable:
		return finding{warnings: []string{"an olbot runs at " + addr + ", and is not ready: " + strings.Join(strings.Split(says, "\n"), "; ")}}, nil
	}
	return finding{}, taken
}
