package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"olbot/internal/sqlstore"
)

// version and commit are set by the linker where a release is built (-X main.version=v1.2.3), because
// there the source comes without its repository.
var version, commit string

func (p *program) versionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: "Print the version, the Go that built it and for which machine. With --json also the commit of the source, if it is\n" +
			"known, and the version of the database's schema that this olbot makes.",
		Args: cobra.NoArgs,
		RunE: p.does(func(context.Context) error {
			if asJSON {
				return json.NewEncoder(p.stdout).Encode(thisBuild())
			}
			_, err := io.WriteString(p.stdout, versionLine())
			return err
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return c
}

// A build is what olbot knows of how it was built.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	Schema  int    `json:"schema"`
}

func thisBuild() build {
	b := build{
		Version: programVersion(), Commit: commit,
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Schema: sqlstore.SchemaVersion(),
	}
	if info, ok := debug.ReadBuildInfo(); ok && b.Commit == "" {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Commit = s.Value
			}
		}
	}
	return b
}

func versionLine() string {
	return fmt.Sprintf("olbot %s %s %s/%s\n", programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// programVersion is the release's version, else what Go knows of the source it built.
func programVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown version)"
	}
	return info.Main.Version
}
